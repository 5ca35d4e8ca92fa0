package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.platform.pg.DatabaseOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The node is killed while tills are buying. The tills keep a journal: what was answered, and what may or may not have
 * happened. After the restart every acknowledged purchase is in the ledger once, and every other is there once after it
 * was sent again under its key.
 */
final class KillJourneyIT {
    private static final int ROUNDS = 3;
    private static final int TILLS = 8;
    private static final int PURCHASES_BEFORE_THE_KILL = 300;
    private static final Duration LOAD_LIMIT = Duration.ofSeconds(60);

    private final Path directory;

    /** Every purchase ever sent: its body by its key. */
    private final Map<String, String> sent = new ConcurrentHashMap<>();

    /** The answers of those that were acknowledged. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    /** Answers that no purchase of this test may get. */
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();

    private final AtomicInteger counter = new AtomicInteger();

    KillJourneyIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /**
     * Breaks when an answer is given before the commit is on disk, when a key and its effect are committed apart, or
     * when a server outlives the node.
     */
    @Test
    void losesAndDoublesNothingWhenItIsKilled() throws Exception {
        Path data = directory.resolve("data");
        RunningNode node = RunningNode.start(data, "up", "--demo");
        try {
            long entriesBefore = number(node, "SELECT count(*) FROM audit.v_ledger");
            for (int round = 0; round < ROUNDS; round++) {
                List<ProcessHandle> servers = node.children();
                killUnderLoad(node);
                node.waitUntilGone(servers);
                node = RunningNode.start(data, "up", "--demo");
                sendAgain(node);
            }
            assertThat(refused).as("a good purchase is never refused").isEmpty();
            assertThat(acknowledged.keySet()).isEqualTo(sent.keySet());
            assertEveryPurchaseIsThereOnce(node, entriesBefore);
            assertBalancesAgree(node);
        } finally {
            node.close();
        }
    }

    private void killUnderLoad(RunningNode node) throws Exception {
        Api api = api(node);
        List<String> members = members(api);
        String card = demo(node).get("card_id").textValue();
        AtomicBoolean buying = new AtomicBoolean(true);
        int before = acknowledged.size();
        try (ExecutorService tills = Executors.newFixedThreadPool(TILLS)) {
            for (int till = 0; till < TILLS; till++) {
                tills.execute(() -> {
                    while (buying.get()) {
                        buy(api, card, members);
                    }
                });
            }
            node.waitFor(LOAD_LIMIT, () -> acknowledged.size() >= before + PURCHASES_BEFORE_THE_KILL);
            node.kill();
            buying.set(false);
            tills.shutdown();
            assertThat(tills.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void buy(Api api, String card, List<String> members) {
        int number = counter.incrementAndGet();
        String key = "till-" + number;
        String body = "{\"card_id\":\"" + card + "\",\"member_identifier\":\"" + members.get(number % members.size())
                + "\",\"purchase_amount\":" + (1 + number % 9) + ".50}";
        sent.put(key, body);
        try {
            keep(key, api.post("/partner/transactions/purchase", key, body));
        } catch (IOException e) {
            // Unknown: the journal has it as sent and not as acknowledged.
        }
    }

    private void keep(String key, HttpResponse<String> answer) {
        if (answer.statusCode() == 201) {
            acknowledged.put(key, answer.body());
        } else if (answer.statusCode() < 500) {
            refused.add(answer.body());
        }
    }

    /** The unknown ones, until they are known; and some of the acknowledged ones, which must answer the same bytes. */
    private void sendAgain(RunningNode node) throws Exception {
        Api api = api(node);
        for (Map.Entry<String, String> each : sent.entrySet()) {
            String earlier = acknowledged.get(each.getKey());
            if (earlier != null && each.getKey().hashCode() % 20 != 0) {
                continue;
            }
            HttpResponse<String> answer = api.post("/partner/transactions/purchase", each.getKey(), each.getValue());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            if (earlier != null) {
                assertThat(answer.body()).isEqualTo(earlier);
            }
            acknowledged.put(each.getKey(), answer.body());
        }
    }

    private void assertEveryPurchaseIsThereOnce(RunningNode node, long entriesBefore) throws Exception {
        Map<String, Integer> entries = new HashMap<>();
        for (List<String> row : rows(node, "SELECT entry_id FROM audit.v_ledger")) {
            entries.merge(row.getFirst(), 1, Integer::sum);
        }
        for (String answer : acknowledged.values()) {
            assertThat(entries.get(
                            Api.json(answer).get("data").get("transaction_id").textValue()))
                    .as(answer)
                    .isEqualTo(1);
        }
        assertThat(entries).hasSize(Math.toIntExact(entriesBefore + sent.size()));
    }

    private void assertBalancesAgree(RunningNode node) throws Exception {
        assertThat(rows(node, "SELECT member_id, card_id, sum(points) FROM audit.v_ledger GROUP BY 1, 2 ORDER BY 1, 2"))
                .isEqualTo(rows(node, "SELECT member_id, card_id, balance FROM audit.v_balance ORDER BY 1, 2"));
        Api api = api(node);
        for (List<String> row : rows(node, "SELECT member_id, card_id, balance FROM audit.v_balance")) {
            HttpResponse<String> balance = api.get("/partner/members/" + row.get(0) + "/balance/" + row.get(1));
            assertThat(Api.data(balance).get("balance").asText()).isEqualTo(row.get(2));
        }
    }

    private Api api(RunningNode node) throws Exception {
        String key = Shell.words(directory, node.curls().get(0)).stream()
                .filter(word -> word.startsWith("X-Agent-Key: "))
                .findFirst()
                .orElseThrow()
                .substring("X-Agent-Key: ".length());
        return new Api(node.api(), key);
    }

    private JsonNode demo(RunningNode node) throws Exception {
        return Api.json(Shell.words(directory, node.curls().get(0)).getLast());
    }

    private static List<String> members(Api api) throws IOException {
        List<String> members = new ArrayList<>();
        for (JsonNode member : Api.data(api.get("/partner/members"))) {
            members.add(member.get("id").textValue());
        }
        assertThat(members).hasSize(5);
        return members;
    }

    private static long number(RunningNode node, String sql) throws Exception {
        return Long.parseLong(rows(node, sql).getFirst().getFirst());
    }

    private static List<List<String>> rows(RunningNode node, String sql) throws IOException, SQLException {
        String url = node.description().get("database_url").textValue();
        DatabaseOptions login = new DatabaseOptions(url, null, null, 1);
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(login.jdbcUrl(), login.user(), login.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
