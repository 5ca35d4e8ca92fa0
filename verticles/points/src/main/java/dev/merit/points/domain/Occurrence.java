package dev.merit.points.domain;

import dev.merit.contracts.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a purchase really happened: tills that were offline report late. */
public final class Occurrence {
    /** How late a till may report. */
    public static final Duration LATEST = Duration.ofDays(30);

    private Occurrence() {}

    /** Why this time cannot be recorded at {@code now}. */
    public static Optional<Problem> refuse(@Nullable Instant occurredAt, Instant now) {
        if (occurredAt == null) {
            return Optional.empty();
        }
        if (occurredAt.isAfter(now)) {
            return Optional.of(Problem.invalid("occurred_at", "must not be in the future"));
        }
        if (occurredAt.isBefore(now.minus(LATEST))) {
            return Optional.of(Problem.invalid("occurred_at", "must be at most 30 days old"));
        }
        return Optional.empty();
    }
}
