package dev.merit.registry;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.CreateClub;
import dev.merit.contracts.registry.RegistryRequest.DeleteClub;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.ListClubs;
import dev.merit.contracts.registry.RegistryRequest.UpdateClub;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClubsIT {
    private static final Origin ORIGIN = Origin.system("test");
    private static final int UNLIMITED = -1;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private RegistryHouse house;

    private PartnerId partner = new PartnerId(UUID.randomUUID());

    @BeforeAll
    void open() {
        house = new RegistryHouse(POSTGRES);
    }

    @AfterAll
    void close() {
        house.close();
    }

    @BeforeEach
    void aPartnerWithoutClubs() {
        partner = new PartnerId(UUID.randomUUID());
        house.cards.set(0);
        house.tiers.set(0);
        house.stampCards.set(0);
        house.vouchers.set(0);
    }

    @Test
    void findsAClubAsItWasMade() {
        Club made = create("Downtown");

        assertThat(get(house.bus.ask(new FindClub(partner, made.id())))).isEqualTo(made);
        assertThat(clubs(null, null)).containsExactly(made);
    }

    // The record of the answer is written with the club: apart from each other, a crowd would make several.
    @Test
    void makesOneClubForFiftyEqualRequests() {
        var command = new CreateClub(partner, fields("Downtown"), UNLIMITED, RegistryHouse.repeated(repeat()));

        // When
        var answers = get(Future.all(IntStream.range(0, 50)
                        .mapToObj(i -> house.bus.command(command))
                        .toList()))
                .<Done<Club>>list();

        // Then
        var fresh = answers.stream().filter(done -> done.replayed() == null).toList();
        assertThat(fresh).hasSize(1);
        String body = Json.write(fresh.getFirst().body());
        assertThat(answers.stream().map(Done::replayed).filter(replayed -> replayed != null))
                .hasSize(49)
                .containsOnly(body);
        assertThat(clubs(null, null)).hasSize(1);
    }

    @Test
    void refusesAnotherBodyUnderTheSameIdempotencyKey() {
        Repeat repeat = repeat();
        house.given(new CreateClub(partner, fields("Downtown"), UNLIMITED, RegistryHouse.repeated(repeat)));

        Problem problem = Refusals.of(house.bus.ask(new CreateClub(
                partner, fields("Uptown"), UNLIMITED, RegistryHouse.repeated(new Repeat(repeat.id(), "other")))));

        assertThat(problem.code()).isEqualTo(Problem.Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(clubs(null, null)).hasSize(1);
    }

    // A refusal that was kept would answer forever what was only true once.
    @Test
    void judgesARefusedRequestAnew() {
        house.given(new CreateClub(partner, fields("First"), UNLIMITED, ORIGIN));
        Origin origin = RegistryHouse.repeated(repeat());
        assertThat(Refusals.of(house.bus.ask(new CreateClub(partner, fields("Second"), 1, origin)))
                        .code())
                .isEqualTo(Problem.Code.LIMIT_REACHED);

        Club second = get(house.bus.ask(new CreateClub(partner, fields("Second"), 2, origin)));

        assertThat(second.name()).isEqualTo("Second");
    }

    // Counting without the lock would let several of them pass at once.
    @Test
    void opensExactlyAsManyClubsAsAllowedHoweverManyAskAtOnce() {
        var tries = IntStream.range(0, 30)
                .mapToObj(i -> house.bus.ask(new CreateClub(partner, fields("Club " + i), 3, ORIGIN)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        assertThat(tries.stream().filter(Future::succeeded)).hasSize(3);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause).map(Refusals::of))
                .allSatisfy(problem -> {
                    assertThat(problem.code()).isEqualTo(Problem.Code.LIMIT_REACHED);
                    assertThat(problem.details()).containsEntry("limit", 3);
                });
        assertThat(clubs(null, null)).hasSize(3);
    }

    // Each of these would tell a tenant that another one's id exists, or worse.
    @Test
    void keepsTenantsApart() {
        Club theirs = create("Theirs");
        PartnerId other = new PartnerId(UUID.randomUUID());
        ClubId unknown = new ClubId(UUID.randomUUID());

        assertThat(get(house.bus.ask(new ListClubs(other, null, null, page(1, 100))))
                        .items())
                .isEmpty();
        for (ClubId id : List.of(theirs.id(), unknown)) {
            assertThat(Refusals.of(house.bus.ask(new FindClub(other, id)))).isEqualTo(Problem.notFound());
            assertThat(Refusals.of(house.bus.ask(new UpdateClub(other, id, new Patch("{\"name\":\"Mine\"}"), ORIGIN))))
                    .isEqualTo(Problem.notFound());
            assertThat(Refusals.of(house.bus.ask(new DeleteClub(other, id, ORIGIN))))
                    .isEqualTo(Problem.notFound());
        }
        assertThat(get(house.bus.ask(new FindClub(partner, theirs.id())))).isEqualTo(theirs);
    }

    @Test
    void tellsEveryBadFieldAtOnce() {
        var bad = new ClubFields(" ", "x".repeat(1_001), "Mars/Olympus", "EURO", true);

        assertThat(Refusals.badFields(Refusals.of(house.bus.ask(new CreateClub(partner, bad, UNLIMITED, ORIGIN)))))
                .containsOnly("name", "description", "time_zone", "currency");
        var patch = new Patch("{\"time_zone\":\"Nowhere\",\"currency\":\"XAU\"}");
        assertThat(Refusals.badFields(Refusals.of(
                        house.bus.ask(new UpdateClub(partner, create("A").id(), patch, ORIGIN)))))
                .containsOnly("time_zone", "currency");
    }

    @Test
    void mergesAnUpdate() {
        Club made = get(house.bus.ask(new CreateClub(
                partner, new ClubFields("Downtown", "Flagship", "UTC", "USD", true), UNLIMITED, ORIGIN)));

        Club changed = get(house.bus.ask(new UpdateClub(
                partner,
                made.id(),
                new Patch("{\"description\":null,\"currency\":\"EUR\",\"created_at\":\"ignored\"}"),
                ORIGIN)));

        assertThat(changed)
                .usingRecursiveComparison()
                .ignoringFields("updatedAt")
                .isEqualTo(
                        new Club(made.id(), "Downtown", null, "UTC", "EUR", true, made.createdAt(), made.createdAt()));
        assertThat(changed.updatedAt()).isAfter(made.updatedAt());
    }

    // Checked outside the lock, two writers that read the same version would both be let through.
    @Test
    void letsOneOfManyWritersOfTheSameVersionThrough() {
        Club made = create("Downtown");
        Origin origin = RegistryHouse.ifMatch(Json.etag(made));

        var tries = IntStream.range(0, 10)
                .mapToObj(i -> house.bus.ask(
                        new UpdateClub(partner, made.id(), new Patch("{\"name\":\"Name " + i + "\"}"), origin)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause).map(Refusals::of))
                .allMatch(problem -> problem.code() == Problem.Code.PRECONDITION_FAILED);
        assertThat(Refusals.of(house.bus.ask(new DeleteClub(partner, made.id(), origin)))
                        .code())
                .isEqualTo(Problem.Code.PRECONDITION_FAILED);
    }

    @Test
    void keepsAClubThatCardsHangOn() {
        Club made = create("Downtown");
        house.cards.set(2);

        Problem problem = Refusals.of(house.bus.ask(new DeleteClub(partner, made.id(), ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.HAS_DEPENDENTS);
        assertThat(clubs(null, null)).hasSize(1);
    }

    /** Breaks when stamps are not asked before a club goes. */
    @Test
    void keepsAClubThatStampCardsHangOn() {
        Club made = create("Downtown");
        house.stampCards.set(1);

        Problem problem = Refusals.of(house.bus.ask(new DeleteClub(partner, made.id(), ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.HAS_DEPENDENTS);
        assertThat(problem.details()).containsEntry("stamp_cards", 1L);
        assertThat(clubs(null, null)).hasSize(1);
    }

    @Test
    void keepsAClubThatVouchersHangOn() {
        Club made = create("Downtown");
        house.vouchers.set(3);

        Problem problem = Refusals.of(house.bus.ask(new DeleteClub(partner, made.id(), ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.HAS_DEPENDENTS);
        assertThat(problem.details()).containsEntry("vouchers", 3L);
        assertThat(clubs(null, null)).hasSize(1);
    }

    @Test
    void keepsAClubThatHasTiers() {
        Club made = create("Downtown");
        house.tiers.set(1);

        Problem problem = Refusals.of(house.bus.ask(new DeleteClub(partner, made.id(), ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.HAS_DEPENDENTS);
        assertThat(problem.details()).containsEntry("cards", 0L).containsEntry("tiers", 1L);
        assertThat(clubs(null, null)).hasSize(1);
    }

    /** Breaks when other domains go on with a club as it was. */
    @Test
    void tellsOfEveryChange() {
        var told = new CopyOnWriteArrayList<ClubId>();
        get(house.bus.listen(Notice.ClubChanged.class, changed -> told.add(changed.club())));
        Club made = create("A");

        house.given(new UpdateClub(partner, made.id(), new Patch("{\"time_zone\":\"Europe/Vienna\"}"), ORIGIN));
        Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly(made.id()));
        house.given(new DeleteClub(partner, made.id(), ORIGIN));

        Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly(made.id(), made.id()));
    }

    @Test
    void takesADeletedClubOutOfEverythingAndFreesItsPlace() {
        Club made = create("Downtown");
        Origin origin = RegistryHouse.repeated(repeat());
        var delete = new DeleteClub(partner, made.id(), origin);

        assertThat(get(house.bus.ask(delete))).isEqualTo(Deleted.of(made.id().value()));

        assertThat(clubs(null, null)).isEmpty();
        assertThat(Refusals.of(house.bus.ask(new FindClub(partner, made.id())))).isEqualTo(Problem.notFound());
        assertThat(Refusals.of(house.bus.ask(new DeleteClub(partner, made.id(), ORIGIN))))
                .isEqualTo(Problem.notFound());
        // A repeat is answered from what was stored, also when cards would now stand against it.
        house.cards.set(1);
        assertThat(get(house.bus.command(delete)).replayed()).isNotNull();
        house.given(new CreateClub(partner, fields("Uptown"), 1, ORIGIN));
        assertThat(POSTGRES.count("SELECT count(*) FROM registry.club WHERE id = '" + made.id() + "'"))
                .isOne();
    }

    @Test
    void filtersByNameAndActivity() {
        Club one = create("100% Downtown");
        Club two = get(house.bus.ask(
                new CreateClub(partner, new ClubFields("1000 Uptown", null, "UTC", "USD", false), UNLIMITED, ORIGIN)));

        assertThat(clubs("TOWN", null)).containsExactly(two, one);
        assertThat(clubs("100%", null)).containsExactly(one);
        assertThat(clubs("_", null)).isEmpty();
        assertThat(clubs(null, true)).containsExactly(one);
        assertThat(clubs("town", false)).containsExactly(two);
    }

    @Test
    void pagesNewestFirst() {
        for (int i = 1; i <= 5; i++) {
            house.given(new CreateClub(partner, fields("Club " + i), UNLIMITED, ORIGIN));
        }

        var second = get(house.bus.ask(new ListClubs(partner, null, null, page(2, 2))));

        assertThat(second.items()).extracting(Club::name).containsExactly("Club 3", "Club 2");
        assertThat(second.pagination().total()).isEqualTo(5);
        assertThat(second.pagination().totalCapped()).isNull();
        assertThat(second.pagination().nextCursor()).isNull();
    }

    private Club create(String name) {
        return get(house.bus.ask(new CreateClub(partner, fields(name), UNLIMITED, ORIGIN)));
    }

    private List<Club> clubs(@Nullable String q, @Nullable Boolean isActive) {
        return get(house.bus.ask(new ListClubs(partner, q, isActive, page(1, 100))))
                .items();
    }

    private static ClubFields fields(String name) {
        return new ClubFields(name, null, "UTC", "USD", true);
    }

    private static Paging page(int page, int perPage) {
        return new Paging(page, perPage, null);
    }

    private static Repeat repeat() {
        return RegistryHouse.repeat("body");
    }
}
