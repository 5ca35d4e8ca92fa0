package dev.merit.analyst;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.TopicBroken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The topic, from given offsets on. The broker is told nothing of how far it is read. */
final class TopicReader implements AutoCloseable {
    private static final String OTHER_TOPIC =
            "The topic no longer has what comes next, or is another one than before: read it into a new file.";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();

    TopicReader(String bootstrapServers, String topic) {
        this.topic = topic;
        this.consumer = new KafkaConsumer<>(
                settings(bootstrapServers), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static Map<String, Object> settings(String bootstrapServers) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "merit-analyst");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A topic that a reader makes has the broker's defaults: too few partitions, and a retention.
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // What is not there any more must be noticed, not skipped.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        settings.put(ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        return settings;
    }

    String topic() {
        return topic;
    }

    boolean isThere() {
        return !listPartitions().isEmpty();
    }

    private List<TopicPartition> listPartitions() {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /**
     * Takes up the partitions that there are and were not read so far; what was read of the others goes on.
     *
     * @param known where to begin; a partition that is not in it begins with its first record
     */
    void takePartitions(Map<Integer, Long> known) {
        List<TopicPartition> fresh = new ArrayList<>(listPartitions());
        fresh.removeAll(partitions);
        if (fresh.isEmpty()) {
            return;
        }
        partitions.addAll(fresh);
        if (!partitions.stream().map(TopicPartition::partition).toList().containsAll(known.keySet())) {
            throw new TopicBroken(OTHER_TOPIC);
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(fresh);
        for (TopicPartition each : fresh) {
            Long next = known.getOrDefault(each.partition(), first.get(each));
            consumer.seek(each, next == null ? 0 : next);
        }
    }

    /** Where the partitions end now. */
    Map<TopicPartition, Long> ends() {
        return consumer.endOffsets(partitions);
    }

    boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** The next offset of each partition. */
    Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new HashMap<>();
        partitions.forEach(each -> positions.put(each.partition(), consumer.position(each)));
        return positions;
    }

    /** What comes next; nothing when nothing has come in that time. */
    List<Booked> poll(Duration wait) {
        try {
            List<Booked> events = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                events.add(booked(record));
            }
            return events;
        } catch (OffsetOutOfRangeException e) {
            throw new TopicBroken(OTHER_TOPIC, e);
        }
    }

    private static Booked booked(ConsumerRecord<byte[], byte[]> record) {
        String where = "The record " + record.offset() + " of partition " + record.partition();
        Header id = record.headers().lastHeader("ce_id");
        try {
            Booked booked = booked(record.value());
            if (id == null
                    || id.value() == null
                    || !new String(id.value(), StandardCharsets.UTF_8)
                            .equals(booked.id().toString())) {
                throw new TopicBroken(where + " has not the id of its event as ce_id.");
            }
            return booked;
        } catch (IOException e) {
            throw new TopicBroken(where + " is no transaction.", e);
        }
    }

    static Booked booked(byte @Nullable [] payload) throws IOException {
        Transaction transaction = payload == null ? null : JSON.readValue(payload, Transaction.class);
        if (transaction == null) {
            throw new IOException("nothing");
        }
        return transaction.booked();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
