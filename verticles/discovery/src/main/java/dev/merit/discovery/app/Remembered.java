package dev.merit.discovery.app;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One answer that is the same for everybody, remembered for a moment. However many want it at once, it is asked for
 * once; a failure is not remembered. To be used on one event loop.
 *
 * @param <T> the answer
 */
final class Remembered<T> {
    private final Supplier<Future<T>> source;
    private final long nanos;
    private @Nullable Future<T> last;
    private long askedAt;

    Remembered(Duration length, Supplier<Future<T>> source) {
        this.nanos = length.toNanos();
        this.source = source;
    }

    Future<T> get() {
        Future<T> known = last;
        if (known != null && (!known.isComplete() || (known.succeeded() && System.nanoTime() - askedAt < nanos))) {
            return known;
        }
        askedAt = System.nanoTime();
        Future<T> asked = source.get();
        last = asked;
        return asked;
    }
}
