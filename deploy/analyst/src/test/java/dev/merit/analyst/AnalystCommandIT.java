package dev.merit.analyst;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Scope;
import dev.merit.analyst.store.Warehouse;
import dev.merit.testing.KafkaFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged command as a program of its own, on a real Kafka: what it says where, and how it ends. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AnalystCommandIT {
    @RegisterExtension
    static final KafkaFixture KAFKA = new KafkaFixture();

    private static final Path DIST = Path.of("target", "dist").toAbsolutePath();

    private final Path directory;
    private final Path file;
    private final String topic = "merit.test." + UUID.randomUUID();

    AnalystCommandIT(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("points.duckdb");
    }

    // Breaks when anything but the result is on standard output, which people keep and send on.
    @Test
    void printsItsResultAndNothingElseOnStandardOutput() throws Exception {
        create(2);
        LedgerHistory first = LedgerHistory.play(1, 50);
        LedgerHistory second = LedgerHistory.play(2, 50);
        send(first.records(topic, 0));
        send(second.records(topic, 1));
        int events = first.events().size() + second.events().size();

        Ended loaded = run("load", "--kafka", KAFKA.bootstrapServers(), "--topic", topic);
        Ended reported = run("report");

        assertThat(loaded.exitCode()).as(loaded.err()).isZero();
        assertThat(loaded.out()).isEqualTo(events + " new events in " + file + "\n");
        assertThat(reported.exitCode()).as(reported.err()).isZero();
        assertThat(reported.err()).isEmpty();
        try (Warehouse warehouse = Warehouse.openToRead(file)) {
            assertThat(reported.out()).isEqualTo(Table.of(new Liability(warehouse, Scope.ALL).statement(null, null)));
        }
    }

    // Breaks when one lost event keeps everybody's out, or when nobody is told of it.
    @Test
    void namesTheAccountOfWhichAnEventIsMissing() throws Exception {
        create(1);
        LedgerHistory whole = LedgerHistory.play(1, 50);
        LedgerHistory lacking = LedgerHistory.play(2, 50);
        var records = new ArrayList<>(lacking.records(topic, 0));
        records.remove(4);
        send(records);
        send(whole.records(topic, 0));

        Ended loaded = run("load", "--kafka", KAFKA.bootstrapServers(), "--topic", topic);
        Ended reported = run("report");

        String member = lacking.events().getFirst().account().member().toString();
        assertThat(loaded.exitCode()).as(loaded.err()).isZero();
        assertThat(loaded.out())
                .startsWith((whole.events().size() + 4) + " new events in ")
                .contains("1 account is set aside", "member " + member, "from entry 5 on");
        assertThat(reported.exitCode()).isEqualTo(1);
        assertThat(reported.out())
                .contains(String.format("add up to the same %,d points", whole.balance()))
                .contains("1 account is set aside", "member " + member, "from entry 5 on");
    }

    // Breaks when a reader makes the topic, which then has the broker's defaults, or when it says nothing clear.
    @Test
    void needsATopic() throws Exception {
        Ended loaded = run("load", "--kafka", KAFKA.bootstrapServers(), "--topic", topic);

        assertThat(loaded.exitCode()).isEqualTo(2);
        assertThat(loaded.out()).isEmpty();
        assertThat(loaded.err()).hasLineCount(1).contains("There is no topic " + topic);
        assertThat(file).doesNotExist();
        try (Admin admin = admin()) {
            assertThat(admin.listTopics().names().get()).doesNotContain(topic);
        }
        // The broker of these tests makes no topics by itself; others do when they are asked for one.
        assertThat(TopicReader.settings("unused")).containsEntry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    // Breaks when --follow gives up on what is not there yet.
    @Test
    void followsATopicThatComesLaterAndItsPartitions() throws Exception {
        LedgerHistory first = LedgerHistory.play(1, 20);
        LedgerHistory second = LedgerHistory.play(2, 20);
        Process follower = start("load", "--follow", "--kafka", KAFKA.bootstrapServers(), "--topic", topic);
        try {
            awaitText(follower, "err.txt", "There is no topic " + topic);
            create(1);
            send(first.records(topic, 0));
            awaitText(follower, "err.txt", first.events().size() + " events added");
            try (Admin admin = admin()) {
                var unused = admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                        .all()
                        .get();
            }
            send(second.records(topic, 2));
            awaitText(
                    follower,
                    "err.txt",
                    (first.events().size() + second.events().size()) + " events added");
        } finally {
            follower.destroy();
            assertThat(follower.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(text("err.txt").lines().filter(line -> line.contains("There is no topic")))
                .hasSize(1);
        Ended reported = run("report");
        assertThat(reported.exitCode()).as(reported.err()).isZero();
        assertThat(reported.out()).contains(String.format("the same %,d points", first.balance() + second.balance()));
    }

    // Breaks when a record of somebody else ends in a stack trace, or in the exit code of wrong sums.
    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "?"})
    void refusesWhatIsNoTransaction(String odd) throws Exception {
        create(1);
        send(LedgerHistory.play(1, 20).records(topic, 0));
        byte[] value = odd.isEmpty() ? null : odd.getBytes(StandardCharsets.UTF_8);
        send(List.of(new ProducerRecord<>(topic, 0, new byte[] {1}, value)));

        Ended loaded = run("load", "--kafka", KAFKA.bootstrapServers(), "--topic", topic);

        assertThat(loaded.exitCode()).as(loaded.err()).isEqualTo(2);
        assertThat(loaded.out()).isEmpty();
        assertThat(loaded.err()).hasLineCount(1).contains("is no transaction");
    }

    /** How the command ended, and what it said on each channel. */
    private record Ended(int exitCode, String out, String err) {}

    private Ended run(String... words) throws Exception {
        Process process = start(words);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), text("out.txt"), text("err.txt"));
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + DIST.resolve("jvm.args"),
                "-cp",
                DIST.resolve("lib") + "/*",
                "dev.merit.analyst.Main"));
        command.addAll(List.of(words));
        command.addAll(List.of("--file", file.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
    }

    private void awaitText(Process process, String channel, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!text(channel).contains(text)) {
            assertThat(process.isAlive()).as(text(channel)).isTrue();
            assertThat(System.nanoTime()).as(text + "\n" + text(channel)).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private String text(String channel) throws IOException {
        return Files.readString(directory.resolve(channel));
    }

    private void create(int partitions) throws Exception {
        try (Admin admin = admin()) {
            var unused = admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(record).get();
            }
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()));
    }
}
