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
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.CreateClub;
import dev.merit.contracts.registry.RegistryRequest.CreateStaff;
import dev.merit.contracts.registry.RegistryRequest.DeleteClub;
import dev.merit.contracts.registry.RegistryRequest.DeleteStaff;
import dev.merit.contracts.registry.RegistryRequest.FindStaff;
import dev.merit.contracts.registry.RegistryRequest.ListStaff;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.contracts.registry.RegistryRequest.Staff;
import dev.merit.contracts.registry.RegistryRequest.StaffFields;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import dev.merit.contracts.registry.RegistryRequest.UpdateStaff;
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
class StaffIT {
    private static final Origin ORIGIN = Origin.system("test");
    private static final int UNLIMITED = -1;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private RegistryHouse house;

    private PartnerId partner = new PartnerId(UUID.randomUUID());
    private ClubId club = new ClubId(UUID.randomUUID());

    @BeforeAll
    void open() {
        house = new RegistryHouse(POSTGRES);
    }

    @AfterAll
    void close() {
        house.close();
    }

    @BeforeEach
    void aPartnerWithOneClub() {
        partner = new PartnerId(UUID.randomUUID());
        club = club(partner, "Downtown");
        house.cards.set(0);
    }

    @Test
    void findsStaffAsItWasMade() {
        Staff made = get(house.bus.ask(new CreateStaff(
                partner,
                new StaffFields(club, " Grace ", " Grace@Example.COM ", "en", "Europe/Paris"),
                UNLIMITED,
                ORIGIN)));

        assertThat(made)
                .usingRecursiveComparison()
                .ignoringFields("id", "createdAt", "updatedAt")
                .isEqualTo(new Staff(
                        made.id(),
                        club,
                        "Downtown",
                        "Grace",
                        "grace@example.com",
                        "en",
                        "Europe/Paris",
                        0,
                        null,
                        made.createdAt(),
                        made.updatedAt(),
                        null));
        assertThat(get(house.bus.ask(new FindStaff(partner, made.id())))).isEqualTo(made);
        assertThat(get(house.bus.ask(new ResolveStaff(partner, made.id()))).staff())
                .isEqualTo(new StaffRef(made.id(), club, "Grace"));
    }

    @Test
    void answersARepeatAndRefusesAnotherBody() {
        var repeat = RegistryHouse.repeat("body");
        var command = new CreateStaff(partner, fields("Grace"), UNLIMITED, RegistryHouse.repeated(repeat));
        Staff made = get(house.bus.ask(command));

        Done<Staff> again = get(house.bus.command(command));

        assertThat(again.replayed()).isEqualTo(Json.write(made));
        assertThat(staff(null, null)).hasSize(1);
        var misused = RegistryHouse.repeated(new dev.merit.contracts.Repeat(repeat.id(), "other"));
        assertThat(Refusals.of(house.bus.ask(new CreateStaff(partner, fields("Linus"), UNLIMITED, misused)))
                        .code())
                .isEqualTo(Problem.Code.IDEMPOTENCY_KEY_REUSED);
    }

    // A foreign club that was told apart from an unknown one would tell that it exists.
    @Test
    void refusesUnknownForeignAndDeletedClubsAlike() {
        ClubId foreign = club(new PartnerId(UUID.randomUUID()), "Theirs");
        ClubId deleted = club(partner, "Gone");
        house.given(new DeleteClub(partner, deleted, ORIGIN));
        Staff made = create("Grace");

        for (ClubId bad : List.of(foreign, deleted, new ClubId(UUID.randomUUID()))) {
            var wish = new StaffFields(bad, "Linus", "linus@example.com", null, null);
            assertThat(Refusals.of(house.bus.ask(new CreateStaff(partner, wish, UNLIMITED, ORIGIN))))
                    .isEqualTo(Problem.notFound("club_id"));
            var patch = new Patch("{\"club_id\":\"" + bad + "\"}");
            assertThat(Refusals.of(house.bus.ask(new UpdateStaff(partner, made.id(), patch, ORIGIN))))
                    .isEqualTo(Problem.notFound("club_id"));
        }
        assertThat(staff(null, null)).containsExactly(made);
    }

