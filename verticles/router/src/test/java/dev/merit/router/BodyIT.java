package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Limits;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.points.PointsRequest.CreateCard;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.contracts.points.PointsRequest.UpdateReward;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body may say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BodyIT {
    private static final String CARD = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20";
    private static final String PURCHASE = "/partner/transactions/purchase";
    private RouterFixture fixture;
    private TestKey key;
    private TestKey admin;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        key = fixture.known(TestKey.partner("admin"));
        admin = fixture.known(new TestKey(Role.ADMIN));
    }

    @BeforeEach
    void forget() {
        fixture.domains.forgetAnswers();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "24.50, 24.50",
        "1e1, 10",
        "0.1, 0.1",
        "0.3000000000000000444, 0.3000000000000000444",
        "12345678.91, 12345678.91",
        "1000000000, 1000000000",
        "0.01, 0.01"
    })
    void keepsAmountsExact(String sent, String arrived) {
        // Breaks when any step reads the number as a double, or drops a zero.
        purchase(sent).is(201);

        assertThat(fixture.domains.last(Purchase.class).fields().purchaseAmount())
                .isEqualTo(new BigDecimal(arrived));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0.00",
                "-1",
                "0.0099999999999999999999",
                "1000000000.000000000000001",
                "1e400",
                "-1e400",
                "1e1000000000",
                "1e-1000000000",
                "1e99999999999",
                "0e99999999999",
                "\"24.50\"",
                "true",
                "null",
                "[24.50]"
            })
    void refusesAmountsThatAreNone(String sent) {
        var answer = purchase(sent);

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("purchase_amount")).as(answer.text()).hasSize(1);
        assertThat(answer.json().at("/details/errors")).hasSize(1);
    }

    @Test
    void refusesANumberOfManyDigitsOnItsField() {
        var answer = purchase("1".repeat(5_000));

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("purchase_amount").isArray()).as(answer.text()).isTrue();
        purchase("1".repeat(200)).is(422, "VALIDATION_FAILED");
    }

    @Test
    void namesAllBadFieldsAtOnce() {
        var answer = fixture.post(key, "/partner/cards?colour=red", """
                        {"club_id":"no uuid","title":7,"points_per_currency":1.5,"currency":"XXY",
                         "bg_color":"red","valid_from":"tomorrow","is_active":"yes","description":"%s","gold":true}""".formatted("d".repeat(1_001)))
                .answer();

        answer.is(422, "VALIDATION_FAILED");
        List<String> fields = new ArrayList<>();
        answer.json().at("/details/errors").fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .containsExactlyInAnyOrder(
                        "colour",
                        "club_id",
                        "name",
                        "title",
                        "points_per_currency",
                        "currency",
                        "bg_color",
                        "valid_from",
                        "is_active",
                        "description",
                        "gold");
        assertThat(answer.errors("name").get(0).asText()).isEqualTo("is required");
        assertThat(answer.errors("gold").get(0).asText()).isEqualTo("is not a field of this request");
        assertThat(answer.json().path("retry_strategy").asText()).isEqualTo("fix_request");
        assertThat(fixture.domains.asked).isEmpty();
    }

    @Test
    void namesFieldsInsideObjectsAndLists() {
        var partner = fixture.post(admin, "/admin/partners", """
                        {"name":"A","email":"nobody","limits":{"cards":-2},"permissions":{"fly":true}}""").answer();
        partner.is(422, "VALIDATION_FAILED");
        assertThat(partner.errors("limits.cards").isArray()).as(partner.text()).isTrue();
        assertThat(partner.errors("permissions.fly").isArray()).isTrue();
        assertThat(partner.errors("email").isArray()).isTrue();

        var reward = fixture.post(key, "/partner/rewards", """
                        {"name":"A","points_required":1,"card_ids":["%s","x"]}""".formatted(CARD)).answer();
        reward.is(422, "VALIDATION_FAILED");
        assertThat(reward.errors("card_ids[1]").isArray()).as(reward.text()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "\\u0000", "a\\ud800", "\\udc00b", "\\ud800\\ud800"})
    void refusesNulAndHalfCharacters(String text) {
        var answer = purchase("1", "\"note\":\"" + text + "\"");

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("note").isArray()).as(answer.text()).isTrue();
    }

    @Test
    void keepsWholeCharactersAndCountsThemOnce() {
        // 500 characters outside the basic plane are 1000 UTF-16 units.
        purchase("1", "\"note\":\"" + "\\ud83d\\ude00".repeat(500) + "\"").is(201);
        assertThat(fixture.domains.last(Purchase.class).fields().note()).isEqualTo("😀".repeat(500));
        purchase("1", "\"note\":\"" + "😀".repeat(501) + "\"").is(422, "VALIDATION_FAILED");
    }

    @Test
    void refusesNulInAFieldName() {
        var answer = purchase("1", "\"no\\u0000te\":\"x\"");

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("no?te").isArray()).as(answer.text()).isTrue();
    }

    @Test
    void trimsTextBeforeItIsJudged() {
        fixture.post(key, "/partner/clubs", "{\"name\":\"  \\t \"}").answer().is(422, "VALIDATION_FAILED");
        fixture.post(key, "/partner/clubs", "{\"name\":\" " + "n".repeat(255) + "  \"}")
                .answer()
                .is(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "[]",
                "\"x\"",
                "1",
                "null",
                "{} {}",
                "{\"name\":NaN}",
                "{'name':'a'}",
                "{\"name\":\"a\",}"
            })
    void refusesWhatIsNotOneJsonObject(String body) {
        fixture.post(key, "/partner/clubs", body).answer().is(400, "MALFORMED_JSON");
    }

    @Test
    void refusesDeepNestingAndBrokenUtf8() {
        fixture.post(key, "/partner/clubs", "{\"name\":" + "[".repeat(100_000))
                .answer()
                .is(400, "MALFORMED_JSON");
        fixture.send("POST", "/partner/clubs")
                .key(key.text)
                .header("Content-Type", "application/json")
                .body(io.vertx.core.buffer.Buffer.buffer(
                        new byte[] {'{', '"', 'n', '"', ':', '"', (byte) 0xC3, '"', '}'}))
                .answer()
                .is(400, "MALFORMED_JSON");
    }

    @Test
    void boundsTheListOfBadFields() {
        var body = new StringBuilder("{\"name\":\"a\"");
        for (int i = 0; i < 5_000; i++) {
            body.append(",\"f").append(i).append("\":1");
        }
        var answer =
                fixture.post(key, "/partner/clubs", body.append('}').toString()).answer();

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.json().at("/details/errors")).hasSize(100);
    }

    @Test
    void fillsInTheDefaultsOfTheDocument() {
        fixture.post(key, "/partner/cards", "{\"club_id\":\"" + CARD + "\",\"name\":\"A\"}")
                .answer()
                .is(201);

        var fields = fixture.domains.last(CreateCard.class).fields();
        assertThat(fields.pointsPerCurrency()).isEqualTo(1);
        assertThat(fields.currencyUnitAmount()).isEqualByComparingTo("1");
        assertThat(fields.pointsExpireMonths()).isEqualTo(12);
        assertThat(fields.isActive()).isTrue();
        assertThat(fields.isVisibleByDefault()).isFalse();
        assertThat(fields.title()).isNull();

        fixture.post(
                        key,
                        "/partner/cards",
                        "{\"club_id\":\"" + CARD + "\",\"name\":\"A\",\"points_expire_months\":null}")
                .answer()
                .is(201);
        assertThat(fixture.domains.last(CreateCard.class).fields().pointsExpireMonths())
                .isNull();
    }

    @Test
    void fillsInDefaultsInsideObjects() {
        fixture.post(admin, "/admin/partners", "{\"name\":\"A\",\"email\":\"a@b.example\",\"limits\":{\"cards\":3}}")
                .answer()
                .is(201);

        var fields = fixture.domains.last(CreatePartner.class).fields();
        assertThat(fields.limits()).isEqualTo(new Limits(5, -1, 3, -1, -1, -1, -1));
        assertThat(fields.permissions()).isEqualTo(Permissions.all());
    }

    @Test
    void handsThePartnersLimitsToTheDomain() {
        TestKey limited = TestKey.partner("admin");
        limited.limits = new Limits(5, 1, 2, 3, 4, 5, 6);
        fixture.add(limited);

        fixture.post(limited, "/partner/cards", "{\"club_id\":\"" + CARD + "\",\"name\":\"A\"}")
                .answer()
                .is(201);
        fixture.post(limited, "/partner/rewards", "{\"card_id\":\"" + CARD + "\",\"name\":\"A\",\"points_required\":1}")
                .answer()
                .is(201);

        assertThat(fixture.domains.last(CreateCard.class).limit()).isEqualTo(2);
        assertThat(fixture.domains.last(CreateReward.class).limit()).isEqualTo(3);
    }

    @Test
    void leavesThePutAsItWasSentButForReadOnlyFields() {
        // Breaks when a PUT gets defaults (it would reset fields) or passes read-only fields on.
        fixture.send("PUT", "/partner/cards/" + CARD)
                .key(key.text)
                .json("""
                        {"id":"x","unique_identifier":4,"created_at":null,"rewards_count":9,"title":null,"name":" B "}""")
                .answer()
                .is(200);

        assertThat(fixture.domains.last(UpdateCard.class).patch().json()).isEqualTo("{\"title\":null,\"name\":\"B\"}");
        var refused = fixture.send("PUT", "/partner/cards/" + CARD)
                .key(key.text)
                .json("{\"gold\":1,\"name\":null}")
                .answer();
        refused.is(422, "VALIDATION_FAILED");
        assertThat(refused.json().at("/details/errors")).hasSize(2);
    }

    @Test
    void refusesReadOnlyFieldsOnPost() {
        var answer = fixture.post(key, "/partner/clubs", "{\"name\":\"A\",\"id\":\"" + CARD + "\"}")
                .answer();

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("id").isArray()).isTrue();
    }

    @Test
    void takesOneCardOrSeveralForAReward() {
        String rest = "\"name\":\"A\",\"points_required\":5";
        fixture.post(key, "/partner/rewards", "{\"card_id\":\"" + CARD + "\"," + rest + "}")
                .answer()
                .is(201);
        assertThat(fixture.domains.last(CreateReward.class).fields().cardIds())
                .hasSize(1)
                .first()
                .hasToString(CARD);
        fixture.post(key, "/partner/rewards", "{" + rest + "}").answer().is(422, "VALIDATION_FAILED");
        fixture.post(
                        key,
                        "/partner/rewards",
                        "{\"card_id\":\"" + CARD + "\",\"card_ids\":[\"" + CARD + "\"]," + rest + "}")
                .answer()
                .is(422, "VALIDATION_FAILED");
        fixture.send("PUT", "/partner/rewards/" + CARD)
                .key(key.text)
                .json("{\"card_id\":\"" + CARD + "\"}")
                .answer()
                .is(200);
        assertThat(fixture.domains.last(UpdateReward.class).patch().json())
                .isEqualTo("{\"card_ids\":[\"" + CARD + "\"]}");
    }

    @Test
    void checksWhatANewKeyIsAskedToBe() {
        String path = "/admin/partners/" + CARD + "/keys";
        fixture.post(admin, path, "{\"name\":\"A\"}").answer().is(422, "VALIDATION_FAILED");
        fixture.post(admin, path, "{\"name\":\"A\",\"preset\":\"full_access\"}")
                .answer()
                .is(422, "VALIDATION_FAILED");
        fixture.post(admin, path, "{\"name\":\"A\",\"scopes\":[\"write:profile\"]}")
                .answer()
                .is(422, "VALIDATION_FAILED");
        fixture.post(admin, path, "{\"name\":\"A\",\"preset\":\"till\",\"rate_limit\":1000}")
                .answer()
                .is(201);
        assertThat(fixture.domains.last(CreateKey.class).grantable()).isNull();
        fixture.post(admin, "/admin/keys", "{\"name\":\"A\",\"preset\":\"full\"}")
                .answer()
                .is(201);
        assertThat(fixture.domains.last(CreateKey.class).grantable()).containsExactly("admin");
        assertThat(fixture.domains.last(CreateKey.class).owner()).isNull();
    }

    private Answered purchase(String amount) {
        return purchase(amount, "\"note\":null");
    }

    private Answered purchase(String amount, String more) {
        return fixture.post(key, PURCHASE, body(amount, more)).answer();
    }

    private static String body(String amount, String more) {
        return "{\"card_id\":\"%s\",\"member_identifier\":\"ada@example.org\",\"purchase_amount\":%s,%s}"
                .formatted(CARD, amount, more);
    }
}
