package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.analyst.Main;
import dev.merit.analyst.store.Warehouse;
import dev.merit.platform.pg.DatabaseOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is lost, Kafka is not: a base backup taken while tills were buying is restored, and a node started on it. */
final class BackupRestoreIT {
    private static final int TILLS = 4;
    private static final int SOME_PURCHASES = 100;
    private static final int LATE_PURCHASES = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PURCHASE = "/partner/transactions/purchase";
    private static final Pattern REPEATS = Pattern.compile(" events, (\\d+) of them repeats read");

    private static final String BALANCES = """
            SELECT partner_id || ' ' || member_id || ' ' || card_id || ' ' || balance AS line FROM %s
            """;

    private final Path directory;

    /** What was sent and answered 201, by its key. */
    private final Map<String, Purchase> acknowledged = new ConcurrentHashMap<>();

    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger counter = new AtomicInteger();

    private record Purchase(String body, String answer) {}

    BackupRestoreIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /**
     * Breaks when a copy of the files and the log does not make a whole ledger; when the outbox is not part of it, so
     * that what was not marked as sent is never sent; and when a repeated event differs from the first one.
     *
     * <p>The second half shows what a backup cannot give back, and that it is noticed: what was booked after it and is
     * told of by the topic.
     */
    @Test
    void restoresTheLedgerAndSendsAgainWhatWasNotMarkedAsSent() throws Exception {
        Path data = directory.resolve("data");
        Path backup = directory.resolve("backup");
        Path points = directory.resolve("points.duckdb");
        try (RunningNode node = RunningNode.start(data, "up", "--demo")) {
            backUpUnderLoad(node, data, backup);
            untilPublished(node);
            assertThat(load(node, points)).isZero();
            assertThat(node.stop()).isZero();
        }

        Path restored = restore(data, backup, "restored");
        try (RunningNode node = RunningNode.start(restored, "up", "--demo")) {
            untilPublished(node);
            Shell.Outcome verified = verify(restored);
            assertThat(verified.exitCode()).as(verified.said()).isZero();
            Matcher repeats = REPEATS.matcher(verified.said());
            assertThat(repeats.find()).as(verified.said()).isTrue();
            assertThat(Integer.parseInt(repeats.group(1))).isPositive();
            assertEveryPurchaseIsThereOnce(node);
            assertBalancesAgree(node);
            assertThat(load(node, points)).isZero();
            assertThat(consumed(points)).isEqualTo(lines(node, BALANCES.formatted("audit.v_balance")));

            buyLate(node);
            untilPublished(node);
            assertThat(node.stop()).isZero();
        }

        Path again = restore(restored, backup, "again");
        try (RunningNode node = RunningNode.start(again, "up", "--demo")) {
            untilPublished(node);
            Shell.Outcome database = verify(again, "--database-only");
            assertThat(database.exitCode()).as(database.said()).isZero();
            Shell.Outcome withTopic = verify(again);
            assertThat(withTopic.exitCode()).as(withTopic.said()).isEqualTo(1);
            assertThat(withTopic.said()).contains("the ledger has no such entry");
        }
    }

