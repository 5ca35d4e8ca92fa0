package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may pass, and in which order that is judged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeyChecksIT {
    private RouterFixture fixture;

    @BeforeAll
    void start() {
        fixture = new RouterFixture(Map.of("MERIT_AUTH_FAILURES_PER_MINUTE", "1000"));
    }

    @BeforeEach
    void forget() {
        fixture.domains.forgetAnswers();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void wantsAKeyBeforeAnythingElse() {
        fixture.send("GET", "/health").answer().is(401, "AUTH_MISSING_KEY");
        fixture.send("GET", "/health").key("").answer().is(401, "AUTH_MISSING_KEY");
        fixture.send("GET", "/no/such/path").answer().is(401, "AUTH_MISSING_KEY");
        fixture.send("PATCH", "/partner/clubs").answer().is(401, "AUTH_MISSING_KEY");
        fixture.send("GET", "/health?X-Agent-Key=" + TestKey.text(Role.PARTNER))
                .answer()
                .is(401, "AUTH_MISSING_KEY");
        // Vert.x's key handler lets such a request through without a user.
        fixture.send("OPTIONS", "/partner/clubs")
                .header("Access-Control-Request-Headers", "Authorization")
                .answer()
                .is(401, "AUTH_MISSING_KEY");
    }

    @Test
    void refusesAMalformedKeyWithoutALookUp() {
        String good = TestKey.text(Role.PARTNER);
        int before = fixture.domains.lookUps.get();
        List<String> malformed = List.of(
                "rl_agent_",
                "hello",
                good + "0",
                good.substring(0, good.length() - 1),
                good.replaceFirst("x", "y"),
                good.replace("rl_agent_", "rl_admin_"),
                good.replace("x1", "x-"));
        for (String key : malformed) {
            if (!key.equals(good)) {
                fixture.send("GET", "/health").key(key).answer().is(401, "AUTH_INVALID_KEY");
            }
        }
        assertThat(fixture.domains.lookUps.get()).isEqualTo(before);
    }

    @Test
    void answersMalformedAndUnknownKeysWithTheSameBytes() {
        // Breaks when a message tells a guesser that the form of a key was right.
        var malformed = fixture.send("GET", "/health").key("rl_agent_x").answer();
        var unknown =
                fixture.send("GET", "/health").key(TestKey.text(Role.PARTNER)).answer();

        malformed.is(401, "AUTH_INVALID_KEY");
        assertThat(unknown.bytes()).isEqualTo(malformed.bytes());
        assertThat(names(unknown)).isEqualTo(names(malformed));
        assertThat(unknown.header("X-RateLimit-Limit")).isNull();
    }

    @Test
    void judgesInTheOrderOfTheContract() {
        // One request that is wrong in every way; one fault after another is mended.
        TestKey key = TestKey.partner("read");
        key.revokedAt = Instant.now().minusSeconds(10);
        key.expiresAt = Instant.now().minusSeconds(5);
        key.ownerActive = false;
        key.rateLimit = 3;
        key.permissions = new Permissions(false, true, false, true, true);
        fixture.add(key);

        wrong(key, "/admin/nothing").is(401, "AUTH_KEY_REVOKED");
        key.revokedAt = null;
        forget(key);
        wrong(key, "/admin/nothing").is(401, "AUTH_KEY_EXPIRED");
        key.expiresAt = Instant.now().plusSeconds(600);
        forget(key);
        wrong(key, "/admin/nothing").is(403, "ACCOUNT_INACTIVE");
        key.ownerActive = true;
        forget(key);
        wrong(key, "/admin/nothing").is(403, "AUTH_ROLE_MISMATCH");
        wrong(key, "/partner/nothing").is(403, "FEATURE_DISABLED");
        key.permissions = new Permissions(true, true, false, true, true);
        forget(key);
        wrong(key, "/partner/nothing").is(429, "RATE_LIMITED");
        key.rateLimit = 1000;
        forget(key);
        wrong(key, "/partner/nothing").is(404, "NOT_FOUND");
        wrong(key, "/partner/transactions/purchase").is(403, "SCOPE_INSUFFICIENT");
        key.scopes = List.of("write:transactions");
        forget(key);
        wrong(key, "/partner/transactions/purchase").is(403, "FEATURE_DISABLED");
        key.permissions = Permissions.all();
        forget(key);
        wrong(key, "/partner/transactions/purchase").is(415, "UNSUPPORTED_MEDIA_TYPE");
        assertThat(fixture.domains.asked).isEmpty();
    }

    @Test
    void keepsEachRoleToItsOwnPaths() {
        for (Role role : Role.values()) {
            TestKey key = fixture.known(new TestKey(role));
            for (Role path : Role.values()) {
                var answer = fixture.get(key, "/" + path.word() + "/nothing").answer();
                answer.is(role == path ? 404 : 403, role == path ? "NOT_FOUND" : "AUTH_ROLE_MISMATCH");
            }
            fixture.get(key, "/health").answer().is(200);
        }
    }

    @Test
    void namesTheScopesThatAreMissing() {
        TestKey key = fixture.known(TestKey.partner("read"));

        var answer = fixture.post(key, "/partner/transactions/redeem", "{}").answer();

        answer.is(403, "SCOPE_INSUFFICIENT");
        assertThat(answer.json().at("/details/required").toString()).isEqualTo("[\"write:rewards\",\"use:rewards\"]");
    }

    @Test
    void dropsARevokedKeyAtOnce() {
        // Breaks when the notice is not heard: the key would live on for the seconds it is remembered.
        TestKey key = fixture.known(TestKey.partner("read"));
        fixture.get(key, "/health").answer().is(200);

        key.revokedAt = Instant.now();
        fixture.get(key, "/health").answer().is(200); // Remembered: no look-up yet.
        fixture.bus.publish(new Notice.KeyChanged(key.id));

        Awaitility.await()
                .atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> fixture.get(key, "/health").answer().is(401, "AUTH_KEY_REVOKED"));
    }

    @Test
    void dropsAllKeysOfAChangedOwnerAtOnce() {
        TestKey key = fixture.known(TestKey.partner("read"));
        fixture.get(key, "/health").answer().is(200);

        key.ownerActive = false;
        fixture.bus.publish(new Notice.OwnerChanged(Role.PARTNER, new PartnerId(key.owner).value()));

        Awaitility.await()
                .atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> fixture.get(key, "/health").answer().is(403, "ACCOUNT_INACTIVE"));
    }

    @Test
    void noticesExpiryWhileTheKeyIsRemembered() {
        TestKey key = TestKey.partner("read");
        key.expiresAt = Instant.now().plusMillis(700);
        fixture.add(key);
        fixture.get(key, "/health").answer().is(200);
        int lookUps = fixture.domains.lookUps.get();

        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> fixture.get(key, "/health").answer().is(401, "AUTH_KEY_EXPIRED"));
        assertThat(fixture.domains.lookUps.get()).isEqualTo(lookUps);
    }

    @Test
    void asksOnceForManyRequestsWithAnUnseenKey() {
        TestKey key = fixture.known(TestKey.partner("read"));
        Promise<Void> hold = Promise.promise();
        fixture.domains.on(Authenticate.class, request -> hold.future()
                .map(held -> request.reply(new Authenticated(key.identity()))));
        int before = fixture.domains.lookUps.get();

        List<Future<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            statuses.add(fixture.get(key, "/health").later().map(Answered::status));
        }
        Awaitility.await().until(() -> fixture.domains.lookUps.get() > before);
        hold.complete();

        for (Future<Integer> status : statuses) {
            assertThat(Eventually.get(status)).isEqualTo(200);
        }
        assertThat(fixture.domains.lookUps.get()).isEqualTo(before + 1);
    }

    @Test
    void doesNotRememberALookUpThatARevocationOvertook() {
        // The look-up is under way when the key is revoked: its answer is older than the notice.
        TestKey key = fixture.known(TestKey.partner("read"));
        Promise<Void> hold = Promise.promise();
        var stale = new Authenticated(key.identity());
        fixture.domains.on(Authenticate.class, request -> hold.future().map(held -> request.reply(stale)));
        int before = fixture.domains.lookUps.get();
        var first = fixture.get(key, "/health").later();
        Awaitility.await().until(() -> fixture.domains.lookUps.get() > before);

        key.revokedAt = Instant.now();
        fixture.bus.publish(new Notice.KeyChanged(key.id));
        Eventually.get(fixture.vertx.timer(200).map(passed -> true));
        fixture.domains.forgetAnswers();
        hold.complete();

        assertThat(Eventually.get(first).status()).isEqualTo(200);
        fixture.get(key, "/health").answer().is(401, "AUTH_KEY_REVOKED");
    }

    @Test
    void saysSoWhenNobodyCanTellWhoCalls() {
        TestKey key = fixture.known(TestKey.partner("read"));
        fixture.domains.on(
                Authenticate.class,
                request -> Future.failedFuture(Problem.unavailable().asException()));

        var answer = fixture.get(key, "/health").answer();

        answer.is(503, "SERVICE_UNAVAILABLE");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        fixture.domains.forgetAnswers();
        fixture.get(key, "/health").answer().is(200); // A failed look-up is not remembered.
    }

    @Test
    void handsTheOwnerToTheDomainAndNothingElse() {
        TestKey key = fixture.known(TestKey.partner("read"));

        fixture.get(key, "/partner/cards").answer().is(200);

        assertThat(fixture.domains.last(ListCards.class).partner().value()).isEqualTo(key.owner);
    }

    @Test
    void limitsBadKeysOfOneAddressButNotGoodOnes() {
        try (var strict = new RouterFixture(Map.of("MERIT_AUTH_FAILURES_PER_MINUTE", "3"))) {
            TestKey good = strict.known(TestKey.partner("read"));
            for (int i = 0; i < 3; i++) {
                strict.send("GET", "/health").key("rl_agent_x").answer().is(401, "AUTH_INVALID_KEY");
            }

            var malformed = strict.send("GET", "/health").key("rl_agent_x").answer();
            var unknown = strict.send("GET", "/health")
                    .key(TestKey.text(Role.PARTNER))
                    .answer();

            malformed.is(429, "RATE_LIMITED");
            unknown.is(429, "RATE_LIMITED");
            assertThat(Long.parseLong(String.valueOf(malformed.header("Retry-After"))))
                    .isBetween(1L, 60L);
            assertThat(unknown.bytes()).isEqualTo(malformed.bytes());
            strict.get(good, "/health").answer().is(200);
        }
    }

    private Answered wrong(TestKey key, String path) {
        return fixture.send("POST", path)
                .key(key.text)
                .header("Content-Type", "text/plain")
                .body(io.vertx.core.buffer.Buffer.buffer("nonsense"))
                .answer();
    }

    private void forget(TestKey key) {
        fixture.bus.publish(new Notice.KeyChanged(key.id));
        // The notice is delivered on the router's own event loop: give it the time to arrive.
        Eventually.get(fixture.vertx.timer(50).map(passed -> true));
    }

    private static List<String> names(Answered answer) {
        return answer.headers().names().stream()
                .map(String::toLowerCase)
                .sorted()
                .toList();
    }

    static {
        assertThat(KeyFormat.wellFormed(Role.PARTNER, TestKey.text(Role.PARTNER)))
                .isTrue();
    }
}
