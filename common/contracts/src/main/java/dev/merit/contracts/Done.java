package dev.merit.contracts;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a command.
 *
 * @param body what was done
 * @param replayed the JSON stored when the command was first done, byte for byte; null when it was done just now
 * @param written the JSON of a body that was done just now, where somebody has written it already; it spares doing so
 *     again
 */
public record Done<R extends Record>(
        R body, @Nullable String replayed, @Nullable String written) {

    /** A command that was done before, or just now by somebody who has not written its JSON. */
    public Done(R body, @Nullable String replayed) {
        this(body, replayed, null);
    }

    /** A command that was done just now. */
    public static <R extends Record> Done<R> fresh(R body) {
        return new Done<>(body, null, null);
    }

    /** A command that was done just now, and whose JSON is at hand. */
    public static <R extends Record> Done<R> fresh(R body, String written) {
        return new Done<>(body, null, written);
    }

    /** The same outcome of a known type; a {@link ClassCastException} when it is another. */
    public <T extends Record> Done<T> as(Class<T> type) {
        return new Done<>(type.cast(body), replayed, written);
    }
}