    /** The broker stands still during the last part, so that entries are in the backup whose events are not sent yet. */
    private void backUpUnderLoad(RunningNode node, Path data, Path backup) throws Exception {
        ProcessHandle broker = node.child("KafkaServerMain");
        AtomicBoolean buying = new AtomicBoolean(true);
        String url = node.description().get("database_url").textValue();
        try (ExecutorService tills = Executors.newFixedThreadPool(TILLS);
                BaseBackup taken = BaseBackup.begin(url, data.resolve("postgres"), backup)) {
            startTills(node, tills, buying);
            try {
                untilAcknowledged(node, SOME_PURCHASES);
                taken.copyFiles();
                signal("STOP", broker);
                untilAcknowledged(node, acknowledged.size() + SOME_PURCHASES);
            } finally {
                buying.set(false);
                tills.shutdown();
            }
            assertThat(tills.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            taken.finish();
        } finally {
            signal("CONT", broker);
        }
        assertThat(refused).isEmpty();
    }

    private void startTills(RunningNode node, ExecutorService tills, AtomicBoolean buying) throws Exception {
        Api api = api(node);
        List<String> members = members(api);
        String card = demo(node).get("card_id").textValue();
        for (int till = 0; till < TILLS; till++) {
            tills.execute(() -> {
                while (buying.get()) {
                    int number = counter.incrementAndGet();
                    buy(api, "till-" + number, card, members.get(number % members.size()));
                }
            });
        }
    }

    private void buy(Api api, String key, String card, String member) {
        String body =
                "{\"card_id\":\"" + card + "\",\"member_identifier\":\"" + member + "\",\"purchase_amount\":7.50}";
        try {
            HttpResponse<String> answer = api.post(PURCHASE, key, body);
            if (answer.statusCode() == 201) {
                acknowledged.put(key, new Purchase(body, answer.body()));
            } else {
                refused.add(answer.body());
            }
        } catch (IOException e) {
            refused.add(String.valueOf(e.getMessage()));
        }
    }

    private void buyLate(RunningNode node) throws Exception {
        Api api = api(node);
        for (int late = 0; late < LATE_PURCHASES; late++) {
            buy(
                    api,
                    "late-" + late,
                    demo(node).get("card_id").textValue(),
                    members(api).getFirst());
        }
        assertThat(refused).isEmpty();
    }

    /** The backup, and what Kafka has kept. */
    private Path restore(Path lost, Path backup, String name) throws IOException {
        Path data = Files.createDirectory(directory.resolve(name));
        BaseBackup.restore(backup, data.resolve("postgres"));
        Files.move(lost.resolve("kafka"), data.resolve("kafka"));
        Files.copy(lost.resolve("demo.json"), data.resolve("demo.json"));
        return data;
    }

    private void assertEveryPurchaseIsThereOnce(RunningNode node) throws Exception {
        List<String> entries = lines(node, "SELECT entry_id::text FROM audit.v_ledger");
        List<String> bought = new ArrayList<>();
        for (Purchase each : acknowledged.values()) {
            bought.add(Api.json(each.answer()).get("data").get("transaction_id").textValue());
        }
        assertThat(entries).doesNotHaveDuplicates().containsAll(bought);
        // Their keys are part of the backup, too.
        for (Map.Entry<String, Purchase> each :
                acknowledged.entrySet().stream().limit(20).toList()) {
            HttpResponse<String> repeated =
                    api(node).post(PURCHASE, each.getKey(), each.getValue().body());
            assertThat(repeated.body()).isEqualTo(each.getValue().answer());
        }
    }

    private void assertBalancesAgree(RunningNode node) throws Exception {
        List<String> summed = lines(
                node,
                "SELECT member_id || ' ' || card_id || ' ' || sum(points) FROM audit.v_ledger"
                        + " GROUP BY member_id, card_id");
        assertThat(summed)
                .isEqualTo(lines(node, "SELECT member_id || ' ' || card_id || ' ' || balance FROM audit.v_balance"));
        Api api = api(node);
        for (String line : summed) {
            String[] words = line.split(" ", 3);
            HttpResponse<String> balance = api.get("/partner/members/" + words[0] + "/balance/" + words[1]);
            assertThat(Api.data(balance).get("balance").asText()).isEqualTo(words[2]);
        }
    }

    private void untilAcknowledged(RunningNode node, int count) throws InterruptedException {
        node.waitFor(LIMIT, () -> acknowledged.size() >= count);
    }

    private static void untilPublished(RunningNode node) throws InterruptedException {
        node.waitFor(LIMIT, () -> lines(node, "SELECT event_id::text FROM audit.v_outbox WHERE NOT published")
                .isEmpty());
    }

    private static int load(RunningNode node, Path file) throws IOException {
        String kafka = node.description().get("kafka_bootstrap_servers").textValue();
        return Main.run("load", "--kafka", kafka, "--file", file.toString());
    }

    private static List<String> consumed(Path file) throws SQLException {
        try (Warehouse warehouse = Warehouse.open(file)) {
            return lines(warehouse.connection(), BALANCES.formatted("v_balance"));
        }
    }

    private Shell.Outcome verify(Path data, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("verify-ledger"));
        words.addAll(List.of(options));
        return Shell.run(directory, RunningNode.environment(data), RunningNode.command(words.toArray(String[]::new)));
    }

    private Api api(RunningNode node) throws Exception {
        String header = "X-Agent-Key: ";
        String key = Shell.words(directory, node.curls().getFirst()).stream()
                .filter(word -> word.startsWith(header))
                .findFirst()
                .orElseThrow();
        return new Api(node.api(), key.substring(header.length()));
    }

    private JsonNode demo(RunningNode node) throws Exception {
        return Api.json(Shell.words(directory, node.curls().getFirst()).getLast());
    }

    private static List<String> members(Api api) throws IOException {
        List<String> members = new ArrayList<>();
        Api.data(api.get("/partner/members"))
                .forEach(member -> members.add(member.get("id").textValue()));
        return members;
    }

    private void signal(String name, ProcessHandle process) throws Exception {
        Shell.Outcome outcome =
                Shell.run(directory, Map.of(), List.of("kill", "-" + name, Long.toString(process.pid())));
        assertThat(outcome.exitCode()).as(outcome.said()).isZero();
    }

    private static List<String> lines(RunningNode node, String query) {
        try {
            var login =
                    new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
            try (Connection connection = DriverManager.getConnection(login.jdbcUrl(), login.user(), login.password())) {
                return lines(connection, query);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    private static List<String> lines(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            // Two databases need not sort alike.
            lines.sort(null);
            return lines;
        }
    }
}
