package dev.merit.events;

import dev.merit.events.store.OutboxEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * One slice's way into Kafka. It blocks, so it is used from worker threads, by one at a time.
 *
 * <p>Order is kept by giving up: after a failure the producer would go on with the batches behind the lost one, and a
 * reader would see a member's later events before the earlier ones. So the first failure closes the producer where it
 * happens, before the next batch leaves; with one request in flight nothing is ahead of it. Each slice has a producer
 * of its own, so that one slice's trouble closes no other's.
 */
final class KafkaSink {
    private static final int DELIVERY_MILLIS = 10_000;
    private static final int REQUEST_MILLIS = 5_000;
    private static final int BLOCK_MILLIS = 5_000;
    /** As much is kept for each partition of each slice, whether it is filled or not. */
    private static final int BATCH_BYTES = 32 << 10;
    /** Above what any broker or topic is likely to take: they decide what is too large, and can be told otherwise. */
    private static final int REQUEST_BYTES_MAX = 8 << 20;

    private static final Duration WINDOW_LIMIT = Duration.ofSeconds(30);

    private final Map<String, Object> settings;
    private final AtomicReference<@Nullable Producer<String, byte[]>> producer = new AtomicReference<>();

    KafkaSink(String bootstrapServers, int slice) {
        this.settings = Map.ofEntries(
                Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "merit-outbox-" + slice),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1),
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, 5),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES),
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20),
                Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS),
                Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
                // Two relays in one JVM would fight for the same names in JMX, which nobody reads here.
                Map.entry(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, ""));
    }

    /**
     * Sends events in order and waits until each is acknowledged by all in-sync replicas, or one is not.
     *
     * @param mayGoOn asked before each event
     */
    Delivery deliver(List<OutboxEvent> events, Map<String, Integer> partitions, BooleanSupplier mayGoOn) {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>(events.size());
        KafkaException broken = null;
        boolean unqueued = false;
        try {
            checkPartitions(events, partitions);
            unqueued = !send(events, mayGoOn, acknowledgements);
        } catch (KafkaException e) {
            broken = e;
        } catch (IllegalStateException e) {
            // Closed while sending: by the failure of an earlier event, which is found below, or from outside.
            broken = new KafkaException("the producer was closed", e);
        }
        Delivery delivery = await(acknowledgements);
        if (delivery.failure() == null && broken != null) {
            delivery = Delivery.failed(delivery.count(), broken);
        }
        if (delivery.failure() != null) {
            boolean wasNeverQueued = broken == null && delivery.count() == acknowledgements.size() - 1 && unqueued;
            if (!wasNeverQueued) {
                // Behind it every event has its answer, were it that it was given up.
                close();
            }
            delivery = told(events, acknowledgements, delivery);
        }
        return delivery;
    }

    /** From what the producer knows anyway. It would send a member's next events to another partition. */
    private void checkPartitions(List<OutboxEvent> events, Map<String, Integer> partitions) {
        Producer<String, byte[]> open = open();
        Set<String> topics = events.stream().map(OutboxEvent::topic).collect(Collectors.toSet());
        for (String topic : topics) {
            Integer expected = partitions.get(topic);
            if (expected != null && open.partitionsFor(topic).size() != expected) {
                throw new KafkaException("the number of partitions of " + topic + " has changed");
            }
        }
    }

    /** False when the last event was not even given to the producer, which can go on as if nothing had happened. */
    private boolean send(
            List<OutboxEvent> events, BooleanSupplier mayGoOn, List<Future<RecordMetadata>> acknowledgements) {
        Producer<String, byte[]> open = open();
        Thread sending = Thread.currentThread();
        for (OutboxEvent event : events) {
            if (!mayGoOn.getAsBoolean()) {
                return true;
            }
            ProducerRecord<String, byte[]> record;
            try {
                record = CloudEvents.record(event);
            } catch (Unsendable e) {
                acknowledgements.add(CompletableFuture.failedFuture(e));
                return false;
            }
            Future<RecordMetadata> acknowledgement = open.send(record, (metadata, failure) -> {
                // A failure on this thread means that the event was never queued: those before it may still arrive.
                if (failure != null && Thread.currentThread() != sending) {
                    open.close(Duration.ZERO);
                }
            });
            acknowledgements.add(acknowledgement);
            if (acknowledgement.state() == Future.State.FAILED) {
                return true;
            }
        }
        // There is nothing more to gather for.
        open.flush();
        return true;
    }

    private static Delivery await(List<Future<RecordMetadata>> acknowledgements) {
        long deadline = System.nanoTime() + WINDOW_LIMIT.toNanos();
        int count = 0;
        try {
            for (Future<RecordMetadata> acknowledgement : acknowledgements) {
                var unused = acknowledgement.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                count++;
            }
            return Delivery.of(count);
        } catch (ExecutionException e) {
            return Delivery.failed(count, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            return Delivery.failed(count, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Delivery.failed(count, e);
        }
    }

    /** What became of the events behind the failure. */
    private static Delivery told(
            List<OutboxEvent> events, List<Future<RecordMetadata>> acknowledgements, Delivery delivery) {
        Set<UUID> arrived = new HashSet<>();
        Set<UUID> refused = new HashSet<>();
        for (int i = delivery.count(); i < acknowledgements.size(); i++) {
            Future<RecordMetadata> acknowledgement = acknowledgements.get(i);
            Future.State state = acknowledgement.state();
            if (state == Future.State.SUCCESS) {
                arrived.add(events.get(i).id());
            } else if (state == Future.State.FAILED && Delivery.isFinal(acknowledgement.exceptionNow())) {
                refused.add(events.get(i).id());
            }
        }
        return new Delivery(delivery.count(), delivery.failure(), arrived, refused);
    }

    private Producer<String, byte[]> open() {
        Producer<String, byte[]> open = producer.get();
        if (open == null) {
            open = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
            producer.set(open);
        }
        return open;
    }

    /** Drops what is not acknowledged yet. The next delivery opens anew. */
    void close() {
        Producer<String, byte[]> open = producer.getAndSet(null);
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
