package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The first minutes of somebody who runs {@code merit up --demo}: by HTTP, Kafka and signals only. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class UpJourneyIT {
    private static final Pattern ADMIN_KEY = Pattern.compile("rl_admin_[0-9A-Za-z]{40}");
    private static final Duration EVENT_LIMIT = Duration.ofSeconds(60);

    private static Path directory;
    private static RunningNode node;

    @BeforeAll
    static void start(@TempDir Path made) throws Exception {
        directory = made;
        node = RunningNode.start(directory.resolve("data"), "up", "--demo");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    /** Breaks when a fresh installation has no way in. */
    @Test
    @Order(1)
    void letsTheFirstAdminIn() throws Exception {
        Matcher key = ADMIN_KEY.matcher(node.said());
        assertThat(key.find()).as(node.said()).isTrue();

        HttpResponse<String> partners = new Api(node.api(), key.group()).get("/admin/partners");

        assertThat(partners.statusCode()).as(partners.body()).isEqualTo(200);
        assertThat(Api.data(partners)).hasSize(1);
    }

    /** Breaks when a printed line does not work as pasted, or when pasting it twice buys twice. */
    @Test
    @Order(2)
    void answersAPastedPurchaseTheSameTwice() throws Exception {
        List<String> purchase = Shell.words(directory, node.curls().get(0));

        HttpResponse<String> first = Api.curl(purchase);
        HttpResponse<String> second = Api.curl(purchase);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
    }

    /** Breaks when the answer to a purchase and the balance disagree. */
    @Test
    @Order(3)
    void showsTheBalanceThatThePurchaseAnswered() throws Exception {
        JsonNode purchase =
                Api.data(Api.curl(Shell.words(directory, node.curls().get(0))));

        HttpResponse<String> balance =
                Api.curl(Shell.words(directory, node.curls().get(1)));

        assertThat(balance.statusCode()).as(balance.body()).isEqualTo(200);
        assertThat(Api.data(balance).get("balance").longValue())
                .isEqualTo(purchase.get("new_balance").longValue());
    }

    /** Breaks when a purchase is answered and its event never reaches Kafka. */
    @Test
    @Order(4)
    void publishesThePurchase() throws Exception {
        JsonNode purchase =
                Api.data(Api.curl(Shell.words(directory, node.curls().get(0))));

        Optional<ConsumerRecord<String, String>> event =
                event(purchase.get("transaction_id").textValue());

        assertThat(event).isPresent();
        assertThat(event.get().key()).isEqualTo(purchase.get("member_id").textValue());
    }

    @Test
    @Order(5)
    void redeemsByThePastedLine() throws Exception {
        HttpResponse<String> redeemed =
                Api.curl(Shell.words(directory, node.curls().get(2)));

        assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(200);
        assertThat(Api.data(redeemed).get("points_deducted").longValue()).isPositive();
    }

    @Test
    @Order(6)
    void showsItsHealthAndItsFigures() throws Exception {
        String ready = Api.text(node.management() + "/health/ready");
        String metrics = Api.text(node.management() + "/metrics");

        assertThat(ready).contains("\"status\":\"ready\"", "\"database\"", "\"verticles\"", "\"kafka\"");
        assertThat(metrics).contains("jvm_memory_used_bytes", "merit_");
    }

    /** Breaks when two programs could write the same files. */
    @Test
    @Order(7)
    void refusesASecondProgramInTheSameDirectory() throws Exception {
        Shell.Outcome second =
                Shell.run(directory, RunningNode.environment(directory.resolve("data")), RunningNode.command("up"));

        assertThat(second.exitCode()).isEqualTo(3);
        assertThat(second.said())
                .hasLineCount(1)
                .contains("is in use by the process with pid "
                        + node.description().get("pid").longValue());
        assertThat(node.description()).isNotNull();
    }

    /** Breaks when an operator who lost every admin key is locked out. */
    @Test
    @Order(8)
    void makesAnotherAdminKeyBesideTheRunningNode() throws Exception {
        Shell.Outcome made = Shell.run(
                directory,
                RunningNode.environment(directory.resolve("data")),
                RunningNode.command("keys", "create-admin", "--name", "Spare"));
        Matcher key = ADMIN_KEY.matcher(made.said());
        assertThat(key.find()).as(made.said()).isTrue();

        assertThat(new Api(node.api(), key.group()).get("/admin/partners").statusCode())
                .isEqualTo(200);
    }

    /** Breaks when a secret gets into the log. The keys are printed once for people, so only log lines are looked at. */
    @Test
    @Order(9)
    void keepsSecretsOutOfTheLog() throws Exception {
        String password = node.description().get("database_url").textValue().replaceFirst(".*:(.*)@.*", "$1");

        List<String> log =
                node.said().lines().filter(line -> line.matches("\\d{4}-.*")).toList();

        assertThat(log).isNotEmpty().noneMatch(line -> line.contains("rl_") || line.contains(password));
    }

    /** Breaks when a stop loses its way: another exit code, a server left behind, a file that lies. */
    @Test
    @Order(10)
    void leavesNothingBehindOnSigterm() throws Exception {
        List<ProcessHandle> children = node.children();
        assertThat(children).isNotEmpty();

        int exitCode = node.stop();

        assertThat(exitCode).as(node.said()).isZero();
        assertThat(directory.resolve("data/node.json")).doesNotExist();
        node.waitUntilGone(children);
    }

    /** Breaks when data is lost over a restart, or a second admin key is handed out. */
    @Test
    @Order(11)
    void goesOnWhereItStopped() throws Exception {
        List<String> before = words(node);

        try (RunningNode again = RunningNode.start(directory.resolve("data"), "up", "--demo")) {
            assertThat(words(again)).isEqualTo(before);
            assertThat(ADMIN_KEY.matcher(again.said()).find()).isFalse();
            HttpResponse<String> purchase =
                    Api.curl(Shell.words(directory, again.curls().get(0)));
            assertThat(purchase.headers().firstValue("Idempotent-Replayed")).contains("true");
        }
    }

    /** The printed lines without the port, which is another one each time here. */
    private static List<String> words(RunningNode node) {
        return node.curls().stream()
                .map(line -> line.replaceFirst("127\\.0\\.0\\.1:\\d+", "host"))
                .toList();
    }

    private static Optional<ConsumerRecord<String, String>> event(String transaction) throws Exception {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                node.description().get("kafka_bootstrap_servers").textValue(),
                ConsumerConfig.GROUP_ID_CONFIG,
                "journey-" + UUID.randomUUID(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                StringDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                StringDeserializer.class);
        long deadline = System.nanoTime() + EVENT_LIMIT.toNanos();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of("merit.transactions"));
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(500))) {
                    if (each.value().contains(transaction)) {
                        return Optional.of(each);
                    }
                }
            }
        }
        return Optional.empty();
    }
}
