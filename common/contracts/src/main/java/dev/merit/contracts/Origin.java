package dev.merit.contracts;

import org.jspecify.annotations.Nullable;

/**
 * The HTTP request behind a command.
 *
 * @param requestId ties answer, log lines, audit rows and events together
 * @param repeat the idempotency key, when the caller sent one
 * @param ifMatch the value of {@code If-Match}, when the caller sent one
 */
public record Origin(
        String requestId, @Nullable Repeat repeat, @Nullable String ifMatch) {

    /** A command that the system gives itself. */
    public static Origin system(String requestId) {
        return new Origin(requestId, null, null);
    }
}
