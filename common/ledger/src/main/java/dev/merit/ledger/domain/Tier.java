package dev.merit.ledger.domain;

import dev.merit.contracts.TierId;
import dev.merit.contracts.points.PointsRequest.TierRef;
import java.math.BigDecimal;

/**
 * A tier of a club as bookings see it.
 *
 * @param threshold the lifetime points in the club from which it is held
 * @param multiplier of the points of later purchases
 */
public record Tier(TierId id, String name, long threshold, BigDecimal multiplier) {

    /** As answers and entries show it. */
    public TierRef ref() {
        return new TierRef(id, name, multiplier);
    }
}
