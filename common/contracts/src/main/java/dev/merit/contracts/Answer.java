package dev.merit.contracts;

import org.jspecify.annotations.Nullable;

/** A reply on its way back. Only {@link Request#reply} and {@link Command#reply} make one, so its type always fits. */
public final class Answer {
    private final Record body;
    private final @Nullable String replayed;
    private final @Nullable String written;

    Answer(Record body, @Nullable String replayed, @Nullable String written) {
        this.body = body;
        this.replayed = replayed;
        this.written = written;
    }

    /** The reply record. */
    public Record body() {
        return body;
    }

    /** The stored JSON of an earlier, equal command; null when this reply is fresh. */
    public @Nullable String replayed() {
        return replayed;
    }

    /** The JSON of a fresh reply, if somebody has written it already. */
    public @Nullable String written() {
        return written;
    }
}
