package dev.merit.analyst;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.TopicBroken;
import dev.merit.analyst.store.Warehouse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the topic into the file. The broker is told nothing of how far: that stands in the file, so that reading again
 * after a crash, or from the start into a new file, gives the same.
 */
final class Intake implements AutoCloseable {
    static final String TOPIC = "merit.transactions";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
    private static final int BATCH_MAX = 20_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Warehouse warehouse;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private long heard = System.nanoTime();

    Intake(Warehouse warehouse, String bootstrapServers) throws SQLException {
        this.warehouse = warehouse;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "merit-analyst",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        // What is not there any more must be noticed, not skipped.
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        15_000,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000,
                        ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG,
                        ""),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.partitions = consumer.partitionsFor(TOPIC).stream()
                .map(info -> new TopicPartition(TOPIC, info.partition()))
                .toList();
        consumer.assign(partitions);
        Map<Integer, Long> known = warehouse.positions(TOPIC);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        for (TopicPartition each : partitions) {
            Long next = known.getOrDefault(each.partition(), first.get(each));
            consumer.seek(each, next == null ? 0 : next);
        }
    }

    /**
     * Reads what is there now.
     *
     * @param told how many new events were added so far, after each batch
     * @return how many there were
     */
    long readToEnd(LongConsumer told) throws SQLException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return read(told, () -> ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    /** Reads on until it is told to stop. */
    long follow(LongConsumer told, BooleanSupplier stop) throws SQLException {
        return read(told, () -> {
            // Silence is nothing unusual for somebody who follows.
            heard = System.nanoTime();
            return stop.getAsBoolean();
        });
    }

    private long read(LongConsumer told, BooleanSupplier done) throws SQLException {
        long added = 0;
        heard = System.nanoTime();
        while (!done.getAsBoolean()) {
            List<Booked> batch = new ArrayList<>();
            boolean more = true;
            while (more && batch.size() < BATCH_MAX) {
                // Waits for the first records of a batch, and takes along what has come meanwhile.
                more = poll(batch, batch.isEmpty() ? POLL : Duration.ZERO);
            }
            if (!batch.isEmpty()) {
                added += warehouse.add(batch, TOPIC, positions());
                told.accept(added);
            }
        }
        return added;
    }

    private boolean poll(List<Booked> batch, Duration wait) {
        try {
            var records = consumer.poll(wait);
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > SILENCE_MAX.toNanos()) {
                throw new TopicBroken("The broker has said nothing for " + SILENCE_MAX.toSeconds() + " s.");
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                batch.add(booked(record));
            }
            return !records.isEmpty();
        } catch (OffsetOutOfRangeException e) {
            throw new TopicBroken(
                    "The topic no longer has what comes next, or is another one than before: read it into a new file.",
                    e);
        }
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new HashMap<>();
        partitions.forEach(each -> positions.put(each.partition(), consumer.position(each)));
        return positions;
    }

    private static Booked booked(ConsumerRecord<byte[], byte[]> record) {
        String where = "The record " + record.offset() + " of partition " + record.partition();
        Header id = record.headers().lastHeader("ce_id");
        try {
            Booked booked = booked(record.value());
            if (id == null
                    || !new String(id.value(), StandardCharsets.UTF_8)
                            .equals(booked.id().toString())) {
                throw new TopicBroken(where + " has not the id of its event as ce_id.");
            }
            return booked;
        } catch (IOException e) {
            throw new TopicBroken(where + " is no transaction.", e);
        }
    }

    static Booked booked(byte[] payload) throws IOException {
        return JSON.readValue(payload, Transaction.class).booked();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
