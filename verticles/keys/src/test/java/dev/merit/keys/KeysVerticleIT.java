package dev.merit.keys;

import static dev.merit.keys.KeysHouse.origin;
import static dev.merit.keys.KeysHouse.partnerKey;
import static dev.merit.keys.KeysHouse.repeat;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatedKey;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.contracts.keys.KeysRequest.ListKeys;
import dev.merit.contracts.keys.KeysRequest.RevokeKey;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysVerticleIT {
    private static final Origin ORIGIN = Origin.system("test");
    private static final Paging FIRST = new Paging(1, 100, null);

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private KeysHouse house;

    @BeforeAll
    void open() {
        house = new KeysHouse(POSTGRES);
    }

    @AfterAll
    void close() {
        house.close();
    }

    @Test
    void knowsAKeyByItsHash() {
        var partner = house.partner("Bakery", 5);
        CreatedKey created = create(partnerKey(partner.id(), ORIGIN));

        assertThat(KeyFormat.wellFormed(Role.PARTNER, text(created))).isTrue();
        assertThat(KeyFormat.visible(text(created))).isEqualTo(created.keyPrefix());
        Identity identity = identity(text(created));
        assertThat(identity.owner()).isEqualTo(partner.id().value());
        assertThat(identity.ownerName()).isEqualTo("Bakery");
        assertThat(identity.ownerActive()).isTrue();
        assertThat(identity.permissions()).isEqualTo(partner.permissions());
        assertThat(identity.limits()).isEqualTo(partner.limits());
        assertThat(identity.createdAt()).isEqualTo(created.createdAt());
    }

    @Test
    void knowsNothingOfAnUnknownKey() {
        assertThat(get(house.bus.ask(new Authenticate("00".repeat(32)))).identity())
                .isNull();
    }

    // Breaks when keys that are found together are told to each other's callers.
    @Test
    void tellsEachOfFiftyWhoAskAtOnceWhoseItsOwnKeyIs() {
        PartnerId partner = house.partner(50).id();
        List<CreatedKey> created = IntStream.range(0, 50)
                .mapToObj(i -> create(partnerKey(partner, ORIGIN)))
                .toList();
        List<String> hashes =
                new ArrayList<>(created.stream().map(each -> hash(text(each))).toList());
        hashes.add("00".repeat(32));
        hashes.add(hashes.getFirst());

        List<Authenticated> found = house.authenticateAtOnce(hashes);

        assertThat(found.get(50).identity()).isNull();
        assertThat(found.get(51)).isEqualTo(found.getFirst());
        assertThat(found.subList(0, 50))
                .extracting(each -> Objects.requireNonNull(each.identity()).key())
                .containsExactlyElementsOf(created.stream().map(CreatedKey::id).toList());
    }

    // A text in a column would be a leak waiting for a dump.
    @Test
    void storesNoKeyText() {
        CreatedKey created = create(partnerKey(house.partner(5).id(), origin(repeat("a"))));

        String secret = text(created).substring(created.keyPrefix().length());
        for (String table : List.of("keys.api_key", "platform.idempotency")) {
            assertThat(POSTGRES.count("SELECT count(*) FROM " + table + " t WHERE t::text LIKE '%" + secret + "%'"))
                    .as(table)
                    .isZero();
        }
    }

    // Counting before the owner is locked would let several of them pass at once.
    @Test
    void makesExactlyAsManyKeysAsAllowedHoweverManyAskAtOnce() {
        var partner = house.partner(5);

        // When
        var tries = IntStream.range(0, 30)
                .mapToObj(i -> house.bus.ask(partnerKey(partner.id(), ORIGIN)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        // Then
        assertThat(tries.stream().filter(Future::succeeded)).hasSize(5);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause)).allSatisfy(cause -> {
            assertThat(Refusals.of(cause).code()).isEqualTo(Problem.Code.LIMIT_REACHED);
            assertThat(Refusals.of(cause).details()).containsEntry("limit", 5);
        });
        assertThat(list(Role.PARTNER, partner.id().value())).hasSize(5);
    }

    @Test
    void countsNeitherRevokedNorExpiredKeysOfAMember() {
        var member = new MemberId(UUID.randomUUID());
        List<CreatedKey> three =
                IntStream.range(0, 3).mapToObj(i -> create(memberKey(member))).toList();
        Problem full = Refusals.of(house.bus.ask(memberKey(member)));
        assertThat(full.code()).isEqualTo(Problem.Code.LIMIT_REACHED);
        assertThat(full.details()).containsEntry("limit", 3);

        // When one is revoked and one expires
        house.given(new RevokeKey(three.getFirst().id(), ORIGIN));
        POSTGRES.execute("UPDATE keys.api_key SET expires_at = now() - interval '1 second' WHERE id = '"
                + three.getLast().id() + "'");

        // Then two more fit, and no third
        house.given(memberKey(member));
        house.given(memberKey(member));
        assertThat(Refusals.of(house.bus.ask(memberKey(member))).code()).isEqualTo(Problem.Code.LIMIT_REACHED);
    }

    @Test
    void letsMemberKeysExpireAfterNinetyDays() {
        CreatedKey created = create(memberKey(new MemberId(UUID.randomUUID())));

        assertThat(Duration.between(created.createdAt(), created.expiresAt()))
                .isBetween(
                        Duration.ofDays(90).minusSeconds(60),
                        Duration.ofDays(90).plusSeconds(60));
    }

    // A replay with the text would keep the secret in the idempotency table for a month.
    @Test
    void answersARepeatWithoutTheKeyText() {
        var partner = house.partner(5);
        var repeat = repeat("a");

        var first = get(house.bus.command(partnerKey(partner.id(), origin(repeat))));
        var second = get(house.bus.command(partnerKey(partner.id(), origin(repeat))));
        var third = get(house.bus.command(partnerKey(partner.id(), origin(repeat))));

        assertThat(first.replayed()).isNull();
        assertThat(first.body().key()).isNotNull();
        assertThat(second.body().key()).isNull();
        assertThat(second.body().id()).isEqualTo(first.body().id());
        assertThat(second.replayed()).contains("\"key\":null").isEqualTo(third.replayed());
        assertThat(list(Role.PARTNER, partner.id().value())).hasSize(1);
    }

    @Test
    void refusesAnotherBodyUnderTheSameIdempotencyKey() {
        var partner = house.partner(5);
        var repeat = repeat("a");
        house.given(partnerKey(partner.id(), origin(repeat)));

        var other = partnerKey(partner.id(), origin(new Repeat(repeat.id(), "b")));

        assertThat(Refusals.of(house.bus.ask(other)).code()).isEqualTo(Problem.Code.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void showsARevokedKeyAsRevokedAndRevokesItOnce() {
        var partner = house.partner(5);
        CreatedKey revoked = create(partnerKey(partner.id(), ORIGIN));
        var notices = new CopyOnWriteArrayList<Notice.KeyChanged>();
        get(house.bus.listen(Notice.KeyChanged.class, notices::add));

        // When
        house.given(new RevokeKey(revoked.id(), ORIGIN));

        // Then
        assertThat(identity(text(revoked)).revokedAt()).isNotNull();
        Awaitility.await().untilAsserted(() -> assertThat(notices).contains(new Notice.KeyChanged(revoked.id())));
        assertThat(Refusals.of(house.bus.ask(new RevokeKey(revoked.id(), ORIGIN)))
                        .code())
                .isEqualTo(Problem.Code.NOT_FOUND);
        assertThat(Refusals.of(house.bus.ask(new RevokeKey(new KeyId(UUID.randomUUID()), ORIGIN)))
                        .code())
                .isEqualTo(Problem.Code.NOT_FOUND);
    }

    @Test
    void notesTheUseOfAKeyOnceAMinute() {
        CreatedKey created = create(partnerKey(house.partner(5).id(), ORIGIN));
        String lastUse =
                "SELECT coalesce(last_used_at::text, 'never') FROM keys.api_key WHERE id = '" + created.id() + "'";
        assertThat(POSTGRES.query(lastUse)).containsExactly("never");

        house.given(new Authenticate(hash(text(created))));
        Awaitility.await()
                .untilAsserted(() -> assertThat(POSTGRES.query(lastUse)).doesNotContain("never"));

        // A second use within the minute writes nothing, one after it does.
        List<String> noted = POSTGRES.query(lastUse);
        house.given(new Authenticate(hash(text(created))));
        Awaitility.await().during(Duration.ofMillis(1_500)).untilAsserted(() -> assertThat(POSTGRES.query(lastUse))
                .isEqualTo(noted));
        POSTGRES.execute("UPDATE keys.api_key SET last_used_at = now() - interval '61 seconds' WHERE id = '"
                + created.id() + "'");
        List<String> old = POSTGRES.query(lastUse);
        house.given(new Authenticate(hash(text(created))));
        Awaitility.await()
                .untilAsserted(() -> assertThat(POSTGRES.query(lastUse)).isNotEqualTo(old));
    }

    // Breaks when a node that is stopped forgets the uses of its last second.
    @Test
    void notesTheLastUsesWhenItIsStopped() {
        CreatedKey created = create(partnerKey(house.partner(5).id(), ORIGIN));
        try (var stopped = new KeysHouse(POSTGRES)) {
            stopped.given(new Authenticate(hash(text(created))));

            stopped.stopVerticle();

            assertThat(POSTGRES.count("SELECT count(last_used_at) FROM keys.api_key WHERE id = '" + created.id() + "'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void tellsEveryBadFieldAtOnce() {
        var fields = new KeyFields(" ", List.of("fly"), null, 1_001, Instant.EPOCH);

        Problem problem = Refusals.of(
                house.bus.ask(new CreateKey(Role.PARTNER, house.partner(5).id().value(), fields, null, ORIGIN)));

        assertThat(Refusals.badFields(problem)).containsOnly("name", "scopes", "rate_limit", "expires_at");
    }

    @Test
    void grantsNoScopeThatTheCallerDoesNotHold() {
        var fields = new KeyFields("More", List.of("read", "admin"), null, null, null);

        Problem problem = Refusals.of(house.bus.ask(new CreateKey(
                Role.PARTNER, house.partner(5).id().value(), fields, List.of("read", "write:keys"), ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.SCOPE_INSUFFICIENT);
        assertThat(problem.details()).containsEntry("required", List.of("admin"));
    }

    @Test
    void findsNoUnknownOwner() {
        assertThat(Refusals.of(house.bus.ask(partnerKey(new PartnerId(UUID.randomUUID()), ORIGIN)))
                        .code())
                .isEqualTo(Problem.Code.NOT_FOUND);
        assertThat(Refusals.of(house.bus.ask(memberKey(KeysHouse.NOBODY))).code())
                .isEqualTo(Problem.Code.NOT_FOUND);
        assertThat(Refusals.of(house.bus.ask(new ListKeys(Role.PARTNER, UUID.randomUUID(), FIRST)))
                        .code())
                .isEqualTo(Problem.Code.NOT_FOUND);
    }

    @Test
    void tellsWhetherAMemberIsActive() {
        var member = new MemberId(UUID.randomUUID());
        CreatedKey created = create(memberKey(member));
        assertThat(identity(text(created)).ownerActive()).isTrue();

        var unused = get(house.bus.ask(new SetMemberActive(member, false)));
        assertThat(unused).isEqualTo(new Acknowledged());
        assertThat(identity(text(created)).ownerActive()).isFalse();

        assertThat(get(house.bus.ask(new SetMemberActive(member, true)))).isEqualTo(new Acknowledged());
        assertThat(identity(text(created)).ownerActive()).isTrue();
    }

    @Test
    void makesAdminKeysWithoutLimit() {
        var fields = new KeyFields("Operator", null, "full", null, null);
        for (int i = 0; i < 7; i++) {
            CreatedKey created = create(new CreateKey(Role.ADMIN, null, fields, null, ORIGIN));
            assertThat(identity(text(created)).owner()).isEqualTo(created.id().value());
        }
        assertThat(list(Role.ADMIN, null)).hasSize(7);
    }

    private static CreateKey memberKey(MemberId member) {
        return new CreateKey(
                Role.MEMBER, member.value(), new KeyFields("Phone", null, "full_access", null, null), null, ORIGIN);
    }

    private CreatedKey create(CreateKey command) {
        return get(house.bus.ask(command));
    }

    private List<?> list(Role role, @Nullable UUID owner) {
        return get(house.bus.ask(new ListKeys(role, owner, FIRST))).items();
    }

    private Identity identity(String text) {
        Identity identity = get(house.bus.ask(new Authenticate(hash(text)))).identity();
        assertThat(identity).isNotNull();
        return Objects.requireNonNull(identity);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(Json.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(CreatedKey created) {
        return Objects.requireNonNull(created.key());
    }
}
