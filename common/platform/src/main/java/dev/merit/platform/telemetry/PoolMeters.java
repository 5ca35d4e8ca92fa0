package dev.merit.platform.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Shows how busy the connections to PostgreSQL are. Of all that Vert.x could measure this is the only thing taken: the rest
 * would cost more than it tells.
 */
public final class PoolMeters implements VertxMetricsFactory {
    private static final String SQL = "sql";

    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final String pool;

    /** Watches the pools whose name begins with {@code pool}. */
    public PoolMeters(MeterRegistry meters, String pool) {
        this.pool = pool;
        Gauge.builder("merit.pool.busy", busy, AtomicInteger::get)
                .description("Connections of the pool that are in use.")
                .register(meters);
        Gauge.builder("merit.pool.waiting", waiting, AtomicInteger::get)
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

    private final class Counting implements PoolMetrics<Counting, Counting> {
        @Override
        public Counting enqueue() {
            waiting.incrementAndGet();
            return this;
        }

        @Override
        public void dequeue(Counting queued) {
            waiting.decrementAndGet();
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
}
