package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.contracts.points.PointsRequest.ListTransactions;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods, paths, headers, bodies and connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpIT {
    private static final String ID = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20";
    private static final String DOCS = "/api/agent/docs.json";
    private RouterFixture fixture;
    private TestKey key;

    @BeforeAll
    void start() {
        fixture = new RouterFixture(Map.of("MERIT_CORS_ORIGINS", "https://shop.example,https://other.example"));
        key = fixture.known(TestKey.partner("admin"));
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
    @ValueSource(
            strings = {
                "/partner/nothing",
                "/partner/clubs/",
                "/partner/clubs//",
                "/Partner/clubs",
                "/partner/CLUBS",
                "/partner%2Fclubs",
                "/partner/clubs%2F" + ID,
                "/partner/clubs/" + ID + "%2F",
                "/partner/clubs/" + ID + "/",
                "/partner/clubs/not-a-uuid",
                "/partner/clubs/1-1-1-1-1",
                "/partner/transactions/nothing",
                "/partner",
                "",
                "/"
            })
    void findsNothingAtWrongPaths(String path) {
        var answer = fixture.get(key, path).answer();

        answer.is(404, "NOT_FOUND");
        assertThat(answer.header("X-RateLimit-Limit")).isNotNull();
        assertThat(fixture.domains.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api", "/api/agent", "/api/agent/v2/health", "/API/AGENT/V1/HEALTH", "/api%2Fagent/v1/health"})
    void findsNothingOutsideOfTheApiWithoutAskingForAKey(String path) {
        fixture.send("GET", path).answer().is(404, "NOT_FOUND");
    }

    @Test
    void cannotBeLedAroundTheRoleByThePath() {
        fixture.get(key, "/partner/../admin/keys").answer().is(403, "AUTH_ROLE_MISMATCH");
        fixture.get(key, "/partner/%2e%2e/admin/keys").answer().is(403, "AUTH_ROLE_MISMATCH");
        fixture.get(key, "/partner/..%2fadmin/keys").answer().is(404, "NOT_FOUND");
        // Breaks when the beginning of a path is matched in any case: roles are told by it.
        fixture.get(key, "/api/agent/V1/admin/keys").answer().is(404, "NOT_FOUND");
        fixture.get(key, "/ADMIN/keys").answer().is(404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH|/partner/clubs|GET, HEAD, OPTIONS, POST",
                "DELETE|/partner/clubs|GET, HEAD, OPTIONS, POST",
                "POST|/partner/clubs/" + ID + "|DELETE, GET, HEAD, OPTIONS, PUT",
                "GET|/partner/transactions/purchase|OPTIONS, POST",
                "HEAD|/partner/transactions/purchase|OPTIONS, POST",
                "PUT|/health|GET, HEAD, OPTIONS"
            })
    void namesTheAllowedMethods(String method, String path, String allowed) {
        var answer = fixture.send(method, path).key(key.text).answer();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
    }

    @Test
    void answersOptionsAndHead() {
        var options = fixture.send("OPTIONS", "/partner/clubs").key(key.text).answer();
        options.is(204);
        assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");

        var get = fixture.get(key, "/partner/cards/" + ID).answer();
        var head = fixture.send("HEAD", "/partner/cards/" + ID).key(key.text).answer();
        head.is(200);
        assertThat(head.bytes().length()).isZero();
        assertThat(head.header("ETag")).isEqualTo(get.header("ETag"));
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        String large = "{\"name\":\"" + "a".repeat(1 << 20) + "\"}";
        fixture.post(key, "/partner/clubs", large).answer().is(413, "PAYLOAD_TOO_LARGE");
        String fits = "{\"name\":\"" + "a".repeat((1 << 20) - 11) + "\"}";
        assertThat(fits).hasSize(1 << 20);
        fixture.post(key, "/partner/clubs", fits).answer().is(422, "VALIDATION_FAILED");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415",
        "application/xml, 415",
        "application/json; charset=iso-8859-1, 415",
        "multipart/form-data; boundary=x, 415",
        "application/x-www-form-urlencoded, 415",
        "application/json, 201",
        "application/json; charset=UTF-8, 201",
        "APPLICATION/JSON, 201"
    })
    void takesOnlyJson(String type, int status) {
        var answer = fixture.send("POST", "/partner/clubs")
                .key(key.text)
                .header("Content-Type", type)
                .body(Buffer.buffer("{\"name\":\"A\"}"))
                .answer();
        answer.is(status);
    }

    @Test
    void takesNoEncodedBody() {
        fixture.post(key, "/partner/clubs", "{\"name\":\"A\"}")
                .header("Content-Encoding", "gzip")
                .answer()
                .is(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void wantsAContentType() {
        fixture.send("POST", "/partner/clubs")
                .key(key.text)
                .body(Buffer.buffer("{\"name\":\"A\"}"))
                .answer()
                .is(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void refusesUnknownAndBadQueryParameters() {
        var answer = fixture.get(key, "/partner/cards?page=0&per_page=101&club_id=x&is_active=maybe&sort=name&q=%00")
                .answer();
        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.json().at("/details/errors")).as(answer.text()).hasSize(6);
        fixture.get(key, "/partner/cards?page=1&page=2").answer().is(422, "VALIDATION_FAILED");
        fixture.get(key, "/partner/clubs/" + ID + "?x=1").answer().is(422, "VALIDATION_FAILED");
        fixture.post(key, "/partner/clubs?x=1", "{\"name\":\"A\"}").answer().is(422, "VALIDATION_FAILED");
        fixture.get(key, "/partner/transactions?from=2026-02-30").answer().is(422, "VALIDATION_FAILED");
        fixture.get(key, "/partner/cards?q=%zz").answer().is(400, "MALFORMED_REQUEST");
        assertThat(fixture.domains.asked).isEmpty();
    }

    @Test
    void turnsQueryParametersIntoAFilter() {
        fixture.get(key, "/partner/cards?club_id=" + ID + "&is_active=false&q=%20co%20&page=3&per_page=7")
                .answer()
                .is(200);
        ListCards cards = fixture.domains.last(ListCards.class);
        assertThat(String.valueOf(cards.club())).isEqualTo(ID);
        assertThat(cards.isActive()).isFalse();
        assertThat(cards.q()).isEqualTo("co");
        assertThat(cards.paging().page()).isEqualTo(3);
        assertThat(cards.paging().perPage()).isEqualTo(7);

        fixture.get(key, "/partner/transactions?from=2026-01-31&cursor=abc")
                .answer()
                .is(200);
        ListTransactions list = fixture.domains.last(ListTransactions.class);
        assertThat(list.filter().from()).hasToString("2026-01-31");
        assertThat(list.paging().cursor()).isEqualTo("abc");
        assertThat(list.paging().perPage()).isEqualTo(25);
    }

    @Test
    void tagsAResourceAndSaysWhenItIsUnchanged() {
        var first = fixture.get(key, "/partner/cards/" + ID).answer();
        String tag = String.valueOf(first.header("ETag"));
        assertThat(tag)
                .isEqualTo(Json.etag(fixture.domains.example(dev.merit.contracts.points.PointsRequest.Card.class)));

        for (String match : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
            var again = fixture.get(key, "/partner/cards/" + ID)
                    .header("If-None-Match", match)
                    .answer();
            again.is(304);
            assertThat(again.bytes().length()).isZero();
            assertThat(again.header("ETag")).isEqualTo(tag);
        }
        fixture.get(key, "/partner/cards/" + ID)
                .header("If-None-Match", "\"other\"")
                .answer()
                .is(200);
    }

    @Test
    void answersProblemJsonWhenAsked() {
        fixture.domains.on(
                Purchase.class,
                purchase -> Future.failedFuture(new Problem(
                                Problem.Code.INSUFFICIENT_BALANCE, "Not enough.", Map.of("balance", 3, "required", 5))
                        .asException()));
        var answer = fixture.post(key, "/partner/transactions/purchase", purchase())
                .header("Accept", "application/problem+json")
                .answer();

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode body = answer.json();
        assertThat(body.path("status").asInt()).isEqualTo(422);
        assertThat(body.path("code").asText()).isEqualTo("INSUFFICIENT_BALANCE");
        assertThat(body.path("detail").asText()).isEqualTo("Not enough.");
        assertThat(body.path("retry_strategy").asText()).isEqualTo("no_retry");
        assertThat(body.path("title").asText()).isEqualTo("insufficient balance");
        assertThat(body.path("type").asText()).isEqualTo("urn:merit:problem:insufficient-balance");
        assertThat(body.at("/details/balance").asInt()).isEqualTo(3);
        assertThat(body.has("error")).isFalse();
        var usual = fixture.send("GET", "/health").answer();
        assertThat(usual.header("Content-Type")).isEqualTo("application/json");
        assertThat(usual.json().path("error").asBoolean()).isTrue();
    }

    @Test
    void publishesTheDocumentWithoutAKey() {
        var docs = fixture.send("GET", DOCS).answer();

        docs.is(200);
        assertThat(docs.json().path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(docs.json().path("paths").has("/partner/transactions/purchase"))
                .isTrue();
        fixture.send("GET", DOCS)
                .header("If-None-Match", String.valueOf(docs.header("ETag")))
                .answer()
                .is(304);
        var post = fixture.send("POST", DOCS).answer();
        post.is(405, "METHOD_NOT_ALLOWED");
        assertThat(post.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void letsConfiguredShopsCallMemberEndpoints() {
        var preflight = preflight("/member/balance", "https://shop.example");
        preflight.is(204);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(preflight.header("Access-Control-Allow-Headers")).contains("X-Agent-Key", "Idempotency-Key");
        assertThat(preflight.header("Vary")).contains("Origin");
        var refused = fixture.send("GET", "/member/balance")
                .header("Origin", "https://shop.example")
                .answer();
        refused.is(401, "AUTH_MISSING_KEY");
        assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(refused.headers().getAll("Vary").toString()).contains("Origin");

        assertThat(preflight("/member/balance", "https://evil.example").header("Access-Control-Allow-Origin"))
                .isNull();
        preflight("/partner/clubs", "https://shop.example").is(401, "AUTH_MISSING_KEY");
        assertThat(fixture.send("GET", "/partner/clubs")
                        .header("Origin", "https://shop.example")
                        .answer()
                        .header("Access-Control-Allow-Origin"))
                .isNull();
    }

    @Test
    void takesARequestIdOrMakesOne() {
        assertThat(fixture.send("GET", "/health")
                        .header("X-Request-Id", "till 7/42")
                        .answer()
                        .header("X-Request-Id"))
                .isEqualTo("till 7/42");
        assertThat(fixture.send("GET", "/health").answer().header("X-Request-Id"))
                .hasSize(36);
        assertThat(fixture.send("GET", "/health")
                        .header("X-Request-Id", "x".repeat(129))
                        .answer()
                        .header("X-Request-Id"))
                .hasSize(36);
        fixture.post(key, "/partner/transactions/purchase", purchase())
                .header("X-Request-Id", "abc")
                .header("If-Match", "\"tag\"")
                .answer()
                .is(201);
        assertThat(fixture.domains.last(Purchase.class).origin().requestId()).isEqualTo("abc");
        assertThat(fixture.domains.last(Purchase.class).origin().ifMatch()).isEqualTo("\"tag\"");
    }

    @Test
    void countsRequestsByOperation() {
        double before = count("points.findCard", "2xx");
        fixture.get(key, "/partner/cards/" + ID).answer().is(200);
        fixture.domains.on(
                FindCard.class, find -> Future.failedFuture(Problem.notFound().asException()));
        fixture.get(key, "/partner/cards/" + ID).answer().is(404, "NOT_FOUND");

        // Counted when the answer has been sent, which its reader may see first.
        Awaitility.await().untilAsserted(() -> {
            assertThat(count("points.findCard", "2xx")).isEqualTo(before + 1);
            assertThat(count("points.findCard", "4xx")).isGreaterThanOrEqualTo(1);
        });
    }

    @Test
    void tellsAKeyWhoItIs() {
        TestKey member = fixture.known(new TestKey(Role.MEMBER));
        var health = fixture.get(member, "/health").answer();

        health.is(200);
        assertThat(health.data().path("role").asText()).isEqualTo("member");
        assertThat(health.data().at("/owner/id").asText()).isEqualTo(member.owner.toString());
        assertThat(health.data().at("/key/key_prefix").asText()).isEqualTo(member.text.substring(0, 18));
        assertThat(health.data().path("scopes").toString()).isEqualTo("[\"admin\"]");
        assertThat(health.text()).doesNotContain(member.text);
    }

    private double count(String operation, String status) {
        var timer = fixture.meters
                .find("merit.http.requests")
                .tags("operation", operation, "status", status)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private Answered preflight(String path, String origin) {
        return fixture.send("OPTIONS", path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "x-agent-key")
                .answer();
    }

    private static String purchase() {
        return "{\"card_id\":\"" + ID + "\",\"member_identifier\":\"ada@example.org\",\"purchase_amount\":1}";
    }
}
