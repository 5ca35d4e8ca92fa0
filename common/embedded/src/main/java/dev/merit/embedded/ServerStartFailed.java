package dev.merit.embedded;

import org.jspecify.annotations.Nullable;

/**
 * A server or a node could not be started; the message is one sentence for the user and what the process itself said.
 */
public final class ServerStartFailed extends RuntimeException {

    public ServerStartFailed(String message) {
        super(message);
    }

    ServerStartFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