    // Compared as written, two cases of one address would be two people.
    @Test
    void keepsAnAddressUniqueWhateverItsCase() {
        Staff grace = create("Grace");
        Staff linus = create("Linus");
        var again = new StaffFields(club, "Other", "GRACE@example.com", null, null);

        Problem problem = Refusals.of(house.bus.ask(new CreateStaff(partner, again, UNLIMITED, ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.CONFLICT);
        assertThat(problem.details()).containsEntry("field", "email");
        assertThat(Refusals.of(house.bus.ask(
                        new UpdateStaff(partner, linus.id(), new Patch("{\"email\":\"Grace@Example.com\"}"), ORIGIN))))
                .isEqualTo(problem);
        // Its own address in another case is no conflict; another partner's staff is not in the way.
        assertThat(get(house.bus.ask(new UpdateStaff(
                                partner, grace.id(), new Patch("{\"email\":\"GRACE@example.com\"}"), ORIGIN)))
                        .email())
                .isEqualTo("grace@example.com");
        PartnerId other = new PartnerId(UUID.randomUUID());
        house.given(new CreateStaff(
                other,
                new StaffFields(club(other, "Theirs"), "Grace", "grace@example.com", null, null),
                UNLIMITED,
                ORIGIN));
        house.given(new DeleteStaff(partner, grace.id(), ORIGIN));
        house.given(new CreateStaff(partner, again, UNLIMITED, ORIGIN));
    }

    // Without the unique index both would find the address free.
    @Test
    void givesAnAddressToOneOfManyWhoAskAtOnce() {
        var tries = IntStream.range(0, 20)
                .mapToObj(i -> house.bus.ask(new CreateStaff(
                        partner,
                        new StaffFields(club, "Grace " + i, "grace@example.com", null, null),
                        UNLIMITED,
                        ORIGIN)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause).map(Refusals::of))
                .allMatch(problem -> problem.code() == Problem.Code.CONFLICT);
    }

    // Counting without the lock would let several of them pass at once.
    @Test
    void hiresExactlyAsManyAsAllowedHoweverManyAskAtOnce() {
        var tries = IntStream.range(0, 20)
                .mapToObj(i -> house.bus.ask(new CreateStaff(partner, fields("Staff" + i), 3, ORIGIN)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        assertThat(tries.stream().filter(Future::succeeded)).hasSize(3);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause).map(Refusals::of))
                .allSatisfy(problem -> {
                    assertThat(problem.code()).isEqualTo(Problem.Code.LIMIT_REACHED);
                    assertThat(problem.details()).containsEntry("limit", 3);
                });
    }

    @Test
    void tellsEveryBadFieldAtOnce() {
        var bad = new StaffFields(club, " ", "nobody", "english please", "Mars/Olympus");

        assertThat(Refusals.badFields(Refusals.of(house.bus.ask(new CreateStaff(partner, bad, UNLIMITED, ORIGIN)))))
                .containsOnly("name", "email", "locale", "time_zone");
    }

    // Each of these would tell a tenant that another one's id exists, or worse.
    @Test
    void keepsTenantsApart() {
        Staff theirs = create("Grace");
        PartnerId other = new PartnerId(UUID.randomUUID());

        for (StaffId id : List.of(theirs.id(), new StaffId(UUID.randomUUID()))) {
            assertThat(Refusals.of(house.bus.ask(new FindStaff(other, id)))).isEqualTo(Problem.notFound());
            assertThat(Refusals.of(house.bus.ask(new UpdateStaff(other, id, new Patch("{\"name\":\"M\"}"), ORIGIN))))
                    .isEqualTo(Problem.notFound());
            assertThat(Refusals.of(house.bus.ask(new DeleteStaff(other, id, ORIGIN))))
                    .isEqualTo(Problem.notFound());
            assertThat(get(house.bus.ask(new ResolveStaff(other, id))).staff()).isNull();
        }
        assertThat(get(house.bus.ask(new ListStaff(other, null, null, page(1, 100))))
                        .items())
                .isEmpty();
        assertThat(get(house.bus.ask(new ListStaff(other, club, null, page(1, 100))))
                        .items())
                .isEmpty();
    }

    @Test
    void mergesAnUpdateOnlyWhereItsTagStillFits() {
        Staff made = create("Grace");
        ClubId uptown = club(partner, "Uptown");
        var patch = new Patch("{\"club_id\":\"" + uptown + "\",\"locale\":\"fr\"}");

        Staff changed =
                get(house.bus.ask(new UpdateStaff(partner, made.id(), patch, RegistryHouse.ifMatch(Json.etag(made)))));

        assertThat(changed.clubId()).isEqualTo(uptown);
        assertThat(changed.clubName()).isEqualTo("Uptown");
        assertThat(changed.name()).isEqualTo("Grace");
        assertThat(changed.locale()).isEqualTo("fr");
        assertThat(changed.updatedAt()).isAfter(made.updatedAt());
        var stale = RegistryHouse.ifMatch(Json.etag(made));
        assertThat(Refusals.of(house.bus.ask(new UpdateStaff(partner, made.id(), patch, stale)))
                        .code())
                .isEqualTo(Problem.Code.PRECONDITION_FAILED);
        assertThat(Refusals.of(house.bus.ask(new DeleteStaff(partner, made.id(), stale)))
                        .code())
                .isEqualTo(Problem.Code.PRECONDITION_FAILED);
    }

    // Points remembers whom it attributes to: unless it is told, staff that left goes on working.
    @Test
    void tellsOfEveryChange() {
        var told = new CopyOnWriteArrayList<StaffId>();
        get(house.bus.listen(Notice.StaffChanged.class, changed -> told.add(changed.staff())));
        Staff made = create("Grace");

        house.given(new UpdateStaff(partner, made.id(), new Patch("{\"name\":\"Grace H.\"}"), ORIGIN));
        Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly(made.id()));
        house.given(new DeleteStaff(partner, made.id(), ORIGIN));

        Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly(made.id(), made.id()));
    }

