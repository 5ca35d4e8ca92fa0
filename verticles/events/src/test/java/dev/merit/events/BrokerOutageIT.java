package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.embedded.EmbeddedKafka;
import dev.merit.embedded.KafkaOptions;
import dev.merit.events.Samples.Account;
import dev.merit.testing.PostgresFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BrokerOutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** {@code -Dmerit.broker.away.seconds=180} for minutes. */
    private static final Duration AWAY = Duration.ofSeconds(Long.getLong("merit.broker.away.seconds", 6));

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
        Thread.sleep(AWAY);
        assertThat(writer.written() - before).isGreaterThan(AWAY.toMillis() / 100);
        Awaitility.await().atMost(LIMIT).until(() -> node.verticle.lagSeconds() >= AWAY.toSeconds());
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
    void publishesNothingOnATopicWhosePartitionsWereChanged() throws Exception {
        // Breaks when the producer is left to choose among more partitions: a member's next events would lie elsewhere
        // than the earlier ones, and a reader of both would see them in any order.
        Account account = Account.fresh();
        writer.commit(List.of(Samples.purchase(account, 1)));
        untilPublished(1);
        node.close();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, TransactionRecorded.TOPIC);
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(List.of(topic)).all().get(20, TimeUnit.SECONDS);
            Config config = Objects.requireNonNull(configs.get(topic));
            assertThat(config.get("retention.ms").value()).isEqualTo("-1");
            assertThat(config.get("retention.bytes").value()).isEqualTo("-1");
            assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
            assertThat(config.get("message.timestamp.after.max.ms").value()).isEqualTo(Long.toString(Long.MAX_VALUE));
            admin.createPartitions(Map.of(TransactionRecorded.TOPIC, NewPartitions.increaseTo(13)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
        RelayNode second = new RelayNode(POSTGRES, kafka.bootstrapServers());
        try {
            second.start();
            writer.commit(List.of(Samples.purchase(account, 2)));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> second.verticle.halted().isPresent());
            assertThat(second.verticle.halted().orElseThrow())
                    .contains(TransactionRecorded.TOPIC, "13 partitions", "had 12");
            assertThat(second.meters.get("merit.outbox.halted").gauge().value()).isEqualTo(1);
            assertThat(second.count("merit.outbox.published")).isZero();

            // The way out for who knows what it means.
            POSTGRES.execute("DELETE FROM platform.topic WHERE name = '" + TransactionRecorded.TOPIC + "'");
            Awaitility.await().atMost(LIMIT).until(() -> second.count("merit.outbox.published") == 1);
            assertThat(second.verticle.halted()).isEmpty();
        } finally {
            second.close();
            POSTGRES.execute("TRUNCATE platform.topic");
        }
    }

    private void assertAllArrives(List<Account> accounts, long last) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), accounts)) {
            reader.readUntil((int) last * accounts.size(), LIMIT);
            accounts.forEach(account -> reader.assertGapless(account, last));
            reader.assertRepeatsAreIdentical();
            // Whoever is slow or away has refused nothing.
            assertThat(POSTGRES.count("SELECT count(*) FROM platform.parked_event"))
                    .isZero();
            assertThat(node.count("merit.outbox.refused")).isZero();
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
