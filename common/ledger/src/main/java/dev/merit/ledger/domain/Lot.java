package dev.merit.ledger.domain;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one credit.
 *
 * @param sequence the number of the entry that made it
 * @param points as credited
 * @param expiresAt null for points that never expire
 */
public record Lot(
        long sequence,
        long points,
        long remaining,
        @Nullable Instant expiresAt) {

    /** The order of use: what expires first goes first, and what never expires goes last. */
    public static final Comparator<Lot> FIRST_EXPIRING = Comparator.comparing(
                    Lot::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparingLong(Lot::sequence);

    public Lot {
        if (points <= 0 || remaining < 0 || remaining > points) {
            throw new IllegalArgumentException("no such lot: " + remaining + " of " + points);
        }
    }

    /**
     * When points expire that are earned at {@code now}: whole calendar months later, in UTC.
     *
     * @param months null is never
     */
    public static @Nullable Instant expiryOf(Instant now, @Nullable Integer months) {
        return months == null
                ? null
                : now.atOffset(ZoneOffset.UTC).plusMonths(months).toInstant();
    }

    Lot less(long taken) {
        return new Lot(sequence, points, remaining - taken, expiresAt);
    }

    Lot more(long returned) {
        return new Lot(sequence, points, remaining + returned, expiresAt);
    }

    /** Expired points are not spendable from this very moment on. */
    public boolean isExpired(Instant now) {
        return expiresAt != null && !expiresAt.isAfter(now);
    }
}
