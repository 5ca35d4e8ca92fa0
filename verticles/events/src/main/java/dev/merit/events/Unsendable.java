package dev.merit.events;

/** A stored event of which no record can be made. Its message names no content. */
final class Unsendable extends RuntimeException {
    Unsendable(String message) {
        super(message, null, false, false);
    }
}
