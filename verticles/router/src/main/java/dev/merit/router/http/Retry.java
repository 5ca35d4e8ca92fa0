package dev.merit.router.http;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a caller should do after a refusal. */
public enum Retry {
    NO_RETRY,
    FIX_REQUEST,
    BACKOFF,
    CONTACT_SUPPORT;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
