package dev.merit.chaos.world;

/** The run cannot go on; the message says why, in a sentence for whoever started it. */
public final class ChaosFailed extends RuntimeException {
    public ChaosFailed(String message) {
        super(message);
    }

    public ChaosFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
