package dev.merit.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.platform.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads {@code merit.transactions} from its start, as any consumer could that wants to rebuild balances. */
public final class TopicReplay {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
    private static final int CALL_MILLIS = 15_000;

    /** What a transaction event says of its account. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Told(
            UUID id,
            PartnerId partnerId,
            MemberId memberId,
            CardId cardId,
            long accountSequence,
            long points,
            long balanceAfter) {}

    /** A topic that cannot be read to its end, or holds what is no event. */
    public static final class ReplayFailed extends RuntimeException {
        ReplayFailed(String message, Throwable cause) {
            super(message, cause);
        }

        ReplayFailed(String message) {
            super(message);
        }
    }

    private TopicReplay() {}

    /**
     * Reads every event that is in the topic now, repeats included: those of one member in the order of the topic. It
     * blocks; a broker that falls silent for 30 s ends it.
     *
     * @throws ReplayFailed when it cannot be read to the end
     */
    public static void read(String bootstrapServers, Consumer<Told> reader) {
        try (var consumer = new KafkaConsumer<>(
                settings(bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TransactionRecorded.TOPIC).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            readTo(consumer, consumer.endOffsets(partitions), reader);
        } catch (org.apache.kafka.common.KafkaException e) {
            throw new ReplayFailed("The topic " + TransactionRecorded.TOPIC + " cannot be read: " + e.getMessage(), e);
        }
    }

    static Map<String, Object> settings(String bootstrapServers) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "merit-replay",
                // A topic that a reader makes has the broker's defaults: too few partitions, and a retention.
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                CALL_MILLIS,
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                64 << 10,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000,
                ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG,
                false,
                ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG,
                "");
    }

    private static void readTo(
            KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends, Consumer<Told> reader) {
        long heard = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > SILENCE_MAX.toNanos()) {
                throw new ReplayFailed("The broker has said nothing for " + SILENCE_MAX.toSeconds() + " s.");
            }
            for (ConsumerRecord<String, byte[]> record : records) {
                Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
                if (end != null && record.offset() < end) {
                    reader.accept(told(record));
                }
            }
        }
    }

    private static Told told(ConsumerRecord<String, byte[]> record) {
        try {
            return Json.MAPPER.readValue(record.value(), Told.class);
        } catch (IOException e) {
            throw new ReplayFailed(
                    "The record " + record.offset() + " of partition " + record.partition() + " is no transaction.", e);
        }
    }
}
