package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Answer;
import dev.merit.contracts.Done;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the router says about requests, and how it gets to keys. */
final class AuditTrailIT {
    private static final String PURCHASE = """
            {"card_id": "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20", "member_identifier": "ada@example.org",
             "purchase_amount": 24.50}""";
    private static final String ID = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e10";

    @SuppressWarnings("NullAway.Init")
    private RouterFixture fixture;

    @BeforeEach
    void start() {
        fixture = new RouterFixture(Map.of("MERIT_AUTH_FAILURES_PER_MINUTE", "5"));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void notesWhatWasDone() {
        TestKey key = fixture.known(TestKey.partner("write:transactions"));

        Answered answer = buy(key, "till-1").answer();

        AuditRow row = row("till-1");
        assertThat(row)
                .isEqualTo(new AuditRow(
                        row.id(),
                        row.at(),
                        new PartnerId(key.owner),
                        Role.PARTNER,
                        key.id,
                        key.identity().keyPrefix(),
                        "points.purchase",
                        UUID.fromString(answer.data().path("transaction_id").asText()),
                        201,
                        null,
                        "till-1",
                        false));
        assertThat(row.at()).isBetween(Instant.now().minusSeconds(30), Instant.now());
    }

    @Test
    void notesARepeatAsOne() {
        TestKey key = fixture.known(TestKey.partner("admin"));
        var purchased = fixture.domains.example(Purchased.class);
        String stored = dev.merit.platform.Json.write(purchased);
        fixture.domains.on(
                Purchase.class, command -> Future.succeededFuture(command.reply(new Done<>(purchased, stored))));

        buy(key, "again").answer().is(201);

        assertThat(row("again").replayed()).isTrue();
        assertThat(row("again").resource()).isEqualTo(purchased.transactionId().value());
    }

    @Test
    void notesEveryWriteWhateverItIsAnswered() {
        TestKey key = fixture.known(TestKey.partner("admin"));
        fixture.domains.on(
                Purchase.class,
                command -> Future.failedFuture(
                        Problem.of(Problem.Code.CARD_EXPIRED, "No.").asException()));

        buy(key, "refused").answer().is(422, "CARD_EXPIRED");
        send(key, "POST", "/partner/clubs", "invalid").json("{}").answer().is(422);
        send(key, "PUT", "/partner/clubs/" + ID, "unreadable")
                .json("{")
                .answer()
                .is(400);
        send(key, "DELETE", "/partner/clubs/ada@example.org", "nothing")
                .answer()
                .is(404);
        send(key, "DELETE", "/partner/nowhere/" + ID, "nowhere").answer().is(404);
        send(key, "PUT", "/partner/transactions/purchase", "method")
                .json("{}")
                .answer()
                .is(405);
        send(key, "GET", "/partner/nowhere", "read").answer().is(404);
        send(key, "GET", "/partner/clubs", "list").answer().is(200);

        assertSaid("refused", "points.purchase", 422, "CARD_EXPIRED");
        assertSaid("invalid", "registry.createClub", 422, "VALIDATION_FAILED");
        assertSaid("unreadable", "registry.updateClub", 400, "MALFORMED_JSON");
        assertThat(row("unreadable").resource()).isEqualTo(UUID.fromString(ID));
        assertSaid("nothing", "registry.deleteClub", 404, "NOT_FOUND");
        assertThat(row("nothing").resource()).isNull();
        assertSaid("nowhere", "DELETE /partner/*/*", 404, "NOT_FOUND");
        assertSaid("method", "PUT /partner/transactions/purchase", 405, "METHOD_NOT_ALLOWED");
        assertThat(fixture.domains.audited.stream().map(AuditRow::requestId)).doesNotContain("read", "list");
    }

    @Test
    void notesEveryRefusedAuthorisation() {
        TestKey reader = fixture.known(TestKey.partner("read"));
        TestKey revoked = new TestKey(Role.PARTNER);
        revoked.revokedAt = Instant.EPOCH;
        fixture.add(revoked);
        TestKey keyless = TestKey.partner("write:cards");
        fixture.add(keyless);

        buy(reader, "scope").answer().is(403, "SCOPE_INSUFFICIENT");
        send(keyless, "GET", "/partner/transactions", "get").answer().is(403, "SCOPE_INSUFFICIENT");
        send(reader, "GET", "/admin/partners", "role").answer().is(403, "AUTH_ROLE_MISMATCH");
        send(revoked, "GET", "/partner/clubs/" + ID, "revoked").answer().is(401, "AUTH_KEY_REVOKED");
        String unknown = TestKey.text(Role.ADMIN);
        fixture.send("GET", "/admin/partners/" + ID + "/keys")
                .key(unknown)
                .header("X-Request-Id", "unknown")
                .answer()
                .is(401, "AUTH_INVALID_KEY");
        fixture.send("GET", "/health")
                .header("X-Request-Id", "missing")
                .answer()
                .is(401, "AUTH_MISSING_KEY");

        assertSaid("scope", "points.purchase", 403, "SCOPE_INSUFFICIENT");
        assertSaid("get", "points.listTransactions", 403, "SCOPE_INSUFFICIENT");
        assertSaid("role", "keys.listPartners", 403, "AUTH_ROLE_MISMATCH");
        assertSaid("revoked", "registry.findClub", 401, "AUTH_KEY_REVOKED");
        assertThat(row("revoked").partnerId()).isEqualTo(new PartnerId(revoked.owner));
        assertThat(row("revoked").resource()).isEqualTo(UUID.fromString(ID));
        assertSaid("unknown", "keys.partner.listKeys", 401, "AUTH_INVALID_KEY");
        assertThat(row("unknown").keyPrefix()).isNull();
        assertThat(row("unknown").role()).isNull();
        assertSaid("missing", "router.health", 401, "AUTH_MISSING_KEY");
    }

    // A row lives for years, and what callers put into paths and ids is theirs.
    @Test
    void keepsKeysAndAddressesOut() {
        TestKey key = fixture.known(TestKey.partner("admin"));
        String secret = TestKey.text(Role.PARTNER);

        send(key, "DELETE", "/partner/" + secret, "a " + secret).answer().is(404);
        send(key, "DELETE", "/partner/clubs/" + secret, "mail ada@example.org")
                .answer()
                .is(404);
        send(key, "PROPFIND" + secret.toUpperCase(java.util.Locale.ROOT), "/admin/ada@example.org", "odd")
                .answer()
                .is(403);
        fixture.send("GET", "/" + secret).key(secret).answer().is(401);

        Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.domains.audited).hasSize(4));
        String all = fixture.domains.audited.toString();
        assertThat(all).doesNotContainIgnoringCase(secret.substring("rl_agent_".length() + 8));
        assertThat(all).doesNotContain("example.org").contains("mail ***@***", "OTHER /admin/*", "GET /*");
    }

    // Without a bound, whoever has no key could fill the table and push the rows of others out.
    @Test
    void notesOnlySoManyStrangersOfAnAddress() {
        for (int i = 0; i < 12; i++) {
            fixture.send("GET", "/health")
                    .header("X-Request-Id", "none")
                    .answer()
                    .is(401);
        }
        for (int i = 0; i < 12; i++) {
            fixture.send("GET", "/health")
                    .key(TestKey.text(Role.ADMIN))
                    .header("X-Request-Id", "bad")
                    .answer()
                    .is(i < 5 ? 401 : 429);
        }
        buy(fixture.known(TestKey.partner("admin")), "last").answer().is(201);

        AuditRow unused = row("last");
        assertThat(fixture.domains.audited.stream()
                        .filter(row -> row.requestId().equals("none")))
                .hasSize(5);
        assertThat(fixture.domains.audited.stream()
                        .filter(row -> row.requestId().equals("bad")))
                .hasSize(5);
    }

    // Keys may be slow or gone for a while; the same rows come again, under the same ids.
    @Test
    void sendsAgainUntilKeysHasThem() {
        TestKey key = fixture.known(TestKey.partner("admin"));
        var tries = new CopyOnWriteArrayList<List<AuditRow>>();
        fixture.domains.on(AppendAudit.class, append -> {
            tries.add(append.rows());
            return tries.size() < 3
                    ? Future.failedFuture(Problem.unavailable().asException())
                    : Future.succeededFuture(append.reply(new Acknowledged()));
        });

        buy(key, "patient").answer().is(201);

        Awaitility.await().untilAsserted(() -> assertThat(tries).hasSize(3));
        assertThat(tries.stream().distinct()).hasSize(1);
        Awaitility.await().untilAsserted(() -> assertThat(
                        fixture.meters.get("merit.audit.waiting").gauge().value())
                .isZero());
    }

    // A full buffer must cost rows, and say so, but never an answer.
    @Test
    void dropsAndCountsWhatFindsNoRoom() {
        TestKey key = fixture.known(TestKey.partner("admin"));
        fixture.domains.on(
                AppendAudit.class, append -> Promise.<Answer>promise().future());
        var sent = IntStream.range(0, 10_050)
                .mapToObj(i -> send(key, "DELETE", "/partner/clubs/x", "many").later())
                .toList();
        for (Future<Answered> each : sent) {
            assertThat(Eventually.get(each).status()).isEqualTo(404);
        }

        assertThat(fixture.meters.get("merit.audit.waiting").gauge().value()).isEqualTo(10_000);
        assertThat(fixture.meters.get("merit.audit.dropped").counter().count()).isEqualTo(50);
        fixture.domains.forgetAnswers();
    }

    // Also the row of a command whose sender has gone before it was answered.
    @Test
    void handsOverEverythingBeforeItStops() {
        TestKey key = fixture.known(TestKey.partner("admin"));
        var failures = new AtomicInteger(2);
        fixture.domains.on(AppendAudit.class, append -> {
            if (failures.getAndDecrement() > 0) {
                return Future.failedFuture(Problem.unavailable().asException());
            }
            fixture.domains.audited.addAll(append.rows());
            return Future.succeededFuture(append.reply(new Acknowledged()));
        });
        Promise<Answer> slow = Promise.promise();
        fixture.domains.on(Purchase.class, command -> slow.future());
        Future<Answered> lost = buy(key, "slow").later();
        Awaitility.await().untilAsserted(() -> assertThat(fixture.domains.asked).hasSize(1));
        for (int i = 0; i < 20; i++) {
            send(key, "DELETE", "/partner/clubs/x", "write-" + i).answer().is(404);
        }

        // When the router stops, with no time for requests in flight
        Future<Void> stopped = fixture.vertx.undeploy(fixture.router.deploymentID());
        fixture.vertx.setTimer(
                300,
                later -> slow.complete(fixture.domains
                        .last(Purchase.class)
                        .reply(Done.fresh(fixture.domains.example(Purchased.class)))));
        Eventually.get(stopped);

        // Then nothing is left to be told
        assertThat(fixture.domains.audited).hasSize(21);
        assertThat(fixture.domains.audited.getLast().requestId()).isEqualTo("slow");
        assertThat(lost.isComplete()).isTrue();
    }

    private RouterFixture.Sending buy(TestKey key, String requestId) {
        return send(key, "POST", "/partner/transactions/purchase", requestId).json(PURCHASE);
    }

    private RouterFixture.Sending send(TestKey key, String method, String path, String requestId) {
        return fixture.send(method, path).key(key.text).header("X-Request-Id", requestId);
    }

    private void assertSaid(String requestId, String action, int status, String code) {
        AuditRow row = row(requestId);
        assertThat(List.of(row.action(), row.status(), String.valueOf(row.code())))
                .isEqualTo(List.of(action, status, code));
    }

    /** The one row of a request, once it has come. */
    private AuditRow row(String requestId) {
        Awaitility.await().untilAsserted(() -> assertThat(fixture.domains.audited.stream()
                        .filter(row -> row.requestId().equals(requestId)))
                .hasSize(1));
        return fixture.domains.audited.stream()
                .filter(row -> row.requestId().equals(requestId))
                .findFirst()
                .orElseThrow();
    }
}
