package dev.merit.platform.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how busy the connections to PostgreSQL are. Of all that Vert.x could measure this is the only thing taken: the
 * rest would cost more than it tells.
 */
public final class PoolMeters implements VertxMetricsFactory {
    private static final String SQL = "sql";

    private final AtomicInteger busy = new AtomicInteger();
    private final Queue queue;
    private final String pool;

    /** Watches the pools whose name begins with {@code pool}. */
    public PoolMeters(MeterRegistry meters, String pool) {
        this(meters, pool, System::nanoTime);
    }

    PoolMeters(MeterRegistry meters, String pool, LongSupplier nanos) {
        this.pool = pool;
        this.queue = new Queue(nanos);
        Gauge.builder("merit.pool.busy", busy, AtomicInteger::get)
                .description("Connections of the pool that are in use.")
                .register(meters);
        Gauge.builder("merit.pool.waiting", queue, Queue::waiting)
                .description("Requests that wait for a connection of the pool.")
                .register(meters);
    }

    @Override
    public VertxMetrics metrics(VertxOptions options) {
        return new VertxMetrics() {
            @Override
            public @Nullable PoolMetrics<?, ?> createPoolMetrics(String type, @Nullable String name, int size) {
                return type.equals(SQL) && name != null && name.startsWith(pool) ? new Counting() : null;
            }
        };
    }

    private final class Counting implements PoolMetrics<Second, Counting> {
        @Override
        public Second enqueue() {
            Second second = queue.now();
            second.waiting.incrementAndGet();
            return second;
        }

        @Override
        public void dequeue(Second begun) {
            begun.waiting.decrementAndGet();
        }

        @Override
        public Counting begin() {
            busy.incrementAndGet();
            return this;
        }

        @Override
        public void end(Counting begun) {
            busy.decrementAndGet();
        }
    }

    /** Those who began to wait in one second and still do. */
    private record Second(long number, AtomicInteger waiting) {}

    /**
     * Vert.x does not say when a wait ended with a connection that could not be made. But a wait has a limit of two
     * seconds, so whatever began earlier than these seconds is over.
     */
    private static final class Queue {
        private static final int SECONDS = 4;

        private final AtomicReferenceArray<@Nullable Second> recent = new AtomicReferenceArray<>(SECONDS);
        private final LongSupplier nanos;

        Queue(LongSupplier nanos) {
            this.nanos = nanos;
        }

        Second now() {
            long number = second();
            Second found = recent.get(Math.floorMod(number, SECONDS));
            if (found != null && found.number == number) {
                return found;
            }
            Second made = new Second(number, new AtomicInteger());
            return recent.compareAndSet(Math.floorMod(number, SECONDS), found, made) ? made : now();
        }

        int waiting() {
            long oldest = second() - SECONDS;
            int sum = 0;
            for (int i = 0; i < SECONDS; i++) {
                Second each = recent.get(i);
                sum += each == null || each.number <= oldest ? 0 : each.waiting.get();
            }
            return sum;
        }

        private long second() {
            return nanos.getAsLong() / Duration.ofSeconds(1).toNanos();
        }
    }
}
