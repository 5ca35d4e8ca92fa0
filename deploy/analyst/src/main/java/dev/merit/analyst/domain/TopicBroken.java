package dev.merit.analyst.domain;

/** The topic is not there, cannot be read on, or holds what is no transaction: nothing more is added to the file. */
public final class TopicBroken extends RuntimeException {
    public TopicBroken(String message) {
        super(message);
    }

    public TopicBroken(String message, Throwable cause) {
        super(message, cause);
    }
}
