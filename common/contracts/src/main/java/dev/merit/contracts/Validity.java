package dev.merit.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When something may be used; null is open. */
public record Validity(@Nullable Instant from, @Nullable Instant until) {

    public boolean isBefore(Instant now) {
        return from != null && now.isBefore(from);
    }

    public boolean isOver(Instant now) {
        return until != null && now.isAfter(until);
    }

    /** Whether the end comes before the beginning. */
    public boolean isBackwards() {
        return from != null && until != null && from.isAfter(until);
    }
}
