package dev.merit.events;

import dev.merit.events.store.OutboxEvent;
import dev.merit.events.store.TopicStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka without blocking: its clients block, so they are called on worker threads of their own. */
final class Broker {
    private static final Logger LOGGER = LoggerFactory.getLogger(Broker.class);
    private static final int CALL_SECONDS_MAX = 60;

    private final Vertx vertx;
    private final RelayConnection connection;
    private final String bootstrapServers;
    private final int threads;
    private final TopicStore store = new TopicStore();
    private @Nullable WorkerExecutor workers;
    private @Nullable Future<Map<String, Integer>> topics;
    private volatile @Nullable String halted;

    /** @param slices how many may wait for Kafka at once without making others wait */
    Broker(Vertx vertx, RelayConnection connection, String bootstrapServers, int slices) {
        this.vertx = vertx;
        this.connection = connection;
        this.bootstrapServers = bootstrapServers;
        this.threads = slices + 1;
    }

    KafkaSink sink(int slice) {
        return new KafkaSink(bootstrapServers, slice);
    }

    /** Makes the topics before anybody reads or writes them; when Kafka is not there, the first delivery does. */
    void prepare() {
        topics().onFailure(failure -> {
            topics = null;
            LOGGER.atDebug().setCause(failure).log("topics_not_prepared");
        });
    }

    /** Sends events in order and tells how far they came; before the first ones, topics are made. */
    Future<Delivery> deliver(KafkaSink sink, List<OutboxEvent> events, BooleanSupplier mayGoOn) {
        return topics().compose(
                        partitions -> workers().executeBlocking(() -> sink.deliver(events, partitions, mayGoOn), false))
                .otherwise(failure -> Delivery.failed(0, failure))
                .onSuccess(delivery -> {
                    if (delivery.failure() != null && !delivery.isRefused()) {
                        // Whatever came back may have come back empty.
                        topics = null;
                    }
                });
    }

    /** From any thread: why nothing may be published although Kafka is there; empty when all is well. */
    Optional<String> halted() {
        return Optional.ofNullable(halted);
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

    private Future<Map<String, Integer>> topics() {
        Future<Map<String, Integer>> known = topics;
        if (known == null || known.failed()) {
            known = workers()
                    .executeBlocking(() -> Topics.makeMissing(bootstrapServers), false)
                    .compose(now -> connection
                            .run(client -> store.remember(client, now))
                            .map(before -> {
                                PartitionsChanged.check(now, before);
                                return now;
                            }))
                    .onComplete(checked -> {
                        if (checked.succeeded()) {
                            halted = null;
                        } else if (checked.cause() instanceof PartitionsChanged changed) {
                            halt(changed);
                        }
                    });
            topics = known;
        }
        return known;
    }

    private void halt(PartitionsChanged changed) {
        String sentence = changed.getMessage();
        if (sentence != null && !sentence.equals(halted)) {
            halted = sentence;
            LOGGER.atError().addKeyValue("reason", sentence).log("outbox_halted");
        }
    }
}
