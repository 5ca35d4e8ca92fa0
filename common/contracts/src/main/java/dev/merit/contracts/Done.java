package dev.merit.contracts;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a command.
 *
 * @param body what was done
 * @param replayed the JSON stored when the command was first done, byte for byte; null when it was done just now
 */
public record Done<R extends Record>(R body, @Nullable String replayed) {

    /** A command that was done just now. */
    public static <R extends Record> Done<R> fresh(R body) {
        return new Done<>(body, null);
    }
}
