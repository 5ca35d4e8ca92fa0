package dev.merit.node;

import org.jspecify.annotations.Nullable;

/** The program cannot go on; the message is a sentence for whoever started it. */
final class StartFailed extends RuntimeException {
    StartFailed(String message) {
        super(message);
    }

    StartFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
