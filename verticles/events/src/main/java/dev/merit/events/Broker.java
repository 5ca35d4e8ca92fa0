package dev.merit.events;

import dev.merit.events.store.OutboxEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Kafka without blocking: its clients block, so they are called on worker threads of their own. */
final class Broker {
    private static final int CALL_SECONDS_MAX = 60;

    private final Vertx vertx;
    private final String bootstrapServers;
    private final int threads;
    private @Nullable WorkerExecutor workers;
    private @Nullable Future<?> topics;

    /** @param slices how many may wait for Kafka at once without making others wait */
    Broker(Vertx vertx, String bootstrapServers, int slices) {
        this.vertx = vertx;
        this.bootstrapServers = bootstrapServers;
        this.threads = slices + 1;
    }

    KafkaSink sink(int slice) {
        return new KafkaSink(bootstrapServers, slice);
    }

    /** Sends events in order and tells how far they came; before the first ones, topics are made. */
    Future<Delivery> deliver(KafkaSink sink, List<OutboxEvent> events, BooleanSupplier mayGoOn) {
        return topics().compose(ready -> workers().executeBlocking(() -> sink.deliver(events, mayGoOn), false))
                .otherwise(failure -> new Delivery(0, failure))
                .onSuccess(delivery -> {
                    if (delivery.failure() != null) {
                        // Whatever came back may have come back empty.
                        topics = null;
                    }
                });
    }

    Future<?> close(KafkaSink sink) {
        return workers()
                .executeBlocking(
                        () -> {
                            sink.close();
                            return null;
                        },
                        false);
    }

    Future<?> close() {
        WorkerExecutor open = workers;
        return open == null ? Future.succeededFuture() : open.close();
    }

    /** Made when the verticle runs, so that they belong to it and live until it has stopped. */
    private WorkerExecutor workers() {
        WorkerExecutor open = workers;
        if (open == null) {
            open = vertx.createSharedWorkerExecutor("merit-events", threads, CALL_SECONDS_MAX, TimeUnit.SECONDS);
            workers = open;
        }
        return open;
    }

    private Future<?> topics() {
        Future<?> known = topics;
        if (known == null || known.failed()) {
            known = workers()
                    .executeBlocking(
                            () -> {
                                Topics.makeMissing(bootstrapServers);
                                return null;
                            },
                            false);
            topics = known;
        }
        return known;
    }
}
