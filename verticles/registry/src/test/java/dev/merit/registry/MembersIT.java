package dev.merit.registry;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.FindMember;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolveMembers;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMember;
import dev.merit.contracts.registry.RegistryRequest.UpdateMember;
import dev.merit.platform.Json;
import dev.merit.registry.app.MemberNames;
import dev.merit.registry.app.MembersService;
import dev.merit.registry.store.FreshMember;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
class MembersIT {
    private static final Origin ORIGIN = Origin.system("test");
    private static final MemberFields ANONYMOUS = new MemberFields(null, null, null, null, null);

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
    void resolvesAMemberByWhateverItIsCalled() {
        Member known = create(new MemberFields(email(), "Ann", "en_US", "EUR", "Europe/Amsterdam"));
        Member anonymous = create(ANONYMOUS);
        assertThat(known.memberNumber()).isNull();
        assertThat(anonymous.isAnonymous()).isTrue();
        String number = Objects.requireNonNull(anonymous.memberNumber());
        String email = Objects.requireNonNull(known.email());

        for (String identifier : List.of(
                known.id().toString(),
                email,
                email.toUpperCase(Locale.ROOT),
                known.uniqueIdentifier(),
                known.uniqueIdentifier().replace("-", ""))) {
            assertThat(resolve(identifier)).as(identifier).isEqualTo(new MemberRef(known.id(), true));
        }
        for (String identifier : List.of(number, number.toLowerCase(Locale.ROOT), anonymous.uniqueIdentifier())) {
            assertThat(resolve(identifier)).as(identifier).isEqualTo(new MemberRef(anonymous.id(), true));
        }
        for (String identifier : List.of(UUID.randomUUID().toString(), email(), "000-000-000-000", "ZZZZZZZZ", "?")) {
            assertThat(resolve(identifier)).as(identifier).isNull();
        }
    }

    @Test
    void findsAMemberAsItWasMade() {
        Member made = create(new MemberFields(email(), " Ann ", "en_US", "EUR", "Europe/Amsterdam"));

        assertThat(made.name()).isEqualTo("Ann");
        assertThat(get(house.bus.ask(new FindMember(made.id())))).isEqualTo(made);
        assertThat(Refusals.of(house.bus.ask(new FindMember(new MemberId(UUID.randomUUID())))))
                .isEqualTo(Problem.notFound());
    }

    @Test
    void refusesAnEmailThatIsTakenHoweverManyAskAtOnce() {
        String email = email();

        var tries = IntStream.range(0, 10)
                .mapToObj(i -> house.bus.ask(new CreateMember(
                        new MemberFields(i % 2 == 0 ? email : email.toUpperCase(Locale.ROOT), null, null, null, null),
                        ORIGIN)))
                .toList();
        get(Future.join(tries).otherwiseEmpty().<Void>mapEmpty());

        assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        assertThat(tries.stream().filter(Future::failed).map(Future::cause).map(Refusals::of))
                .allMatch(problem -> problem.code() == Problem.Code.CONFLICT);
    }

    // Chance repeats itself sooner or later: a member must not be refused for a number that we chose.
    @Test
    void drawsAgainWhenAnIdentifierIsTaken() {
        Member first = create(ANONYMOUS);
        FreshMember free = MemberNames.draw();
        Deque<FreshMember> draws = new ArrayDeque<>(List.of(
                new FreshMember(free.id(), first.uniqueIdentifier(), free.memberNumber()),
                new FreshMember(free.id(), free.uniqueIdentifier(), Objects.requireNonNull(first.memberNumber())),
                free));
        var service = new MembersService(house.vertx, house.bus, house.database, draws::remove);

        Member second =
                get(service.createMember(new CreateMember(ANONYMOUS, ORIGIN))).body();

        assertThat(second.uniqueIdentifier()).isEqualTo(free.uniqueIdentifier());
        assertThat(second.memberNumber()).isEqualTo(free.memberNumber());
    }

    @Test
    void makesOneMemberForManyEqualRequests() {
        var command = new CreateMember(ANONYMOUS, RegistryHouse.repeated(RegistryHouse.repeat("body")));

        var answers = get(Future.all(IntStream.range(0, 20)
                        .mapToObj(i -> house.bus.ask(command))
                        .toList()))
                .<Member>list();

        assertThat(answers.stream().map(Member::id).distinct()).hasSize(1);
    }

    @Test
    void tellsKeysAndEveryNodeWhenAMemberChanges() {
        Member made = create(new MemberFields(email(), "Ann", null, "EUR", null));
        var notices = new CopyOnWriteArrayList<Notice.MemberChanged>();
        get(house.bus.listen(Notice.MemberChanged.class, notices::add));

        Member changed = update(made, "{\"is_active\":false,\"currency\":null,\"email\":\"other@example.com\"}");

        assertThat(changed.isActive()).isFalse();
        assertThat(changed.currency()).isNull();
        assertThat(changed.email()).isEqualTo(made.email());
        assertThat(resolve(made.id().toString())).isEqualTo(new MemberRef(made.id(), false));
        assertThat(house.told).contains(new SetMemberActive(made.id(), false));
        Awaitility.await().untilAsserted(() -> assertThat(notices).contains(new Notice.MemberChanged(made.id())));
    }

