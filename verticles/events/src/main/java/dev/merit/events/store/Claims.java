package dev.merit.events.store;

import java.util.List;

/**
 * What a relay has.
 *
 * @param slices all that it has now, in no order
 * @param share how many it should have, so that all relays have about as many; it hands over what is beyond
 */
public record Claims(List<SliceClaim> slices, int share) {
    public Claims {
        slices = List.copyOf(slices);
    }
}
