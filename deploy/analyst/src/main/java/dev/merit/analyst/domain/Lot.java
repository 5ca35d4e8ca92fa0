package dev.merit.analyst.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one credit.
 *
 * @param sequence of the entry that gave it
 * @param entry that gave it
 * @param expiresAt null for points that never expire
 * @param earnedAt when it was booked
 */
public record Lot(
        long sequence, UUID entry, long remaining, @Nullable Instant expiresAt, Instant earnedAt) {

    /** The order of use: what expires first goes first, and what never expires goes last. */
    static final Comparator<Lot> FIRST_EXPIRING = Comparator.comparing(
                    Lot::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparingLong(Lot::sequence);

    Lot plus(long points) {
        return new Lot(sequence, entry, remaining + points, expiresAt, earnedAt);
    }
}
