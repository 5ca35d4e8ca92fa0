package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.points.PointsRequest.BatchItem;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.BatchResult;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a batch is taken apart, and put together again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PurchaseBatchIT {
    private static final String PATH = "/partner/transactions/purchases";
    private static final String GOOD = "\"card_id\":\"0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20\","
            + "\"member_identifier\":\"ada@example.org\",\"purchase_amount\":1.50";
    private RouterFixture fixture;
    private TestKey till;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        till = fixture.known(TestKey.partner("write:transactions"));
    }

    @BeforeEach
    void forget() {
        fixture.domains.forgetAnswers();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    // Breaks when one bad item refuses the whole batch, or reaches the domain as if it were good.
    @Test
    void refusesABadItemByItselfAndNamesItsOwnFields() {
        send(batch(
                        item("a", GOOD),
                        item("b", GOOD.replace("1.50", "0")),
                        item("c", GOOD + ",\"colour\":1"),
                        item("d", "\"purchase_amount\":1"),
                        item("e", GOOD + ",\"note\":\"\\u0000\""),
                        item("f", GOOD.replace("1.50", "1e300"))))
                .is(200);

        List<BatchItem> items = asked().items();
        assertThat(items.getFirst().refusal()).isNull();
        assertThat(Objects.requireNonNull(items.getFirst().fields()).purchaseAmount())
                .hasToString("1.50");
        assertThat(errors(items.get(1))).containsOnlyKeys("purchase_amount");
        assertThat(errors(items.get(2))).containsOnlyKeys("colour");
        assertThat(errors(items.get(3))).containsOnlyKeys("card_id", "member_identifier");
        assertThat(errors(items.get(4))).containsOnlyKeys("note");
        assertThat(errors(items.get(5))).containsOnlyKeys("purchase_amount");
        assertThat(items).filteredOn(each -> each.refusal() != null).allMatch(each -> each.fields() == null);
    }

    // What is no batch is refused as a whole, before any domain hears of it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                        | items
                    {"items":{}}                              | items
                    {"items":[]}                              | items
                    {"items":[1]}                             | items[0]
                    {"items":[{}]}                            | items[0].idempotency_key
                    {"items":[{"idempotency_key":""}]}        | items[0].idempotency_key
                    {"items":[{"idempotency_key":"  "}]}      | items[0].idempotency_key
                    {"items":[{"idempotency_key":"ü"}]}       | items[0].idempotency_key
                    {"items":[{"idempotency_key":7}]}         | items[0].idempotency_key
                    {"items":[{"idempotency_key":"k"}],"mode":"some"} | mode
                    {"items":[{"idempotency_key":"k"}],"more":1}      | more
                    """)
    void refusesAsAWholeWhatIsNoBatch(String body, String field) {
        Answered answer = send(body);

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors(field).isEmpty()).as(answer.text()).isFalse();
        assertThat(fixture.domains.asked).isEmpty();
    }

    @Test
    void takesAThousandItemsAndNotOneMore() {
        send(batch(thousand())).is(200);
        assertThat(asked().items()).hasSize(1_000);

        Answered refused = send(batch(thousand(), item("one more", GOOD)));

        refused.is(422, "VALIDATION_FAILED");
        assertThat(refused.errors("items").toString()).contains("at most 1000");
    }

    // Breaks when more bad items than the router complains about at once slip through.
    @Test
    void refusesEachOfAThousandBadItems() {
        send(batch(thousand().replace("1.50", "\"\\u0000\""))).is(200);

        assertThat(asked().items()).allMatch(each -> each.refusal() != null);
    }

    // An item is the same when its own bytes are, wherever it stands; the batch's key and the single purchase's differ.
    @Test
    void recognisesAnItemByItsOwnKeyAndItsOwnBytes() {
        String item = item("k", GOOD + ", \"note\": \"grüße 😀\"");
        send("{\"mode\":\"independent\",\"items\":[" + item + "]}").is(200);
        Repeat first = asked().items().getFirst().repeat();
        fixture.send("POST", PATH)
                .key(till.text)
                .header("Idempotency-Key", "k")
                .json("{ \"items\" : [ " + item("other", GOOD) + " ,\n " + item + " ], \"mode\" : \"all_or_nothing\" }")
                .answer()
                .is(200);
        PurchaseBatch second = asked();
        fixture.send("POST", "/partner/transactions/purchase")
                .key(till.text)
                .header("Idempotency-Key", "k")
                .json("{" + GOOD + "}")
                .answer()
                .is(201);

        assertThat(second.mode()).isEqualTo(BatchMode.ALL_OR_NOTHING);
        assertThat(second.items().get(1).repeat()).isEqualTo(first);
        assertThat(first.bodyHash())
                .isEqualTo(Base64.getEncoder().encodeToString(Json.sha256(item.getBytes(StandardCharsets.UTF_8))));
        assertThat(second.items().get(0).repeat().id()).isNotEqualTo(first.id());
        assertThat(Objects.requireNonNull(second.origin().repeat()).id()).isNotEqualTo(first.id());
        assertThat(Objects.requireNonNull(
                                fixture.domains.last(Purchase.class).origin().repeat())
                        .id())
                .isNotEqualTo(first.id());
    }

    // The parser would read it, but where an item begins would be a guess.
    @Test
    void refusesABatchInAnotherEncoding() {
        Answered answer = fixture.send("POST", PATH)
                .key(till.text)
                .header("Content-Type", "application/json")
                .body(Buffer.buffer(batch(item("a", GOOD)).getBytes(StandardCharsets.UTF_16BE)))
                .answer();

        answer.is(400, "MALFORMED_JSON");
    }

    @Test
    void givesEachItemTheStatusItWouldHaveHadAlone() {
        Purchased data = fixture.domains.example(Purchased.class);
        var body = new PurchasedBatch(
                List.of(
                        new BatchResult(0, data, null),
                        new BatchResult(1, null, Problem.notFound("card_id")),
                        new BatchResult(2, null, Problem.of(Code.CARD_INACTIVE, "This card is not active."))),
                1,
                2);
        fixture.domains.on(PurchaseBatch.class, batch -> Future.succeededFuture(batch.reply(Done.fresh(body))));

        JsonNode items = send(batch(item("a", GOOD))).data().path("items");

        assertThat(items.get(0).path("status").asInt()).isEqualTo(201);
        assertThat(items.get(0).path("data")).hasToString(Json.write(data));
        assertThat(items.get(0).has("error")).isFalse();
        assertThat(items.get(1))
                .hasToString("{\"index\":1,\"status\":404,\"error\":{\"error\":true,"
                        + "\"code\":\"NOT_FOUND\",\"message\":\"Nothing was found for card_id.\","
                        + "\"retry_strategy\":\"no_retry\",\"details\":{\"field\":\"card_id\"}}}");
        assertThat(items.get(2).path("status").asInt()).isEqualTo(422);
        assertThat(items.get(2).path("error").has("details")).isFalse();
    }

    // Breaks when the first answer and a repeat tell by different fields whether an item was refused.
    @Test
    void answersARepeatByteForByte() {
        Purchased data = fixture.domains.example(Purchased.class);
        Problem refusal = Problem.notFound("card_id");
        var body = new PurchasedBatch(
                List.of(
                        new BatchResult(0, data, null),
                        new BatchResult(1, null, refusal),
                        new BatchResult(2, data, refusal)),
                1,
                2);
        fixture.domains.on(PurchaseBatch.class, batch -> Future.succeededFuture(batch.reply(Done.fresh(body))));
        Answered fresh = send(batch(item("a", GOOD)));
        fixture.domains.on(
                PurchaseBatch.class, batch -> Future.succeededFuture(batch.reply(new Done<>(body, Json.write(body)))));

        Answered again = send(batch(item("a", GOOD)));

        assertThat(again.text()).isEqualTo(fresh.text());
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void showsTheItemsForWhichNothingWasRecorded() {
        var refused = new Problem(
                Code.VALIDATION_FAILED,
                "Nothing was recorded.",
                Map.of("items", List.of(Map.of("index", 3, "error", Problem.of(Code.CARD_EXPIRED, "Over.")))));
        fixture.domains.on(PurchaseBatch.class, batch -> Future.failedFuture(refused.asException()));

        Answered answer = send(batch(item("a", GOOD)));

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.json().at("/details/items"))
                .hasToString("[{\"index\":3,\"status\":422,\"error\":{\"error\":true,\"code\":\"CARD_EXPIRED\","
                        + "\"message\":\"Over.\",\"retry_strategy\":\"no_retry\"}}]");
    }

    private Answered send(String body) {
        return fixture.post(till, PATH, body).answer();
    }

    private PurchaseBatch asked() {
        return fixture.domains.last(PurchaseBatch.class);
    }

    private static String batch(String... items) {
        return "{\"items\":[" + String.join(",", items) + "]}";
    }

    private static String thousand() {
        return IntStream.range(0, 1_000).mapToObj(i -> item("k" + i, GOOD)).collect(Collectors.joining(","));
    }

    private static String item(String key, String fields) {
        return "{\"idempotency_key\":\"" + key + "\"," + fields + "}";
    }

    @SuppressWarnings("unchecked") // Field → messages, as the contract has it.
    private static Map<String, List<String>> errors(BatchItem item) {
        Problem refusal = Objects.requireNonNull(item.refusal());
        assertThat(refusal.code()).isEqualTo(Code.VALIDATION_FAILED);
        return (Map<String, List<String>>)
                Objects.requireNonNull(refusal.details().get("errors"));
    }
}