    @Test
    void takesDeletedStaffOutOfEverythingAndFreesItsPlace() {
        Staff made = create("Grace");
        var delete = new DeleteStaff(partner, made.id(), RegistryHouse.repeated(RegistryHouse.repeat("")));

        assertThat(get(house.bus.ask(delete))).isEqualTo(Deleted.of(made.id().value()));

        assertThat(staff(null, null)).isEmpty();
        assertThat(Refusals.of(house.bus.ask(new FindStaff(partner, made.id()))))
                .isEqualTo(Problem.notFound());
        assertThat(get(house.bus.ask(new ResolveStaff(partner, made.id()))).staff())
                .isNull();
        assertThat(get(house.bus.command(delete)).replayed()).isNotNull();
        house.given(new CreateStaff(partner, fields("Linus"), 1, ORIGIN));
        assertThat(POSTGRES.count("SELECT count(*) FROM registry.staff WHERE id = '" + made.id() + "'"))
                .isOne();
    }

    @Test
    void keepsAClubThatStaffWorksIn() {
        Staff made = create("Grace");

        Problem problem = Refusals.of(house.bus.ask(new DeleteClub(partner, club, ORIGIN)));

        assertThat(problem.code()).isEqualTo(Problem.Code.HAS_DEPENDENTS);
        assertThat(problem.details()).containsKey("staff");
        house.given(new DeleteStaff(partner, made.id(), ORIGIN));
        house.given(new DeleteClub(partner, club, ORIGIN));
    }

    // Without a lock that both take, a club could be deleted while somebody is hired there.
    @Test
    void neverLeavesStaffInADeletedClub() {
        for (int round = 0; round < 20; round++) {
            ClubId contested = club(partner, "Round " + round);
            var fields = new StaffFields(contested, "Grace", "grace" + round + "@example.com", null, null);

            var hired = house.bus.ask(new CreateStaff(partner, fields, UNLIMITED, ORIGIN));
            var deleted = house.bus.ask(new DeleteClub(partner, contested, ORIGIN));
            get(Future.join(hired, deleted).otherwiseEmpty().<Void>mapEmpty());

            assertThat(hired.succeeded()).isNotEqualTo(deleted.succeeded());
        }
    }

    @Test
    void filtersByClubAndNameAndPagesNewestFirst() {
        Staff one = create("Grace 100%");
        ClubId uptown = club(partner, "Uptown");
        Staff two = get(house.bus.ask(new CreateStaff(
                partner, new StaffFields(uptown, "Graceful", "two@example.com", null, null), UNLIMITED, ORIGIN)));

        assertThat(staff(null, "GRACE")).containsExactly(two, one);
        assertThat(staff(club, "grace")).containsExactly(one);
        assertThat(staff(null, "%")).containsExactly(one);
        assertThat(staff(uptown, "100")).isEmpty();
        var second = get(house.bus.ask(new ListStaff(partner, null, null, page(2, 1))));
        assertThat(second.items()).containsExactly(one);
        assertThat(second.pagination().total()).isEqualTo(2);
    }

    private ClubId club(PartnerId of, String name) {
        return get(house.bus.ask(new CreateClub(of, new ClubFields(name, null, "UTC", "USD", true), UNLIMITED, ORIGIN)))
                .id();
    }

    private Staff create(String name) {
        return get(house.bus.ask(new CreateStaff(partner, fields(name), UNLIMITED, ORIGIN)));
    }

    private List<Staff> staff(@Nullable ClubId of, @Nullable String q) {
        return get(house.bus.ask(new ListStaff(partner, of, q, page(1, 100)))).items();
    }

    private StaffFields fields(String name) {
        return new StaffFields(club, name, name.split(" ", -1)[0] + "@example.com", null, null);
    }

    private static Paging page(int page, int perPage) {
        return new Paging(page, perPage, null);
    }
}
