package dev.merit.ledger.domain;

import dev.merit.contracts.TierId;
import dev.merit.contracts.points.PointsRequest.TierRef;
import org.jspecify.annotations.Nullable;

/**
 * The tiers held around an entry.
 *
 * @param before whose multiplier counted; null without a tier
 * @param after as it was named and multiplied then; null without a tier
 */
public record Held(@Nullable TierId before, @Nullable TierRef after) {

    /** Of entries that do not count for tiers, and of members without one. */
    public static final Held NOTHING = new Held(null, null);
}
