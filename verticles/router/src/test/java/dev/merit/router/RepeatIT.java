package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Done;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.Role;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.DeleteClub;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a request safe to repeat. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RepeatIT {
    private static final String PATH = "/partner/transactions/purchase";
    private static final String BODY = "{\"card_id\":\"0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20\","
            + "\"member_identifier\":\"ada@example.org\",\"purchase_amount\":1}";
    private RouterFixture fixture;
    private TestKey key;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
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

    @Test
    void repliesToARepeatByteForByte() {
        var fresh = send(key, PATH, BODY, "k").answer();
        fresh.is(201);
        assertThat(fresh.header("Idempotent-Replayed")).isNull();
        Purchased body = fixture.domains.example(Purchased.class);
        String stored = Json.write(body);
        fixture.domains.on(
                Purchase.class, purchase -> Future.succeededFuture(purchase.reply(new Done<>(body, stored))));

        var again = send(key, PATH, BODY, "k").answer();

        again.is(201);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.bytes()).isEqualTo(fresh.bytes());
    }

    // Breaks when the answer is written twice: once for the repeat, once for the caller.
    @Test
    void sendsAFreshAnswerAsItWasStored() {
        Purchased body = fixture.domains.example(Purchased.class);
        String stored = "{\"points_awarded\" : 7}";
        fixture.domains.on(
                Purchase.class, purchase -> Future.succeededFuture(purchase.reply(Done.fresh(body, stored))));

        var answer = send(key, PATH, BODY, "k").answer();

        assertThat(answer.text()).isEqualTo("{\"error\":false,\"data\":" + stored + "}");
        assertThat(answer.header("Idempotent-Replayed")).isNull();
    }

    @Test
    void sendsTheStoredTextEvenIfItWouldBeWrittenInAnotherWayToday() {
        // Breaks when a replay is read into a record and written again.
        Purchased body = fixture.domains.example(Purchased.class);
        String stored = "{\"points_awarded\" : 7,  \"old_field\":1.50}";
        fixture.domains.on(
                Purchase.class, purchase -> Future.succeededFuture(purchase.reply(new Done<>(body, stored))));

        assertThat(send(key, PATH, BODY, "k").answer().text()).isEqualTo("{\"error\":false,\"data\":" + stored + "}");
    }

    @Test
    void knowsARepeatByOwnerMethodPathAndKey() {
        Repeat repeat = repeatOf(key, BODY, "abc");

        byte[] scope = (key.owner + "|POST|/api/agent/v1" + PATH + "|abc").getBytes(StandardCharsets.UTF_8);
        String id = java.util.HexFormat.of().formatHex(Json.sha256(scope)).substring(0, 32);
        assertThat(repeat.id().toString().replace("-", "")).isEqualTo(id);
        assertThat(repeat.bodyHash())
                .isEqualTo(Base64.getEncoder().encodeToString(Json.sha256(BODY.getBytes(StandardCharsets.UTF_8))));
        assertThat(repeatOf(key, BODY, "abc")).isEqualTo(repeat);
        assertThat(repeatOf(key, BODY, "\"abc\"")).isEqualTo(repeat);
        assertThat(repeatOf(key, BODY, "abd").id()).isNotEqualTo(repeat.id());
        assertThat(repeatOf(key, BODY + " ", "abc").id()).isEqualTo(repeat.id());
        assertThat(repeatOf(key, BODY + " ", "abc").bodyHash()).isNotEqualTo(repeat.bodyHash());
        TestKey other = fixture.known(TestKey.partner("admin"));
        assertThat(repeatOf(other, BODY, "abc").id()).isNotEqualTo(repeat.id());
    }

    @Test
    void letsAnotherKeyOfThePartnerRepeatARequest() {
        // The scope is the key's owner, not the key: a till may be given a new key between two attempts.
        TestKey second = fixture.known(TestKey.of(key.owner));

        assertThat(repeatOf(second, BODY, "shared")).isEqualTo(repeatOf(key, BODY, "shared"));
    }

    @Test
    void takesTheKeysIdAsTheOwnerOfAnAdminKey() {
        TestKey admin = fixture.known(new TestKey(Role.ADMIN));
        send(admin, "/admin/members", "{}", "m").answer().is(201);

        Repeat repeat =
                present(fixture.domains.last(CreateMember.class).origin().repeat());
        byte[] scope = (admin.id.value() + "|POST|/api/agent/v1/admin/members|m").getBytes(StandardCharsets.UTF_8);
        assertThat(repeat.id().toString().replace("-", ""))
                .isEqualTo(
                        java.util.HexFormat.of().formatHex(Json.sha256(scope)).substring(0, 32));
    }

    @Test
    void takesAKeyOnDeleteToo() {
        fixture.send("DELETE", "/partner/clubs/0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e10")
                .key(key.text)
                .header("Idempotency-Key", "d")
                .answer()
                .is(200);

        assertThat(fixture.domains.last(DeleteClub.class).origin().repeat()).isNotNull();
    }

    @Test
    void goesWithoutAKey() {
        fixture.post(key, PATH, BODY).answer().is(201);

        assertThat(fixture.domains.last(Purchase.class).origin().repeat()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\"\"", "\"open", "\"a\"b", "a\tb", "é"})
    void refusesAMalformedKey(String text) {
        send(key, PATH, BODY, text).answer().is(400, "MALFORMED_REQUEST");
    }

    @Test
    void limitsTheLengthOfAKey() {
        send(key, PATH, BODY, "k".repeat(255)).answer().is(201);
        send(key, PATH, BODY, "\"" + "k".repeat(255) + "\"").answer().is(201);
        send(key, PATH, BODY, "k".repeat(256)).answer().is(400, "MALFORMED_REQUEST");
    }

    private Repeat repeatOf(TestKey by, String body, String idempotencyKey) {
        send(by, PATH, body, idempotencyKey).answer().is(201);
        return present(fixture.domains.last(Purchase.class).origin().repeat());
    }

    private static Repeat present(@Nullable Repeat repeat) {
        if (repeat == null) {
            throw new AssertionError("the command carries no repeat");
        }
        return repeat;
    }

    private RouterFixture.Sending send(TestKey by, String path, String body, String idempotencyKey) {
        return fixture.post(by, path, body).header("Idempotency-Key", idempotencyKey);
    }
}
