package dev.merit.analyst.domain;

/** The topic tells something that cannot be: nothing more may be added to the file. */
public final class TopicBroken extends RuntimeException {
    public TopicBroken(String message) {
        super(message);
    }

    public TopicBroken(String message, Throwable cause) {
        super(message, cause);
    }
}
