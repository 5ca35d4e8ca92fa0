package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.embedded.EmbeddedKafka;
import dev.merit.embedded.KafkaOptions;
import dev.merit.events.Samples.Account;
import dev.merit.events.store.ParkedStore;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.WaitingEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events that Kafka refuses for good. Everything is in one slice, so that nobody flows just by being elsewhere. */
class PoisonIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration FLOW_LIMIT = Duration.ofSeconds(10);
    private static final int SLICE = 3;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedKafka kafka;

    private final OutboxWriter writer = new OutboxWriter(POSTGRES);
    private final ParkedStore parked = new ParkedStore();
    private final Account bad = Account.inSlice(SLICE);
    private final Account good = Account.inSlice(SLICE);
    private RelayNode node = new RelayNode(POSTGRES, kafka.bootstrapServers());

    @BeforeAll
    static void startKafka(@TempDir Path directory) {
        kafka = EmbeddedKafka.start(KafkaOptions.in(directory));
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @AfterEach
    void stop() {
        node.close();
        writer.close();
        POSTGRES.execute("TRUNCATE platform.outbox, platform.parked_event");
    }

    @Test
    void parksAnEventLargerThanTheBrokerTakesAndSendsItInOrderOnceItMay() throws Exception {
        // Breaks when the slice stops at the event; when the member's later events go first; when another topic of the
        // member waits, too; when a new owner does not know what is parked; when what was released is sent behind what
        // came after it. The broker lets the event come among others, so the relay has to find out which one it was.
        node.start();
        writer.commit(List.of(Samples.purchase(good, 1)));
        untilPublished(1);
        limitMessages(4_000);
        List<TransactionRecorded> row = new ArrayList<>(Samples.purchases(bad, 1, 6));
        row.set(3, Samples.withReference(row.get(3), "x".repeat(5_000)));
        UUID poison = row.get(3).id().value();
        row.addAll(Samples.purchases(good, 2, 30));
        writer.commit(row);
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), List.of(bad, good))) {
            writer.commit(Samples.purchases(bad, 7, 9));
            writer.commit(List.of(Samples.enrolled(bad)));
            writer.commit(Samples.purchases(good, 31, 50));
            reader.readUntil(53, FLOW_LIMIT);
            reader.assertGapless(bad, 3);
            reader.assertGapless(good, 50);
            untilParked(6);
            assertThat(node.count("merit.outbox.refused")).isEqualTo(1);
            assertThat(published(bad))
                    .containsExactly(
                            "1 true", "2 true", "3 true", "4 false", "5 false", "6 false", "7 false", "8 false",
                            "9 false");
            assertThat(POSTGRES.count("SELECT count(*) FROM audit.v_outbox WHERE published AND topic = '"
                            + MemberEnrolled.TOPIC + "' AND record_key = '" + bad.key() + "'"))
                    .isEqualTo(1);
            assertThat(POSTGRES.query(
                            "SELECT event_id || ' ' || cause FROM platform.parked_event" + " WHERE cause IS NOT NULL"))
                    .containsExactly(poison + " RecordTooLargeException");

            node.close();
            node = new RelayNode(POSTGRES, kafka.bootstrapServers());
            node.start();
            writer.commit(List.of(Samples.purchase(bad, 10), Samples.purchase(good, 51)));
            reader.readUntil(54, FLOW_LIMIT);
            reader.assertGapless(good, 51);
            untilParked(7);

            // Too early: it is refused again, and nothing behind it has gone.
            assertThat(Eventually.get(parked.release(writer.database.pool(), poison)))
                    .isTrue();
            Awaitility.await().atMost(LIMIT).until(() -> node.count("merit.outbox.refused") == 1);
            untilParked(7);
            reader.readFor(Duration.ofSeconds(1));
            reader.assertGapless(bad, 3);

            limitMessages(1_000_000);
            assertThat(Eventually.get(parked.release(writer.database.pool(), poison)))
                    .isTrue();
            writer.commit(Samples.purchases(bad, 11, 12));
            reader.readUntil(63, LIMIT);
            reader.assertGapless(bad, 12);
            // What was on its way when the event was refused, to other members.
            assertThat(reader.duplicates()).isLessThan(20);
            reader.assertRepeatsAreIdentical();
            untilParked(0);
            assertThat(published(bad)).hasSize(12).allMatch(line -> line.endsWith(" true"));
        }
    }

    @Test
    void parksWhatNoConsumerCouldReadAndGoesOnWithoutItWhenItIsGivenUp() throws Exception {
        // Breaks when the payload is sent unread, when a damaged column fails the whole window, and when what is behind
        // a dropped event stays there.
        Account other = Account.inSlice(SLICE);
        writer.commit(Samples.purchases(bad, 1, 4));
        writer.commit(Samples.purchases(other, 1, 4));
        WaitingEvents.unpack(POSTGRES, TransactionRecorded.TOPIC);
        POSTGRES.execute("UPDATE platform.outbox SET payloads[2] = '{' || payloads[2] WHERE member_ids[1] = '"
                + bad.key() + "'");
        POSTGRES.execute("UPDATE platform.outbox SET types[3] = NULL WHERE member_ids[1] = '" + other.key() + "'");
        writer.commit(Samples.purchases(good, 1, 50));
        node.start();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), List.of(bad, other, good))) {
            reader.readUntil(53, FLOW_LIMIT);
            reader.assertGapless(good, 50);
            reader.assertGapless(bad, 1);
            reader.assertGapless(other, 2);
            untilParked(5);
            assertThat(POSTGRES.query("SELECT cause FROM platform.parked_event WHERE cause IS NOT NULL ORDER BY id"))
                    .containsExactly("the payload is no JSON object", "the type is missing");

            POSTGRES.execute("UPDATE platform.parked_event SET payload = substr(payload, 2) WHERE cause LIKE '%JSON%'");
            UUID damaged = UUID.fromString(
                    POSTGRES.query("SELECT event_id FROM platform.parked_event WHERE cause LIKE '%type%'")
                            .getFirst());
            assertThat(Eventually.get(parked.drop(writer.database.pool(), damaged)))
                    .isTrue();
            assertThat(Eventually.get(parked.releaseAll(writer.database.pool())))
                    .isEqualTo(1);

            reader.readUntil(57, LIMIT);
            reader.assertGapless(bad, 4);
            assertThat(reader.sequences(other)).containsExactly(1L, 2L, 4L);
            untilParked(0);
            // What was given up was never published, and says so.
            assertThat(published(other)).containsExactly("1 true", "2 true", "3 false", "4 true");
        }
    }

    @Test
    void parksTheEventsOfADamagedPackAndGoesOn() throws Exception {
        // Breaks when a pack that cannot be opened stops the slice, or when those who mend events cannot give it back.
        writer.commit(Samples.purchases(bad, 1, 3));
        List<String> payloads = WaitingEvents.of(POSTGRES, TransactionRecorded.TOPIC).stream()
                .map(JsonNode::toString)
                .toList();
        POSTGRES.execute("UPDATE platform.outbox SET pack = set_byte(pack, length(pack) - 1, 255)");
        writer.commit(Samples.purchases(good, 1, 50));
        node.start();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), List.of(bad, good))) {
            reader.readUntil(50, FLOW_LIMIT);
            reader.assertGapless(good, 50);
            untilParked(3);
            assertThat(POSTGRES.query("SELECT concat_ws('|', sequence, cause, payload) FROM platform.parked_event"
                            + " ORDER BY sequence"))
                    .containsExactly("1|the payload is missing", "2", "3");

            for (int i = 0; i < payloads.size(); i++) {
                POSTGRES.execute("UPDATE platform.parked_event SET payload = '" + payloads.get(i)
                        + "' WHERE sequence = " + (i + 1));
            }
            assertThat(Eventually.get(parked.releaseAll(writer.database.pool())))
                    .isEqualTo(1);
            reader.readUntil(53, LIMIT);
            reader.assertGapless(bad, 3);
            untilParked(0);
        }
    }

    @Test
    void findsManyBadEventsAmongManyGoodOnes() {
        // Breaks when each search starts from the window's beginning, or pauses as for a broker that is away.
        List<Account> accounts = new ArrayList<>();
        List<TransactionRecorded> row = new ArrayList<>();
        IntPredicate isBad = i -> i % 40 == 0;
        for (int i = 0; i < 2_000; i++) {
            Account account = Account.inSlice(SLICE);
            accounts.add(account);
            row.addAll(Samples.purchases(account, 1, 2));
        }
        writer.commit(row);
        WaitingEvents.unpack(POSTGRES, TransactionRecorded.TOPIC);
        POSTGRES.execute("UPDATE platform.outbox SET payloads = (SELECT array_agg(CASE WHEN (i - 1) % 80 = 0"
                + " THEN '?' ELSE payloads[i] END ORDER BY i) FROM generate_series(1, cardinality(payloads)) i)");
        node.start();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), accounts)) {
            reader.readUntil(3_900, LIMIT);
            assertThat(reader.distinct()).isEqualTo(3_900);
            for (int i = 0; i < accounts.size(); i++) {
                reader.assertGapless(accounts.get(i), isBad.test(i) ? 0 : 2);
            }
            assertThat(reader.duplicates()).isZero();
            untilParked(100);
        }
    }

    @Test
    void comesOutOfAFullParkingWhenAllIsReleased() {
        // Breaks when a slice that stopped for too many parked members does not even send what was released.
        Account account = Account.inSlice(SLICE);
        POSTGRES.execute("INSERT INTO platform.parked_event"
                + " (event_id, slice, topic, type, partner_id, member_id, sequence, happened_at, payload, cause)"
                + " SELECT gen_random_uuid(), " + SLICE + ", 'merit.stamps', 'merit.stamp.added', gen_random_uuid(),"
                + " gen_random_uuid(), 1, now(), '{}', 'may not be written'"
                + " FROM generate_series(0, " + ParkedStore.STREAMS_MAX + ")");
        node.start();
        writer.commit(List.of(Samples.purchase(account, 1)));
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), List.of(account))) {
            untilParked(ParkedStore.STREAMS_MAX + 1);
            reader.readFor(Duration.ofSeconds(2));
            assertThat(reader.sequences(account)).isEmpty();

            assertThat(Eventually.get(parked.releaseAll(writer.database.pool())))
                    .isEqualTo(ParkedStore.STREAMS_MAX + 1);

            reader.readUntil(1, LIMIT);
            untilParked(0);
            assertThat(node.count("merit.outbox.published")).isEqualTo(ParkedStore.STREAMS_MAX + 2);
        }
    }

    private void limitMessages(int bytes) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, TransactionRecorded.TOPIC);
            var limit = new AlterConfigOp(
                    new ConfigEntry("max.message.bytes", Integer.toString(bytes)), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(limit))).all().get(20, TimeUnit.SECONDS);
        }
    }

    private static List<String> published(Account account) {
        return POSTGRES.query("SELECT sequence || ' ' || published FROM audit.v_outbox WHERE topic = '"
                + TransactionRecorded.TOPIC + "' AND record_key = '" + account.key() + "' ORDER BY sequence");
    }

    private void untilPublished(double count) {
        Awaitility.await().atMost(LIMIT).until(() -> node.count("merit.outbox.published") >= count);
    }

    /** In the metric that operators alarm on. */
    private void untilParked(double count) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> node.meters.get("merit.outbox.parked").gauge().value() == count);
    }
}
