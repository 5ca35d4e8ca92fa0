package dev.merit.chaos.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.Evidence.Enrolment;
import dev.merit.chaos.domain.Evidence.Movement;
import dev.merit.chaos.domain.Evidence.Redemption;
import dev.merit.chaos.domain.Evidence.StreamRecord;
import dev.merit.chaos.domain.Evidence.Told;
import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.contracts.event.LoyaltyEvent.VoucherUsed;
import dev.merit.platform.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads all topics of the nodes to where they end now. */
public final class Topics {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int CALL_MILLIS = 30_000;
    private static final String OURS = "merit.";

    private Topics() {}

    /** A topic that cannot be read, or holds what is no event. */
    public static final class TopicsUnreadable extends RuntimeException {
        TopicsUnreadable(String message) {
            super(message);
        }

        TopicsUnreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Every record, repeats included; those of one partition in their order. */
    public static List<StreamRecord> read(String bootstrapServers) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "default.api.timeout.ms",
                CALL_MILLIS,
                "metric.reporters",
                "",
                "enable.metrics.push",
                false);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().values().stream()
                    .flatMap(Collection::stream)
                    .filter(info -> info.topic().startsWith(OURS))
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readTo(consumer, consumer.endOffsets(partitions));
        } catch (org.apache.kafka.common.KafkaException e) {
            throw new TopicsUnreadable("The topics cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<StreamRecord> readTo(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        List<StreamRecord> records = new ArrayList<>();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new TopicsUnreadable("The topics were not read to their ends in " + LIMIT.toSeconds() + " s.");
            }
            consumer.poll(POLL).forEach(record -> records.add(told(record)));
        }
        return records;
    }

    private static StreamRecord told(ConsumerRecord<byte[], byte[]> record) {
        return new StreamRecord(
                record.topic(),
                UUID.fromString(header(record, "ce_id")),
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                Long.parseLong(header(record, "ce_sequence")),
                digest(record),
                toldBy(record));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null) {
            throw new TopicsUnreadable("A record of " + record.topic() + " has no " + name + ".");
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static @Nullable Told toldBy(ConsumerRecord<byte[], byte[]> record) {
        try {
            JsonNode json = Json.MAPPER.readTree(record.value());
            if (record.topic().equals(TransactionRecorded.TOPIC)) {
                AccountKey account = new AccountKey(id(json, "partner_id"), id(json, "member_id"), id(json, "card_id"));
                return new Movement(
                        account,
                        json.path("points").longValue(),
                        json.path("balance_after").longValue());
            }
            return switch (json.path("event").asText()) {
                case VoucherUsed.REDEEMED -> new Redemption(id(json, "redemption_id"));
                case MemberEnrolled.EVENT -> new Enrolment(id(json, "partner_id"), id(json, "member_id"));
                default -> null;
            };
        } catch (IOException e) {
            throw new TopicsUnreadable("A record of " + record.topic() + " is no JSON.", e);
        }
    }

    private static UUID id(JsonNode json, String field) {
        return UUID.fromString(json.path(field).asText());
    }

    private static String digest(ConsumerRecord<byte[], byte[]> record) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(record.key());
        for (Header header : record.headers()) {
            bytes.writeBytes(header.key().getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(header.value());
        }
        bytes.writeBytes(record.value());
        return HexFormat.of().formatHex(Json.sha256(bytes.toByteArray()), 0, 16);
    }
}
