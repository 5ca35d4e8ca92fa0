package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.testing.TopicScan;
import dev.merit.testing.WaitingEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names, e-mail addresses and free text are planted wherever the API takes them, and looked for wherever they cannot be
 * erased or were not asked for. What a caller uses as a reference of its own, {@code order_reference} and
 * {@code X-Request-Id}, is passed on as it is.
 */
final class PersonalDataIT {
    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "zyxwvutsrqponmlkjihgfedcba98765432");
    private static final int PEOPLE = 20;
    private static final Duration SETTLED = Duration.ofSeconds(60);

    /** Part of everything that is planted, and of nothing else. */
    private static final String MARK = "zqplant";

    private static final Map<String, String> SETTINGS = Map.of(
            "MERIT_ADMIN_KEY", ADMIN_KEY,
            "MERIT_LOG_FORMAT", "json",
            "MERIT_LOOKUP_FAILURES_PER_MINUTE", "1000000",
            "MERIT_RATE_LIMIT_MEMBER_DEFAULT", "-1",
            "MERIT_RATE_LIMIT_MEMBER_CEILING", "-1",
            "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
            "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1");

    /** A caller's number of its request, which must arrive in events as it is. */
    private static final String REQUEST = "till-7-receipt-";

    // Breaks when anybody adds a name, an address or a note to an event, a log line, a label of a metric or the audit
    // log.
    @Test
    void keepsNamesAddressesAndNotesOutOfWhatCannotBeErased(@TempDir Path directory) throws Exception {
        try (RunningNode node = RunningNode.start(directory.resolve("data"), SETTINGS, "up")) {
            var docs = new ApiDocs(Api.json(Api.text(node.api().replace("/v1", "") + "/docs.json")));
            Tenant tenant = Tenant.make(docs, new Http(node.api(), ADMIN_KEY), "privacy");
            for (int person = 0; person < PEOPLE; person++) {
                live(tenant, person);
            }
            try (Connection database = connect(node)) {
                node.waitFor(
                        SETTLED,
                        () -> rows(database, "SELECT event_id FROM audit.v_outbox WHERE NOT published")
                                        .isEmpty()
                                && !rows(database, "SELECT id FROM audit.v_audit WHERE request_id = '" + last() + "'")
                                        .isEmpty());

                // Else nothing was planted, and nothing found says nothing.
                assertThat(hits(rows(database, "SELECT m::text FROM registry.member m")))
                        .hasSizeGreaterThanOrEqualTo(PEOPLE);
                assertThat(hits(rows(database, "SELECT note FROM ledger.entry WHERE note IS NOT NULL")))
                        .hasSizeGreaterThanOrEqualTo(2 * PEOPLE);
                assertThat(hits(rows(database, "SELECT o::text FROM platform.outbox o")))
                        .isEmpty();
                List<String> packed = WaitingEvents.texts(database, "merit.transactions");
                assertThat(packed).isNotEmpty();
                assertThat(hits(packed)).isEmpty();
                assertThat(hits(rows(database, "SELECT a::text FROM keys.audit a")))
                        .isEmpty();
            }
            List<String> records = texts(TopicScan.read(
                    node.description().get("kafka_bootstrap_servers").textValue()));
            assertThat(records).anyMatch(record -> record.contains(last()));
            assertThat(hits(records)).isEmpty();
            // Each of these places tells of what was done, or looking into it would prove nothing.
            for (String topic : List.of("transactions", "members", "claims", "stamps", "vouchers")) {
                assertThat(records).anyMatch(record -> record.startsWith("merit." + topic + " "));
            }
            String metrics = Api.text(node.management() + "/metrics");
            assertThat(metrics).contains("purchase");
            assertThat(hits(List.of(metrics))).isEmpty();
            assertThat(node.said()).contains("request_answered", "409");
            assertThat(hits(node.said().lines().toList())).isEmpty();
            List<String> logs = logs(directory);
            assertThat(logs).anyMatch(line -> line.contains("database system is ready"));
            assertThat(logs).anyMatch(line -> line.contains("QuorumController"));
            assertThat(hits(logs)).isEmpty();
        }
    }

    /** All that can happen to a member, with something personal in every field that takes text. */
    private static void live(Tenant tenant, int person) {
        Http admin = tenant.caller("admin");
        Http till = tenant.caller("partner");
        String mail = MARK + "-mail" + person + "@planted.example";
        JsonNode member = good(admin.post("/admin/members", object("email", mail, "name", "Zqplant Member " + person)));
        // A duplicate is refused by the database, whose own words name the value.
        refused(admin.post("/admin/members", object("email", mail, "name", "Zqplant Double")), 409);
        String key = good(admin.post(
                        "/admin/members/" + member.get("id").textValue() + "/keys",
                        object("name", "Zqplant phone", "preset", "full_access")))
                .get("key")
                .textValue();
        ObjectNode clerk = object("club_id", tenant.id("clubs"), "name", "Zqplant Clerk " + person)
                .put("email", MARK + "-staff" + person + "@planted.example");
        String staff = good(till.post("/partner/staff", clerk)).get("id").textValue();
        refused(till.post("/partner/staff", clerk), 409);
        buyAndCorrect(tenant, mail, staff, person);
        stampAndUseVoucher(tenant, mail, staff, person);

        Http own = till.with(key);
        var _ = good(own.send(
                "PUT", "/member/profile", List.of(), Http.Body.json(object("name", "Zqplant Renamed " + person))));
        String claim = good(own.post("/member/rewards/" + tenant.id("rewards") + "/claim", object()))
                .get("claim_id")
                .textValue();
        var _ = good(till.post("/partner/claims/" + claim + "/reject", object("reason", text("rejected", person))));
        var _ = good(till.get("/partner/members?member_identifier=" + mail));
        refused(till.get("/partner/members/" + MARK + "-nobody@planted.example"), 404);
        refused(purchase(tenant, MARK + "-nobody" + person + "@planted.example", object()), 404);
        refused(purchase(tenant, mail, object("note", text("long", person).repeat(50))), 422);
        refused(
                till.send(
                        "POST",
                        "/partner/transactions/purchase",
                        List.of(),
                        Http.Body.json("{\"note\": \"zqplant note")),
                400);
        var _ = good(till.send(
                "POST",
                "/partner/transactions/purchase",
                List.of("X-Request-Id", REQUEST + person),
                Http.Body.json(object("card_id", tenant.id("cards"), "member_identifier", mail)
                        .put("purchase_amount", 10))));
    }

    private static void buyAndCorrect(Tenant tenant, String mail, String staff, int person) {
        Http till = tenant.caller("partner");
        String bought = good(purchase(tenant, mail, object("staff_id", staff, "note", text("bought", person))))
                .get("transaction_id")
                .textValue();
        ObjectNode back = object("reason", text("returned", person), "note", text("returned", person));
        var _ = good(till.post("/partner/transactions/" + bought + "/reverse", back.put("amount", 1)));
        ObjectNode redeem = object("card_id", tenant.id("cards"), "reward_id", tenant.id("rewards"));
        var _ = good(till.post(
                "/partner/transactions/redeem",
                redeem.put("member_identifier", mail).put("note", text("redeemed", person))));
        ObjectNode adjust = object("card_id", tenant.id("cards"), "member_identifier", mail);
        var _ = good(till.post(
                "/partner/transactions/adjust",
                adjust.put("reason", text("adjusted", person)).put("points", -1)));
    }

    private static void stampAndUseVoucher(Tenant tenant, String mail, String staff, int person) {
        Http till = tenant.caller("partner");
        ObjectNode card = object("club_id", tenant.id("clubs"), "name", "Zqplant stamps", "reward_title", "Cup");
        String stampCard = good(till.post("/partner/stamp-cards", card.put("stamps_required", 2)))
                .get("id")
                .textValue();
        var _ = good(till.post(
                "/partner/stamp-cards/" + stampCard + "/stamps",
                object("member_identifier", mail, "staff_id", staff, "note", text("stamped", person))
                        .put("stamps", 2)));
        var _ = good(till.post(
                "/partner/stamp-cards/" + stampCard + "/redeem",
                object("member_identifier", mail, "note", text("handed out", person))));
        ObjectNode voucher = object("club_id", tenant.id("clubs"), "name", "Zqplant gift", "type", "bonus_points");
        voucher.put("description", text("gift", person));
        String gift = good(till.post(
                        "/partner/vouchers",
                        voucher.put("points_card_id", tenant.id("cards")).put("value", 5)))
                .get("id")
                .textValue();
        String use = good(till.post("/partner/vouchers/" + gift + "/redeem", object("member_identifier", mail)))
                .get("redemption_id")
                .textValue();
        var _ = good(
                till.post("/partner/vouchers/redemptions/" + use + "/void", object("reason", text("voided", person))));
    }

    private static Http.Answer purchase(Tenant tenant, String member, ObjectNode further) {
        ObjectNode body = object("card_id", tenant.id("cards"), "member_identifier", member);
        body.put("purchase_amount", 100_000).setAll(further);
        return tenant.caller("partner").post("/partner/transactions/purchase", body);
    }

    private static String text(String what, int person) {
        return "Zqplant " + what + " by Ada Zqplant, " + MARK + person + "@planted.example";
    }

    private static String last() {
        return REQUEST + (PEOPLE - 1);
    }

    private static JsonNode good(Http.Answer answer) {
        assertThat(answer.isGood()).as(answer.text()).isTrue();
        return answer.data();
    }

    private static void refused(Http.Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    private static ObjectNode object(String... namesAndTexts) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int each = 0; each < namesAndTexts.length; each += 2) {
            object.put(namesAndTexts[each], namesAndTexts[each + 1]);
        }
        return object;
    }

    private static List<String> hits(List<String> texts) {
        return texts.stream()
                .filter(text -> text.toLowerCase(Locale.ROOT).contains(MARK))
                .toList();
    }

    /** Key, headers and value of each record, byte by byte. */
    private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
        List<String> texts = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            StringBuilder text = new StringBuilder(record.topic());
            record.headers().forEach(each -> text.append(' ')
                    .append(each.key())
                    .append('=')
                    .append(new String(each.value(), StandardCharsets.ISO_8859_1)));
            texts.add(text.append(' ')
                    .append(new String(record.key(), StandardCharsets.ISO_8859_1))
                    .append(' ')
                    .append(new String(record.value(), StandardCharsets.ISO_8859_1))
                    .toString());
        }
        return texts;
    }

    /** Lines of the logs that the database and the broker keep of their own. */
    private static List<String> logs(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(
                            each -> each.getFileName().toString().matches("postgres-.*\\.log|kafka\\.log"))
                    .toList()) {
                lines.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
            }
        }
        return lines;
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
            return rows;
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }
}
