package dev.merit.embedded;

import org.jspecify.annotations.Nullable;

/**
 * An embedded server could not be started; the message is one sentence for the user and what the server itself said.
 */
public final class ServerStartFailed extends RuntimeException {

    ServerStartFailed(String message) {
        super(message);
    }

    ServerStartFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
