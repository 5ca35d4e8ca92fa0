package dev.merit.points.domain;

import java.util.Locale;

/** What has become of a claim. */
public enum ClaimStatus {
    PENDING,
    CONFIRMED,
    REJECTED,
    EXPIRED,
    WITHDRAWN;

    /** As the API, events and rows have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a word; there is no other. */
    public static ClaimStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
