package dev.merit.stamps.domain;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A member's row on a stamp card.
 *
 * @param granted all stamps ever added: {@code consumed + current + expired}
 * @param current stamps of the open round
 * @param consumed what the completed rounds took, each as many as the card required then
 * @param pendingRewards rewards that wait to be handed out
 * @param redeemedCount rewards that were handed out
 * @param eventCount the number of the last event
 * @param expiresAt when the open round lapses; null when never, or when it is empty
 * @param today stamps by day, for the daily limit
 */
public record Progress(
        long granted,
        long current,
        long consumed,
        long expired,
        long completedCount,
        long pendingRewards,
        long redeemedCount,
        long eventCount,
        @Nullable Instant lastStampAt,
        @Nullable Instant expiresAt,
        Today today) {

    /** A member who never had a stamp on the card. */
    public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0, 0, null, null, Today.NONE);

    /** Stamps of the last day that had any, by the club's calendar. */
    public record Today(@Nullable LocalDate day, long stamps) {
        static final Today NONE = new Today(null, 0);

        long on(LocalDate asked) {
            return asked.equals(day) ? stamps : 0;
        }

        Today plus(LocalDate on, long added) {
            return new Today(on, on(on) + added);
        }
    }
}
