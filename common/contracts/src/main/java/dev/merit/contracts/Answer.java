package dev.merit.contracts;

import org.jspecify.annotations.Nullable;

/** A reply on its way back. Only {@link Request#reply} and {@link Command#reply} make one, so its type always fits. */
public final class Answer {
    private final Record body;
    private final @Nullable String replayed;

    Answer(Record body, @Nullable String replayed) {
        this.body = body;
        this.replayed = replayed;
    }

    /** The reply record. */
    public Record body() {
        return body;
    }

    /** The stored JSON of an earlier, equal command; null when this reply is fresh. */
    public @Nullable String replayed() {
        return replayed;
    }
}
