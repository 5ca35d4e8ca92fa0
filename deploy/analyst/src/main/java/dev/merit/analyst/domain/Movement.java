package dev.merit.analyst.domain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one entry did to one lot, or to the debt of an account that owes points. All movements of an entry add up to its
 * points.
 *
 * @param lot the lot's sequence; 0 is the debt
 * @param points what the lot gets; for the debt, negative when it grows
 * @param earnedAt when the lot was earned; null for the debt
 */
public record Movement(
        UUID entry,
        long lot,
        Kind kind,
        long points,
        @Nullable Instant earnedAt) {
    public static final long DEBT = 0;
}
