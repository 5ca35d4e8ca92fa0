package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one idempotency key means, and what it does not: over the whole program, by HTTP only. */
final class RepeatJourneyIT {
    private static final Pattern ADMIN_KEY = Pattern.compile("rl_admin_[0-9A-Za-z]{40}");
    private static final Pattern PARTNER_KEY = Pattern.compile("rl_agent_[0-9A-Za-z]{40}");
    private static final String PURCHASE = "/partner/transactions/purchase";

    private static RunningNode node;
    private static Api till;
    private static String card;
    private static String member;

    @BeforeAll
    static void start(@TempDir Path made) throws Exception {
        node = RunningNode.start(made.resolve("data"), "up", "--demo");
        till = new Api(node.api(), first(PARTNER_KEY, node.curls().get(0)));
        List<String> purchase = Shell.words(made, node.curls().get(0));
        JsonNode body = Api.json(purchase.get(purchase.indexOf("-d") + 1));
        card = body.get("card_id").textValue();
        member = body.get("member_identifier").textValue();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** Breaks when a body is compared by what it means and not by its bytes: a retry sends the same bytes. */
    @Test
    void refusesTheKeyWithEveryOtherBody() throws Exception {
        String body = body("10.00");
        HttpResponse<String> first = till.post(PURCHASE, "misuse-1", body);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        List<String> others = List.of(
                body("10.01"),
                body("10.0"),
                "{\"member_identifier\":\"" + member + "\",\"card_id\":\"" + card + "\",\"purchase_amount\":10.00}",
                body.replace(",", ", "),
                body + "\n",
                body.replace("}", ",\"note\":\"x\"}"),
                body.replace("}", ",\"note\":null}"));

        for (String other : others) {
            HttpResponse<String> refused = till.post(PURCHASE, "misuse-1", other);

            assertThat(refused.statusCode()).as(other).isEqualTo(422);
            assertThat(Api.json(refused.body()).get("code").textValue()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        }
        assertThat(till.post(PURCHASE, "misuse-1", body).body()).isEqualTo(first.body());
        assertThat(till.post(PURCHASE, "\"misuse-1\"", body).body())
                .as("bare and quoted are one key")
                .isEqualTo(first.body());
    }

    /** Breaks when a key means the same on another path. */
    @Test
    void takesTheKeyAnewOnAnotherPath() throws Exception {
        HttpResponse<String> purchase = till.post(PURCHASE, "path-1", body("5"));
        HttpResponse<String> club = till.post("/partner/clubs", "path-1", "{\"name\":\"Second\"}");

        assertThat(purchase.statusCode()).isEqualTo(201);
        assertThat(club.statusCode()).as(club.body()).isEqualTo(201);
        assertThat(club.headers().firstValue("Idempotent-Replayed")).isEmpty();
    }

    /** Breaks when one tenant's keys are looked up among another's: it would learn of them, or be refused. */
    @Test
    void takesTheKeyAnewForAnotherTenant() throws Exception {
        Api admin = new Api(node.api(), first(ADMIN_KEY, node.said()));
        String other = Api.data(
                        admin.post("/admin/partners", "other", "{\"name\":\"Other\",\"email\":\"o@other.test\"}"))
                .get("id")
                .textValue();
        HttpResponse<String> made = admin.post(
                "/admin/partners/" + other + "/keys", "other-key", "{\"name\":\"Till\",\"preset\":\"full\"}");
        Api stranger = new Api(node.api(), Api.data(made).get("key").textValue());
        assertThat(till.post("/partner/clubs", "tenant-1", "{\"name\":\"Ours\"}")
                        .statusCode())
                .isEqualTo(201);

        HttpResponse<String> theirs = stranger.post("/partner/clubs", "tenant-1", "{\"name\":\"Theirs\"}");

        assertThat(theirs.statusCode()).as(theirs.body()).isEqualTo(201);
        assertThat(Api.data(theirs).get("name").textValue()).isEqualTo("Theirs");
        assertThat(stranger.post(PURCHASE, "misuse-1", body("10.00")).statusCode())
                .as("another tenant's card is not there")
                .isEqualTo(404);
    }

    /** Breaks when a refusal is kept: it changed nothing, so the same key may succeed later. */
    @Test
    void judgesARefusalAnew() throws Exception {
        String wrong = body("0.001");

        HttpResponse<String> refused = till.post(PURCHASE, "refusal-1", wrong);
        HttpResponse<String> accepted = till.post(PURCHASE, "refusal-1", body("1"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Api.json(refused.body()).get("code").textValue()).isEqualTo("VALIDATION_FAILED");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(201);
    }

    private static String body(String amount) {
        return "{\"card_id\":\"" + card + "\",\"member_identifier\":\"" + member + "\",\"purchase_amount\":" + amount
                + "}";
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group();
    }
}
