package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.analyst.Main;
import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Warehouse;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.platform.pg.DatabaseOptions;
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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an analyst has of the topic is what the ledger has, to the point and to the lot. */
final class AnalystIT {
    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "zyxwvutsrqponmlkjihgfedcba01234567");
    private static final Duration SETTLED = Duration.ofSeconds(60);
    private static final int MEMBERS = 12;
    private static final int STEPS = 150;
    private static final int REWARD_PRICE = 120;

    private static final String ACCOUNTS = """
            SELECT partner_id || ' ' || member_id || ' ' || card_id || ' ' || balance AS line FROM %s
            """;
    private static final String LEDGER_LOTS = """
            SELECT partner_id || ' ' || member_id || ' ' || card_id || ' ' || account_sequence || ' ' || remaining AS line
              FROM ledger.lot WHERE remaining > 0
            """;
    private static final String FOLDED_LOTS = """
            SELECT partner_id || ' ' || member_id || ' ' || card_id || ' ' || lot_sequence || ' ' || sum(points) AS line
              FROM movement WHERE lot_sequence > 0
             GROUP BY partner_id, member_id, card_id, lot_sequence HAVING sum(points) > 0
            """;
    private static final Map<String, String> SETTINGS = Map.of(
            "MERIT_ADMIN_KEY", ADMIN_KEY,
            "MERIT_LOOKUP_FAILURES_PER_MINUTE", "1000000",
            "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
            "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1");

    private final List<String> members = new ArrayList<>();
    private final List<String> purchases = new ArrayList<>();
    private final List<String> redemptions = new ArrayList<>();
    private final List<String> uses = new ArrayList<>();

    // Breaks when an event does not say enough to know the ledger, or the consumer uses it otherwise than the ledger
    // does.
    @Test
    void closesWithTheBalancesOfTheLedger(@TempDir Path directory) throws Exception {
        long seed = System.nanoTime();
        System.out.println("merit.seed=" + seed);
        Random random = new Random(seed);
        Path file = directory.resolve("points.duckdb");
        Path again = directory.resolve("again.duckdb");
        try (RunningNode node = RunningNode.start(directory.resolve("data"), SETTINGS, "up", "--demo");
                Connection database = connect(node)) {
            var docs = new ApiDocs(Api.json(Api.text(node.api().replace("/v1", "") + "/docs.json")));
            Tenant tenant = Tenant.make(docs, new Http(node.api(), ADMIN_KEY), "analyst");
            Shop shop = open(tenant);
            String kafka = node.description().get("kafka_bootstrap_servers").textValue();

            // Read in three sittings, and from the start into another file.
            for (int sitting = 0; sitting < 3; sitting++) {
                for (int step = 0; step < STEPS; step++) {
                    shop.step(random);
                }
                node.waitFor(
                        SETTLED, () -> rows(database, "SELECT event_id::text FROM audit.v_outbox WHERE NOT published")
                                .isEmpty());
                assertThat(load(kafka, file)).isZero();
                agree(database, file);
            }
            assertThat(load(kafka, file)).isZero();
            assertThat(load(kafka, again)).isZero();

            assertThat(dump(again)).isEqualTo(dump(file));
            Path picture = directory.resolve("report.svg");
            assertThat(Main.run("report", "--file", file.toString(), "--svg", picture.toString()))
                    .isZero();
            assertThat(Files.readString(picture)).contains("<svg");
        }
    }

    private static int load(String kafka, Path file) {
        return Main.run("load", "--kafka", kafka, "--file", file.toString());
    }

    private static void agree(Connection database, Path file) throws SQLException {
        try (Warehouse warehouse = Warehouse.open(file)) {
            assertThat(rows(warehouse.connection(), ACCOUNTS.formatted("v_balance")))
                    .isEqualTo(rows(database, ACCOUNTS.formatted("audit.v_balance")));
            assertThat(rows(warehouse.connection(), FOLDED_LOTS)).isEqualTo(rows(database, LEDGER_LOTS));
            Statement statement = new Liability(warehouse).statement(null, null);
            assertThat(statement.tiesOut()).isTrue();
            assertThat(Long.toString(statement.total().closing()))
                    .isEqualTo(rows(database, "SELECT sum(balance)::text FROM audit.v_balance")
                            .getFirst());
        }
    }

    private static List<String> dump(Path file) throws SQLException {
        try (Warehouse warehouse = Warehouse.open(file)) {
            List<String> all = rows(warehouse.connection(), "SELECT CAST(t AS VARCHAR) FROM event t ORDER BY ALL");
            all.addAll(rows(warehouse.connection(), "SELECT CAST(t AS VARCHAR) FROM movement t ORDER BY ALL"));
            all.addAll(rows(warehouse.connection(), "SELECT CAST(t AS VARCHAR) FROM topic_position t ORDER BY ALL"));
            return all;
        }
    }

    private Shop open(Tenant tenant) {
        Http till = tenant.caller("partner");
        String club = made(till, "/partner/clubs", object("name", "Analyst"));
        String card = made(till, "/partner/cards", object("club_id", club, "name", "Analyst"));
        String reward = made(
                till,
                "/partner/rewards",
                object("card_id", card, "name", "Book").put("points_required", REWARD_PRICE));
        ObjectNode gift = object("club_id", club, "name", "Gift", "type", "bonus_points", "points_card_id", card);
        String voucher = made(till, "/partner/vouchers", gift.put("value", 35));
        for (int member = 0; member < MEMBERS; member++) {
            members.add(made(tenant.caller("admin"), "/admin/members", object()));
        }
        return new Shop(till, card, reward, voucher);
    }

    /** One card, at which all kinds of things happen. */
    private final class Shop {
        private final Http till;
        private final String card;
        private final String reward;
        private final String voucher;

        Shop(Http till, String card, String reward, String voucher) {
            this.till = till;
            this.card = card;
            this.reward = reward;
            this.voucher = voucher;
        }

        /** What is refused, because there are no points for it, is refused: it changes nothing. */
        void step(Random random) {
            String member = members.get(random.nextInt(MEMBERS));
            ObjectNode body = object("card_id", card, "member_identifier", member);
            switch (random.nextInt(9)) {
                case 0, 1, 2 ->
                    keep(
                            purchases,
                            "transaction_id",
                            "/partner/transactions/purchase",
                            body.put("purchase_amount", 1 + random.nextInt(90)));
                case 3, 4 ->
                    keep(redemptions, "transaction_id", "/partner/transactions/redeem", body.put("reward_id", reward));
                case 5 -> undo(random, purchases, random.nextBoolean() ? object() : object().put("amount", 1));
                case 6 -> undo(random, redemptions, object());
                case 7 -> {
                    int points = random.nextInt(80) - 40;
                    var unused = till.post(
                            "/partner/transactions/adjust",
                            body.put("points", points == 0 ? 1 : points).put("reason", "counted again"));
                }
                default -> useVoucher(member, random);
            }
        }

        private void keep(List<String> ids, String field, String path, ObjectNode body) {
            Http.Answer answer = till.post(path, body);
            assertThat(answer.status()).as(answer.text()).isIn(200, 201, 422);
            if (answer.isGood()) {
                ids.add(answer.data().get(field).textValue());
            }
        }

        private void undo(Random random, List<String> ids, ObjectNode body) {
            if (!ids.isEmpty()) {
                String id = ids.get(random.nextInt(ids.size()));
                Http.Answer answer =
                        till.post("/partner/transactions/" + id + "/reverse", body.put("reason", "returned"));
                assertThat(answer.status()).as(answer.text()).isIn(201, 422);
            }
        }

        private void useVoucher(String member, Random random) {
            if (uses.isEmpty() || random.nextBoolean()) {
                keep(
                        uses,
                        "redemption_id",
                        "/partner/vouchers/" + voucher + "/redeem",
                        object("member_identifier", member));
            } else {
                String use = uses.remove(random.nextInt(uses.size()));
                JsonNode voided = till.post(
                                "/partner/vouchers/redemptions/" + use + "/void", object("reason", "wrong member"))
                        .json();
                assertThat(voided.path("error").asBoolean(true))
                        .as(voided.toString())
                        .isFalse();
            }
        }
    }

    private static String made(Http caller, String path, ObjectNode body) {
        Http.Answer answer = caller.post(path, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.data().path("id").asText();
    }

    private static ObjectNode object(String... namesAndTexts) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int each = 0; each < namesAndTexts.length; each += 2) {
            object.put(namesAndTexts[each], namesAndTexts[each + 1]);
        }
        return object;
    }

    private static Connection connect(RunningNode node) throws Exception {
        var options = new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
        return DriverManager.getConnection(options.jdbcUrl(), options.user(), options.password());
    }

    private static List<String> rows(Connection database, String query) {
        try (var statement = database.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(found.getString(1));
            }
            // Two databases need not sort alike.
            rows.sort(null);
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }
}
