package dev.merit.events;

import dev.merit.events.store.OutboxRow;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a row is dealt with when an event in its middle is not. A row is marked as a whole; without this
 * memory each retry would send the row's first events once more.
 */
final class Progress {
    private static final long NONE = -1;

    private long row = NONE;
    private int done;

    /** The events of these rows that are still to be sent or put aside, in order. */
    List<Place> remaining(List<OutboxRow> rows) {
        List<Place> places = new ArrayList<>();
        for (OutboxRow each : rows) {
            for (int i = doneOf(each); i < each.events().size(); i++) {
                places.add(new Place(each.id(), i, each.events().get(i)));
            }
        }
        return places;
    }

    /**
     * Notes that the first {@code count} of the remaining events arrived or were put aside; returns the rows that are
     * thereby done.
     */
    List<Long> advance(List<OutboxRow> rows, int count) {
        List<Long> complete = new ArrayList<>();
        int left = count;
        for (OutboxRow each : rows) {
            int already = doneOf(each);
            int size = each.events().size() - already;
            if (left < size) {
                if (already + left > 0) {
                    row = each.id();
                    done = already + left;
                }
                return complete;
            }
            left -= size;
            complete.add(each.id());
        }
        return complete;
    }

    /** For a new ownership: others may have sent anything since. */
    void forget() {
        row = NONE;
        done = 0;
    }

    private int doneOf(OutboxRow each) {
        return each.id() == row ? done : 0;
    }
}