    // Committed before keys knows, a deactivated member's keys would go on working while the caller was told "done".
    @Test
    void changesNothingWhileKeysCannotBeTold() {
        Member made = create(ANONYMOUS);
        house.keysAway.set(true);
        try {
            assertThat(Refusals.of(house.bus.ask(
                                    new UpdateMember(made.id(), new Patch("{\"is_active\":false}"), ORIGIN)))
                            .code())
                    .isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        } finally {
            house.keysAway.set(false);
        }

        assertThat(get(house.bus.ask(new FindMember(made.id())))).isEqualTo(made);
    }

    @Test
    void honoursIfMatchAndTellsEveryBadField() {
        Member made = create(ANONYMOUS);
        Origin origin = RegistryHouse.ifMatch(Json.etag(made));
        house.given(new UpdateMember(made.id(), new Patch("{\"name\":\"Ann\"}"), origin));

        assertThat(Refusals.of(house.bus.ask(new UpdateMember(made.id(), new Patch("{}"), origin)))
                        .code())
                .isEqualTo(Problem.Code.PRECONDITION_FAILED);
        var patch = new Patch("{\"name\":\" \",\"locale\":\"?\",\"currency\":\"?\",\"time_zone\":\"?\"}");
        assertThat(Refusals.badFields(Refusals.of(house.bus.ask(new UpdateMember(made.id(), patch, ORIGIN)))))
                .containsOnly("name", "locale", "currency", "time_zone");
    }

    // Breaks when an answer is paired with another's identifier, or one kind of name is forgotten.
    @Test
    void findsManyMembersAtOnceEachByWhateverNameAndInOrder() {
        Member known = create(new MemberFields("many-" + UUID.randomUUID() + "@example.org", null, null, null, null));
        Member anonymous = create(ANONYMOUS);
        Member gone = update(create(ANONYMOUS), "{\"is_active\":false}");
        List<String> asked = List.of(
                anonymous.id().toString(),
                "nobody@example.org",
                Objects.requireNonNull(known.email()).toUpperCase(Locale.ROOT),
                known.uniqueIdentifier().replace("-", ""),
                "!",
                Objects.requireNonNull(anonymous.memberNumber()).toLowerCase(Locale.ROOT),
                UUID.randomUUID().toString(),
                gone.id().toString(),
                anonymous.id().toString());

        List<ResolvedMember> found =
                get(house.bus.ask(new ResolveMembers(asked))).members();

        assertThat(found)
                .extracting(ResolvedMember::member)
                .containsExactlyElementsOf(asked.stream().map(this::resolve).toList());
        assertThat(found.get(3).member()).isEqualTo(new MemberRef(known.id(), true));
        assertThat(found.get(7).member()).isEqualTo(new MemberRef(gone.id(), false));
        assertThat(get(house.bus.ask(new ResolveMembers(List.of()))).members()).isEmpty();
    }

    // Breaks when members that are found together are told to each other's callers, or one kind of name is forgotten.
    @Test
    void tellsEachOfManyWhoAskAtOnceItsOwnMember() {
        Map<String, MemberId> expected = new LinkedHashMap<>();
        for (int i = 0; i < 13; i++) {
            Member known = create(new MemberFields(email(), null, null, null, null));
            Member anonymous = create(ANONYMOUS);
            expected.put(known.id().toString(), known.id());
            expected.put(Objects.requireNonNull(known.email()), known.id());
            expected.put(known.uniqueIdentifier(), known.id());
            expected.put(Objects.requireNonNull(anonymous.memberNumber()), anonymous.id());
        }
        List<String> asked = new ArrayList<>(expected.keySet());
        asked.addAll(7, List.of(UUID.randomUUID().toString(), email(), "000-000-000-000", "ZZZZZZZZ", "?"));

        List<ResolvedMember> found = resolveAtOnce(asked);

        assertThat(found)
                .extracting(each -> each.member() == null ? null : each.member().id())
                .containsExactlyElementsOf(asked.stream().map(expected::get).toList());
    }

    /** Asks for all of them in one turn of one context, so that they are found together. */
    private List<ResolvedMember> resolveAtOnce(List<String> identifiers) {
        Promise<List<ResolvedMember>> found = Promise.promise();
        house.vertx.runOnContext(turn -> {
            var service = new MembersService(house.vertx, house.bus, house.database, MemberNames::draw);
            Future.all(identifiers.stream()
                            .map(each -> service.resolveMember(new ResolveMember(each)))
                            .toList())
                    .map(all -> all.<ResolvedMember>list())
                    .onComplete(found);
        });
        return get(found.future());
    }

    private @Nullable MemberRef resolve(String identifier) {
        return get(house.bus.ask(new ResolveMember(identifier))).member();
    }

    private Member create(MemberFields fields) {
        return get(house.bus.ask(new CreateMember(fields, ORIGIN)));
    }

    private Member update(Member member, String json) {
        return get(house.bus.ask(new UpdateMember(member.id(), new Patch(json), ORIGIN)));
    }

    private static String email() {
        return UUID.randomUUID() + "@example.com";
    }
}
