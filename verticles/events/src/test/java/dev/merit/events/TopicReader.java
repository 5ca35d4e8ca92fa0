package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.events.Samples.Account;
import dev.merit.testing.EventSchemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A consumer that knows nothing of the relay: what it has read of some members, from the topic's start on. */
final class TopicReader implements AutoCloseable {
    private static final EventSchemas SCHEMAS = EventSchemas.load();

    private final KafkaConsumer<String, byte[]> consumer;
    private final Set<String> keys;
    private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    TopicReader(String bootstrapServers, Collection<Account> accounts) {
        keys = accounts.stream().map(Account::key).collect(Collectors.toSet());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "metric.reporters", ""),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Reads on until that many different events are there, or time is up. */
    void readUntil(int distinct, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (ids.size() < distinct && System.nanoTime() < deadline) {
            poll();
        }
    }

    /** Reads on for a while: what should not come would come now. */
    void readFor(Duration time) {
        readUntil(Integer.MAX_VALUE, time);
    }

    private void poll() {
        if (consumer.assignment().isEmpty()) {
            List<TopicPartition> partitions = consumer.partitionsFor(TransactionRecorded.TOPIC).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                // Nobody has made the topic yet.
                return;
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            if (keys.contains(record.key())) {
                // Whatever a test publishes has to be what consumers are told.
                assertThat(SCHEMAS.faults(record)).isEmpty();
                records.add(record);
                ids.add(header(record, "ce_id"));
            }
        }
    }

    /** Everything read, repeats included. */
    List<ConsumerRecord<String, byte[]>> records() {
        return records;
    }

    int partitions() {
        return consumer.assignment().size();
    }

    int distinct() {
        return ids.size();
    }

    int duplicates() {
        return records.size() - ids.size();
    }

    /** The sequences of a member with one card, in the order in which a reader that drops repeats sees them. */
    List<Long> sequences(Account account) {
        Set<String> seen = new HashSet<>();
        return records.stream()
                .filter(record -> record.key().equals(account.key()))
                .filter(record -> seen.add(header(record, "ce_id")))
                .map(record -> Long.parseLong(header(record, "ce_sequence")))
                .toList();
    }

    /** Nothing is missing, and no event came before an earlier one of its account. */
    void assertGapless(Account account, long last) {
        assertThat(sequences(account))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
    }

    /** Whatever came more than once came with the same key, headers and bytes. */
    void assertRepeatsAreIdentical() {
        Map<String, List<ConsumerRecord<String, byte[]>>> byId =
                records.stream().collect(Collectors.groupingBy(record -> header(record, "ce_id")));
        byId.values().forEach(same -> assertThat(same).allSatisfy(record -> {
            assertThat(record.value()).isEqualTo(same.getFirst().value());
            assertThat(record.key()).isEqualTo(same.getFirst().key());
            assertThat(record.headers()).isEqualTo(same.getFirst().headers());
            assertThat(record.partition()).isEqualTo(same.getFirst().partition());
        }));
    }

    static String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
