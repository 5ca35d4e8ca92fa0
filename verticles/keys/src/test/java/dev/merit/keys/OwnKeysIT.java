package dev.merit.keys;

import static dev.merit.keys.KeysHouse.origin;
import static dev.merit.keys.KeysHouse.partnerKey;
import static dev.merit.keys.KeysHouse.repeat;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatedKey;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.contracts.keys.KeysRequest.RevokeOwnKey;
import dev.merit.contracts.keys.KeysRequest.RotateKey;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnKeysIT {
    private static final Origin ORIGIN = Origin.system("test");
    private static final List<String> ALL = List.of("admin");

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
    void rotatesAKeyThatLivesOnForAWhile() {
        PartnerId partner = house.partner(5).id();
        CreatedKey old = create(partner);

        CreatedKey fresh = get(house.bus.ask(new RotateKey(partner, old.id(), 3_600, ALL, ORIGIN)));

        assertThat(fresh.key()).isNotNull().isNotEqualTo(old.key());
        assertThat(List.of(fresh.name(), fresh.scopes(), fresh.role()))
                .isEqualTo(List.of(old.name(), old.scopes(), old.role()));
        assertThat(fresh.expiresAt()).isNull();
        assertThat(identity(fresh).expiresAt()).isNull();
        assertThat(Duration.between(
                        Instant.now(), Objects.requireNonNull(identity(old).expiresAt())))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    }

    // A partner at its limit must be able to rotate every key, and gets no further key by it.
    @Test
    void rotatesAtTheLimitAndGivesNoRoomForMore() {
        PartnerId partner = house.partner(2).id();
        List<CreatedKey> two = List.of(create(partner), create(partner));

        two.forEach(key -> house.given(new RotateKey(partner, key.id(), 3_600, ALL, ORIGIN)));

        assertThat(Refusals.of(house.bus.ask(partnerKey(partner, ORIGIN))).code())
                .isEqualTo(Problem.Code.LIMIT_REACHED);
    }

    @Test
    void letsNoMoreOldKeysLiveOnThanThePartnerMayHaveKeys() {
        PartnerId partner = house.partner(2).id();
        CreatedKey first = create(partner);
        CreatedKey second = get(house.bus.ask(new RotateKey(partner, first.id(), 3_600, ALL, ORIGIN)));
        CreatedKey third = get(house.bus.ask(new RotateKey(partner, second.id(), 3_600, ALL, ORIGIN)));

        assertThat(Refusals.of(house.bus.ask(new RotateKey(partner, third.id(), 3_600, ALL, ORIGIN)))
                        .code())
                .isEqualTo(Problem.Code.LIMIT_REACHED);

        house.given(new RevokeOwnKey(partner, first.id(), ORIGIN));
        house.given(new RotateKey(partner, third.id(), 3_600, ALL, ORIGIN));
    }

    // Both would hand out a successor, and the second would not count.
    @Test
    void rotatesAKeyOnceHoweverManyAskAtOnce() {
        PartnerId partner = house.partner(5).id();
        CreatedKey old = create(partner);

        var tries = IntStream.range(0, 20)
                .mapToObj(i -> house.bus.ask(new RotateKey(partner, old.id(), 60, ALL, ORIGIN)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause)).allSatisfy(cause -> {
            assertThat(Refusals.of(cause).code()).isEqualTo(Problem.Code.CONFLICT);
            assertThat(Refusals.of(cause).details()).containsEntry("reason", "rotated");
        });
        assertThat(POSTGRES.count("SELECT count(*) FROM keys.api_key WHERE owner = '" + partner + "'"))
                .isEqualTo(2);
    }

    @Test
    void answersARepeatedRotationWithoutTheKeyText() {
        PartnerId partner = house.partner(5).id();
        CreatedKey old = create(partner);
        var rotate = new RotateKey(partner, old.id(), 0, ALL, origin(repeat("a")));

        var first = get(house.bus.command(rotate));
        var second = get(house.bus.command(rotate));

        assertThat(first.body().key()).isNotNull();
        assertThat(second.body().key()).isNull();
        assertThat(second.body().id()).isEqualTo(first.body().id());
        assertThat(second.replayed()).contains("\"key\":null");
    }

    // What a node remembers of the key must go, or the end of the overlap would not be seen.
    @Test
    void tellsEveryNodeThatAKeyWasRotatedOrRevoked() {
        PartnerId partner = house.partner(5).id();
        CreatedKey rotated = create(partner);
        CreatedKey revoked = create(partner);
        var notices = new CopyOnWriteArrayList<Notice.KeyChanged>();
        get(house.bus.listen(Notice.KeyChanged.class, notices::add));

        house.given(new RotateKey(partner, rotated.id(), 0, ALL, ORIGIN));
        house.given(new RevokeOwnKey(partner, revoked.id(), ORIGIN));

        Awaitility.await().untilAsserted(() -> assertThat(notices)
                .contains(new Notice.KeyChanged(rotated.id()), new Notice.KeyChanged(revoked.id())));
        assertThat(identity(rotated).expiresAt()).isBeforeOrEqualTo(Instant.now());
        assertThat(identity(revoked).revokedAt()).isNotNull();
    }

    // Another tenant's key looks as if there were none, whatever its state.
    @Test
    void findsNoForeignKey() {
        PartnerId partner = house.partner(5).id();
        PartnerId stranger = house.partner(5).id();
        CreatedKey key = create(partner);
        CreatedKey operators = get(house.bus.ask(
                new CreateKey(Role.ADMIN, null, new KeyFields("Desk", null, "full", null, null), null, ORIGIN)));

        for (KeyId id : List.of(key.id(), operators.id(), new KeyId(UUID.randomUUID()))) {
            assertThat(Refusals.of(house.bus.ask(new RevokeOwnKey(stranger, id, ORIGIN)))
                            .code())
                    .isEqualTo(Problem.Code.NOT_FOUND);
            assertThat(Refusals.of(house.bus.ask(new RotateKey(stranger, id, 0, ALL, ORIGIN)))
                            .code())
                    .isEqualTo(Problem.Code.NOT_FOUND);
        }
        assertThat(identity(key).revokedAt()).isNull();
        assertThat(identity(operators).revokedAt()).isNull();
    }

    private CreatedKey create(PartnerId partner) {
        return get(house.bus.ask(partnerKey(partner, ORIGIN)));
    }

    private Identity identity(CreatedKey key) {
        String text = Objects.requireNonNull(key.key());
        String hash = HexFormat.of().formatHex(Json.sha256(text.getBytes(StandardCharsets.UTF_8)));
        return Objects.requireNonNull(get(house.bus.ask(new Authenticate(hash))).identity());
    }
}
