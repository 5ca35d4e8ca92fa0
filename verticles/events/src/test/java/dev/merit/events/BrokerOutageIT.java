package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.embedded.EmbeddedKafka;
import dev.merit.embedded.KafkaOptions;
import dev.merit.events.Samples.Account;
import dev.merit.testing.PostgresFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BrokerOutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BAD_SLICE = 3;
    private static final int GOOD_SLICE = 4;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Path directory;
    private final RelayNode node;
    private final OutboxWriter writer = new OutboxWriter(POSTGRES);
    private EmbeddedKafka kafka;

    BrokerOutageIT(@TempDir Path directory) {
        this.directory = directory;
        kafka = EmbeddedKafka.start(KafkaOptions.in(directory));
        node = new RelayNode(POSTGRES, kafka.bootstrapServers());
    }

    @BeforeEach
    void start() {
        node.start();
    }

    @AfterEach
    void stop() {
        node.close();
        writer.close();
        kafka.close();
        POSTGRES.execute("TRUNCATE platform.outbox");
    }

    @Test
    void losesNothingWhileTheBrokerIsAwayAndSlowsNobody() throws Exception {
        // Breaks when an event is marked before it is acknowledged, or when a member's next event is tried first.
        List<Account> accounts = Account.fresh(24);
        Thread committing = writer.keepCommitting(accounts);
        untilPublished(200);
        kafka.close();
        long before = writer.written();
        Awaitility.await().atMost(LIMIT).until(() -> writer.written() - before >= 100);
        Awaitility.await().atMost(LIMIT).until(() -> node.verticle.lagSeconds() >= 5);
        assertThat(node.meters.get("merit.outbox.waiting").gauge().value()).isPositive();

        kafka = EmbeddedKafka.start(KafkaOptions.in(directory).withPort(kafka.port()));
        untilPublished(node.count("merit.outbox.published") + 1);

        assertAllArrives(accounts, writer.stop(committing));
        Awaitility.await().atMost(LIMIT).until(() -> node.verticle.lagSeconds() == 0);
    }

    @Test
    void keepsOrderWhenTheBrokerHangsLongerThanADeliveryMayTake() throws Exception {
        // Breaks when an event that ran out of time counts as sent, or when the next attempt starts behind it.
        List<Account> accounts = Account.fresh(24);
        Thread committing = writer.keepCommitting(accounts);
        untilPublished(200);
        signal("STOP");
        Thread.sleep(Duration.ofSeconds(13));
        signal("CONT");
        untilPublished(node.count("merit.outbox.published") + 1_000);

        assertAllArrives(accounts, writer.stop(committing));
    }

    @Test
    void stopsNoOtherSliceForAnEventTooLargeToSend() throws Exception {
        refusesOne("x".repeat(1_100_000));
    }

    @Test
    void stopsNoOtherSliceForAnEventThatTheBrokerRefuses() throws Exception {
        // Breaks when the producer goes on after a batch that failed: a reader would see the member's entries 5 to 9
        // before entry 4. The client lets the event pass, among others, so the relay has to find out which one it was.
        Account account = Account.fresh();
        writer.commit(List.of(Samples.purchase(account, 1)));
        untilPublished(1);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, TransactionRecorded.TOPIC);
            var smaller = new AlterConfigOp(new ConfigEntry("max.message.bytes", "4000"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(smaller))).all().get(20, TimeUnit.SECONDS);
        }
        refusesOne("x".repeat(5_000));
    }

    private void refusesOne(String orderReference) throws Exception {
        Account bad = Account.inSlice(BAD_SLICE);
        Account good = Account.inSlice(GOOD_SLICE);
        List<TransactionRecorded> row = new ArrayList<>(Samples.purchases(bad, 1, 6));
        row.set(3, withReference(row.get(3), orderReference));
        writer.commit(row);
        writer.commit(Samples.purchases(bad, 7, 9));
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), List.of(bad, good))) {
            Awaitility.await().atMost(LIMIT).until(() -> node.count("merit.outbox.refused") >= 2);
            writer.commit(Samples.purchases(good, 1, 50));
            reader.readUntil(53, Duration.ofSeconds(10));
            reader.assertGapless(bad, 3);
            reader.assertGapless(good, 50);
            assertThat(reader.duplicates()).isZero();

            POSTGRES.execute("UPDATE platform.outbox SET payloads[4] = '{}' WHERE published_at IS NULL AND slice = "
                    + BAD_SLICE + " AND cardinality(payloads) = 6");
            reader.readUntil(59, LIMIT);
            reader.assertGapless(bad, 9);
            assertThat(reader.duplicates()).isZero();
        }
    }

    private static TransactionRecorded withReference(TransactionRecorded e, String orderReference) {
        return new TransactionRecorded(
                e.id(),
                e.partnerId(),
                e.clubId(),
                e.cardId(),
                e.memberId(),
                e.accountSequence(),
                e.event(),
                e.points(),
                e.balanceAfter(),
                e.purchaseAmount(),
                e.currency(),
                e.basePoints(),
                e.tierBonusPoints(),
                e.initialBonusPoints(),
                e.multiplier(),
                e.tierId(),
                e.rules(),
                e.pointsExpireAt(),
                e.staffId(),
                e.rewardId(),
                e.voucherId(),
                e.reverses(),
                orderReference,
                e.occurredAt(),
                e.createdAt(),
                e.requestId());
    }

    private void assertAllArrives(List<Account> accounts, long last) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), accounts)) {
            reader.readUntil((int) last * accounts.size(), LIMIT);
            accounts.forEach(account -> reader.assertGapless(account, last));
            reader.assertRepeatsAreIdentical();
            System.out.printf(
                    "%d events, %d of them repeats%n", reader.records().size(), reader.duplicates());
        }
    }

    private void untilPublished(double count) {
        Awaitility.await().atMost(LIMIT).until(() -> node.count("merit.outbox.published") >= count);
    }

    private void signal(String name) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(kafka.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }
}
