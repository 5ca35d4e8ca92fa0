package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.analyst.Main;
import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Scope;
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

    /** Sittings after which points lapse: before others in which redemptions that used them are undone. */
    private static final int LAPSES = 2;

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
    private static final List<String> LAPSE = List.of(
            "UPDATE ledger.lot SET expires_at = expires_at - interval '2 months' WHERE card_id = '%s'",
            "UPDATE ledger.account SET next_expiry = next_expiry - interval '2 months' WHERE card_id = '%s'");
    private static final String DUE =
            "SELECT member_id::text FROM ledger.lot WHERE remaining > 0 AND expires_at <= statement_timestamp()";
    private static final String SWEPT = "SELECT entry_id::text FROM ledger.entry WHERE request_id = 'expiry-sweep'";
    private static final String STAMPED =
            "SELECT entry_id::text FROM ledger.entry WHERE event = 'stamp_card_reward_points'";

    /** What the ledger has, and what the file has of it. */
    private record Both(String ledger, String folded) {}

    private static final List<Both> SAME = List.of(
            new Both(ACCOUNTS.formatted("audit.v_balance"), ACCOUNTS.formatted("v_balance")),
            new Both(LEDGER_LOTS, FOLDED_LOTS),
            // What is left of each month's points.
            new Both("""
                SELECT to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM') || ' ' || sum(l.remaining)
                  FROM ledger.lot l JOIN ledger.entry e USING (partner_id, member_id, card_id, account_sequence)
                 GROUP BY to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM')
                """, """
                    SELECT strftime(earned_month, '%Y-%m') || ' ' || sum(earned + redeemed + expired + corrected)
                      FROM v_cohort WHERE earned_month IS NOT NULL GROUP BY earned_month
                    """),
            new Both("""
                SELECT card_id || ' ' || (created_at AT TIME ZONE 'UTC')::date || ' ' || sum(points)
                  FROM ledger.entry WHERE event = 'system_expired_points'
                 GROUP BY card_id, (created_at AT TIME ZONE 'UTC')::date
                """, "SELECT card_id || ' ' || day || ' ' || expired FROM v_day WHERE expired <> 0"),
            new Both(
                    "SELECT card_id || ' ' || sum(balance) FROM audit.v_balance GROUP BY card_id",
                    "SELECT card_id || ' ' || arg_max(outstanding, day) FROM v_day GROUP BY card_id"),
            new Both(
                    "SELECT card_id || ' ' || sum(remaining) FROM ledger.lot GROUP BY card_id",
                    "SELECT card_id || ' ' || sum(points) FROM v_movement WHERE lot_sequence > 0 GROUP BY card_id"));
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
                if (sitting < LAPSES) {
                    for (String statement : LAPSE) {
                        execute(database, statement.formatted(shop.lapsing));
                    }
                    // Nobody does anything meanwhile, so that it is the node itself that books it.
                    node.waitFor(SETTLED, () -> rows(database, DUE).isEmpty());
                }
                node.waitFor(
                        SETTLED, () -> rows(database, "SELECT event_id::text FROM audit.v_outbox WHERE NOT published")
                                .isEmpty());
                assertThat(load(kafka, file)).isZero();
                agree(database, file);
            }
            assertThat(rows(database, SWEPT)).isNotEmpty();
            assertThat(rows(database, STAMPED)).isNotEmpty();
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

    private static void agree(Connection database, Path file) throws Exception {
        try (Warehouse warehouse = Warehouse.openToRead(file)) {
            for (Both both : SAME) {
                assertThat(rows(warehouse.connection(), both.folded()))
                        .as(both.folded())
                        .isNotEmpty()
                        .isEqualTo(rows(database, both.ledger()));
            }
            Statement statement = new Liability(warehouse, Scope.ALL).statement(null, null);
            assertThat(statement.isWhole()).isTrue();
            assertThat(Long.toString(statement.total().closing()))
                    .isEqualTo(rows(database, "SELECT sum(balance)::text FROM audit.v_balance")
                            .getFirst());
        }
    }

    private static List<String> dump(Path file) throws Exception {
        try (Warehouse warehouse = Warehouse.openToRead(file)) {
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
        String lapsing = made(
                till,
                "/partner/cards",
                object("club_id", club, "name", "Lapsing").put("points_expire_months", 1));
        ObjectNode stamps =
                object("club_id", club, "name", "Coffees", "reward_title", "Points", "reward_card_id", lapsing);
        String stampCard = made(
                till, "/partner/stamp-cards", stamps.put("stamps_required", 3).put("reward_points", 40));
        String lapsingReward = made(
                till,
                "/partner/rewards",
                object("card_id", lapsing, "name", "Pen").put("points_required", REWARD_PRICE / 2));
        String reward = made(
                till,
                "/partner/rewards",
                object("card_id", card, "name", "Book").put("points_required", REWARD_PRICE));
        ObjectNode gift = object("club_id", club, "name", "Gift", "type", "bonus_points", "points_card_id", card);
        String voucher = made(till, "/partner/vouchers", gift.put("value", 35));
        for (int member = 0; member < MEMBERS; member++) {
            members.add(made(tenant.caller("admin"), "/admin/members", object()));
        }
        return new Shop(
                till, List.of(new Offer(card, reward), new Offer(lapsing, lapsingReward)), voucher, stampCard, lapsing);
    }

    /** A card and what there is for its points. */
    private record Offer(String card, String reward) {}

    /** Two cards, at which all kinds of things happen. */
    private final class Shop {
        private final Http till;
        private final List<Offer> offers;
        private final String voucher;
        private final String stampCard;
        private final String lapsing;

        Shop(Http till, List<Offer> offers, String voucher, String stampCard, String lapsing) {
            this.till = till;
            this.offers = offers;
            this.voucher = voucher;
            this.stampCard = stampCard;
            this.lapsing = lapsing;
        }

        /** What is refused, because there are no points for it, is refused: it changes nothing. */
        void step(Random random) {
            String member = members.get(random.nextInt(MEMBERS));
            Offer offer = offers.get(random.nextInt(offers.size()));
            ObjectNode body = object("card_id", offer.card(), "member_identifier", member);
            switch (random.nextInt(11)) {
                case 0, 1, 2 ->
                    keep(
                            purchases,
                            "transaction_id",
                            "/partner/transactions/purchase",
                            body.put("purchase_amount", 1 + random.nextInt(90)));
                case 3, 4 ->
                    keep(
                            redemptions,
                            "transaction_id",
                            "/partner/transactions/redeem",
                            body.put("reward_id", offer.reward()));
                case 5 -> undo(random, purchases, random.nextBoolean() ? object() : object().put("amount", 1));
                case 6 -> undo(random, redemptions, object());
                case 7 -> {
                    int points = random.nextInt(80) - 40;
                    var unused = till.post(
                            "/partner/transactions/adjust",
                            body.put("points", points == 0 ? 1 : points).put("reason", "counted again"));
                }
                case 8, 9 -> {
                    Http.Answer answer = till.post(
                            "/partner/stamp-cards/" + stampCard + "/stamps",
                            object("member_identifier", member).put("stamps", 2));
                    assertThat(answer.status()).as(answer.text()).isIn(200, 201);
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

    static Connection connect(RunningNode node) throws Exception {
        var options = new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
        return DriverManager.getConnection(options.jdbcUrl(), options.user(), options.password());
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            var unused = statement.execute(sql);
        }
    }

    static List<String> rows(Connection database, String query) {
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
