package dev.merit.node;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits on the main thread, always with a limit, for what happens on event loops. */
final class Waiting {
    private Waiting() {}

    /** The same for what has no value worth having. */
    static void done(Future<?> future, Duration limit, String what) {
        var unused = on(future, limit, what);
    }

    /**
     * The future's value.
     *
     * @param what completes the sentence "… did not finish within n seconds"
     * @throws CancellationException when whoever waits is interrupted: the program ends
     */
    static <T> T on(Future<T> future, Duration limit, String what) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw new StartFailed(what + " failed: " + (cause == null ? e : cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new StartFailed(what + " did not finish within " + limit.toSeconds() + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var given = new CancellationException(what + " was interrupted");
            given.initCause(e);
            throw given;
        }
    }
}
