package dev.merit.points.domain;

import dev.merit.contracts.Validity;
import java.time.Instant;
import java.util.Locale;

/** What a member is told of a card's state. */
public enum CardStatus {
    ACTIVE,
    NOT_STARTED,
    /** It cannot be used any more, or is switched off: what is on it stays the member's. */
    EXPIRED;

    public static CardStatus of(boolean isActive, Validity validity, Instant now) {
        if (!isActive || validity.isOver(now)) {
            return EXPIRED;
        }
        return validity.isBefore(now) ? NOT_STARTED : ACTIVE;
    }

    /** The name in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
