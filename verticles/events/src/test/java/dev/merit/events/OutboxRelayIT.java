package dev.merit.events;

import static dev.merit.events.OutboxWriter.done;
import static dev.merit.events.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.events.Samples.Account;
import dev.merit.platform.Json;
import dev.merit.platform.pg.Outbox;
import dev.merit.testing.Eventually;
import dev.merit.testing.KafkaFixture;
import dev.merit.testing.PostgresFixture;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutboxRelayIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @RegisterExtension
    static final KafkaFixture KAFKA = new KafkaFixture();

    private RelayNode node;
    private OutboxWriter writer;

    OutboxRelayIT() {
        node = new RelayNode(POSTGRES, KAFKA.bootstrapServers());
        writer = new OutboxWriter(POSTGRES);
    }

    @BeforeEach
    void start() {
        node.start();
    }

    @AfterEach
    void stop() {
        node.close();
        writer.close();
        POSTGRES.execute("TRUNCATE platform.outbox");
    }

    @Test
    void publishesEventsThatCommitLate() throws Exception {
        // Breaks with a cursor ("id > the last one published") and with "older than some seconds": the late rows have
        // the lowest ids of all, and everything after it is published and marked before they can be seen.
        List<Account> late = Account.fresh(10);
        List<Account> others = Account.fresh(20);
        List<PgConnection> slow = new ArrayList<>();
        for (Account account : late) {
            PgConnection connection = Eventually.get(writer.database.dedicated());
            slow.add(connection);
            done(connection
                    .query("SET idle_in_transaction_session_timeout = '60s'")
                    .execute());
            done(connection.query("BEGIN").execute());
            done(Outbox.append(connection, Samples.purchases(account, 1, 3)));
        }
        long begun = System.nanoTime();
        for (long sequence = 1; sequence <= 50; sequence++) {
            for (Account other : others) {
                writer.commit(List.of(Samples.purchase(other, sequence)));
            }
        }
        List<Account> all = new ArrayList<>(others);
        all.addAll(late);
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), all)) {
            reader.readUntil(1_000, LIMIT);
            assertThat(reader.distinct()).isEqualTo(1_000);
            Thread.sleep(Math.max(
                    0, 5_000 - Duration.ofNanos(System.nanoTime() - begun).toMillis()));
            late.forEach(account -> assertThat(reader.sequences(account)).isEmpty());

            slow.forEach(connection -> done(connection.query("COMMIT").execute()));
            late.forEach(account -> writer.commit(List.of(Samples.purchase(account, 4))));

            reader.readUntil(1_040, LIMIT);
            others.forEach(other -> reader.assertGapless(other, 50));
            late.forEach(account -> reader.assertGapless(account, 4));
            assertThat(reader.duplicates()).isZero();
        } finally {
            slow.forEach(connection -> done(connection.close()));
        }
        nothingWaits();
    }

    @Test
    void speaksCloudEventsToAForeignConsumer() {
        Account account = Account.fresh();
        List<TransactionRecorded> events = List.of(Samples.purchase(account, 1), Samples.expiry(account, 2));
        writer.commit(events);
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), List.of(account))) {
            reader.readUntil(2, LIMIT);
            assertThat(reader.records()).hasSize(2);
            for (int i = 0; i < 2; i++) {
                var record = reader.records().get(i);
                var event = events.get(i);
                assertThat(record.key()).isEqualTo(event.memberId().toString());
                assertThat(record.value()).asString().isEqualTo(Json.write(event));
                assertThat(Json.read(Json.write(event), TransactionRecorded.class))
                        .isEqualTo(event);
                assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
                assertThat(header(record, "ce_id")).isEqualTo(event.id().toString());
                assertThat(header(record, "ce_source")).isEqualTo("urn:merit:partner:" + event.partnerId());
                assertThat(header(record, "ce_type")).isEqualTo("merit.transaction." + event.event());
                assertThat(header(record, "ce_subject"))
                        .isEqualTo(event.memberId().toString());
                assertThat(header(record, "ce_time")).isEqualTo(stored(event));
                assertThat(header(record, "ce_sequence")).isEqualTo("0000000000000000000" + (i + 1));
                assertThat(header(record, "content-type")).isEqualTo("application/json");
            }
        }
    }

    @Test
    void makesTheTopicWithItsPartitions() {
        Account account = Account.fresh();
        writer.commit(List.of(Samples.purchase(account, 1)));
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), List.of(account))) {
            reader.readUntil(1, LIMIT);
            assertThat(reader.partitions()).isEqualTo(12);
        }
    }

    @Test
    void drainsABacklogWithOneVeryBusyMember() {
        Account busy = Account.fresh();
        List<Account> others = Account.fresh(100);
        for (long from = 1; from <= 10_000; from += 200) {
            List<TransactionRecorded> batch = new ArrayList<>(Samples.purchases(busy, from, from + 199));
            for (Account other : others) {
                batch.addAll(Samples.purchases(other, from / 100 + 1, from / 100 + 2));
            }
            writer.commit(batch);
        }
        List<Account> all = new ArrayList<>(others);
        all.add(busy);
        long begun = System.nanoTime();
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), all)) {
            reader.readUntil(20_000, LIMIT);
            long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            System.out.printf("backlog: the last of 20,000 events read %d ms after the last commit%n", millis);
            reader.assertGapless(busy, 10_000);
            others.forEach(other -> reader.assertGapless(other, 100));
            assertThat(reader.duplicates()).isZero();
        }
        nothingWaits();
        assertThat(node.count("merit.outbox.published")).isEqualTo(20_000);
    }

    private static String stored(TransactionRecorded event) {
        // PostgreSQL keeps microseconds.
        return event.time().truncatedTo(ChronoUnit.MICROS).toString();
    }

    private static void nothingWaits() {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> POSTGRES.count("SELECT count(*) FROM platform.outbox WHERE published_at IS NULL") == 0);
    }
}
