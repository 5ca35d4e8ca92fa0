package dev.merit.points.domain;

import org.jspecify.annotations.Nullable;

/**
 * What a member said of a card last.
 *
 * @param following whether it wants to see it
 * @param seen where it does not: the last entry of its account at that time
 */
public record Follow(boolean following, long seen) {

    /** Whether a card is among the member's. */
    public enum Place {
        MINE,
        LEFT,
        /** It is when something was earned behind {@link Follow#seen}. */
        MINE_IF_EARNED_SINCE
    }

    /**
     * Decides as far as one can without looking at entries.
     *
     * @param said null where the member never said anything
     * @param entries how many entries its account has; 0 without an account
     */
    public static Place place(@Nullable Follow said, long entries) {
        if (said == null) {
            return entries > 0 ? Place.MINE : Place.LEFT;
        }
        if (said.following()) {
            return Place.MINE;
        }
        return entries > said.seen() ? Place.MINE_IF_EARNED_SINCE : Place.LEFT;
    }
}
