package dev.merit.registry;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.FindMember;
import dev.merit.contracts.registry.RegistryRequest.FindProfile;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import dev.merit.contracts.registry.RegistryRequest.Profile;
import dev.merit.contracts.registry.RegistryRequest.UpdateProfile;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a member sees and changes of itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProfileIT {
    private static final Origin ORIGIN = Origin.system("test");

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private RegistryHouse house;

    @BeforeAll
    void open() {
        house = new RegistryHouse(POSTGRES);
    }

    @AfterAll
    void close() {
        house.close();
    }

    @Test
    void showsAMemberItself() {
        Member ann = create("Ann");

        assertThat(find(ann.id()))
                .isEqualTo(new Profile(
                        ann.id(),
                        "Ann",
                        ann.email(),
                        "en_US",
                        ann.uniqueIdentifier(),
                        null,
                        false,
                        false,
                        null,
                        ann.createdAt()));
    }

    // Breaks when one partner is asked instead of all, or the last enrolment counts instead of the first.
    @Test
    void saysSinceWhenAnyPartnerKnowsTheMember() {
        Member ann = create("Ann");
        Member other = create("Bea");
        Instant first = Instant.parse("2026-01-15T10:30:00Z");
        enrol(ann.id(), first.plusSeconds(60));
        enrol(ann.id(), first);
        enrol(other.id(), first.minusSeconds(60));

        Profile profile = find(ann.id());

        assertThat(profile.hasInteracted()).isTrue();
        assertThat(profile.firstInteractionAt()).isEqualTo(first);
    }

    @Test
    void changesNameAndLocaleAndLeavesOutWhatIsNotNamed() {
        Member ann = create("Ann");

        assertThat(update(ann.id(), "{\"name\":\" Ann Other \"}").name()).isEqualTo("Ann Other");
        assertThat(update(ann.id(), "{\"locale\":\"fr_FR\"}").name()).isEqualTo("Ann Other");
        Profile cleared = update(ann.id(), "{\"name\":null}");

        assertThat(cleared.name()).isNull();
        assertThat(cleared.locale()).isEqualTo("fr_FR");
        assertThat(find(ann.id())).isEqualTo(cleared);
        assertThat(Refusals.badFields(Refusals.of(house.bus.command(
                        new UpdateProfile(ann.id(), new Patch("{\"locale\":\"nowhere at all\"}"), ORIGIN)))))
                .containsExactly("locale");
    }

    // Breaks when a patch reaches what only an operator may change, should the document ever let it through.
    @Test
    void changesNothingElse() {
        Member ann = create("Ann");

        assertThat(update(ann.id(), "{\"is_active\":false,\"currency\":\"USD\",\"email\":\"x@example.org\"}"))
                .isEqualTo(find(ann.id()));

        Member after = get(house.bus.ask(new FindMember(ann.id())));
        assertThat(after.isActive()).isTrue();
        assertThat(after.currency()).isEqualTo("EUR");
        assertThat(after.email()).isEqualTo(ann.email());
    }

    @Test
    void honoursConditionsAndRepeats() {
        Member ann = create("Ann");
        String tag = Json.etag(find(ann.id()));
        Repeat repeat = RegistryHouse.repeat("body");
        var change = new Patch("{\"name\":\"New\"}");

        var first = get(house.bus.command(new UpdateProfile(ann.id(), change, RegistryHouse.repeated(repeat))));
        var again = get(house.bus.command(new UpdateProfile(ann.id(), change, RegistryHouse.repeated(repeat))));

        assertThat(again.replayed()).isEqualTo(Json.write(first.body()));
        assertThat(Refusals.of(house.bus.command(new UpdateProfile(ann.id(), change, RegistryHouse.ifMatch(tag))))
                        .code())
                .isEqualTo(Code.PRECONDITION_FAILED);
        String current = Json.etag(find(ann.id()));
        assertThat(get(house.bus.command(new UpdateProfile(ann.id(), change, RegistryHouse.ifMatch(current))))
                        .body()
                        .name())
                .isEqualTo("New");
    }

    private Profile find(MemberId member) {
        return get(house.bus.ask(new FindProfile(member)));
    }

    private Profile update(MemberId member, String patch) {
        return get(house.bus.command(new UpdateProfile(member, new Patch(patch), ORIGIN)))
                .body();
    }

    private Member create(String name) {
        var fields = new MemberFields(UUID.randomUUID() + "@example.org", name, "en_US", "EUR", "Europe/Amsterdam");
        return get(house.bus.command(new CreateMember(fields, ORIGIN))).body();
    }

    private static void enrol(MemberId member, Instant at) {
        POSTGRES.execute("INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at) VALUES ('"
                + UUID.randomUUID() + "', '" + member + "', '" + at + "')");
    }
}
