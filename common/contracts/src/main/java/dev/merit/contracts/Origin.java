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

    /**
     * Whether {@code If-Match} lets a resource with this entity tag be changed: there is none, it is {@code *}, or it
     * lists the tag.
     *
     * @param etag strong and quoted; a weak tag in the header never matches
     */
    public boolean permits(String etag) {
        if (ifMatch == null) {
            return true;
        }
        for (String tag : ifMatch.split(",", -1)) {
            String wanted = tag.strip();
            if (wanted.equals("*") || wanted.equals(etag)) {
                return true;
            }
        }
        return false;
    }
}
