package dev.merit.registry;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.FindPartnerMember;
import dev.merit.contracts.registry.RegistryRequest.ListMembers;
import dev.merit.contracts.registry.RegistryRequest.ListPartnerMembers;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import dev.merit.contracts.registry.RegistryRequest.PartnerMember;
import dev.merit.contracts.registry.RegistryRequest.PartnerMemberPage;
import dev.merit.testing.PostgresFixture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberListsIT {
    private static final Origin ORIGIN = Origin.system("test");

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
    void aPartnerWithoutMembers() {
        partner = new PartnerId(UUID.randomUUID());
    }

    // Before the first contact a member must look as if it did not exist, by any path.
    @Test
    void showsAMemberFromTheFirstContactOn() {
        Member member = create("Ann");
        var query = new FindPartnerMember(partner, member.id());
        assertThat(Refusals.of(house.bus.ask(query))).isEqualTo(Problem.notFound());
        assertThat(list(member.uniqueIdentifier(), null, page(1, 25)).items()).isEmpty();

        enrol(member.id());

        PartnerMember seen = get(house.bus.ask(query));
        assertThat(seen)
                .usingRecursiveComparison()
                .isEqualTo(new PartnerMember(
                        member.id(),
                        member.uniqueIdentifier(),
                        "Ann",
                        member.email(),
                        null,
                        null,
                        null,
                        null,
                        member.createdAt(),
                        member.updatedAt(),
                        null,
                        true));
        assertThat(list(null, null, page(1, 25)).items()).containsExactly(seen);
        assertThat(get(house.bus.ask(new ListPartnerMembers(new PartnerId(UUID.randomUUID()), null, null, page(1, 25))))
                        .items())
                .isEmpty();
    }

    @Test
    void findsByIdentifierAndByName() {
        Member ann = enrolled("Ann 100%");
        Member bob = enrolled("Bob");

        assertThat(ids(list(ann.uniqueIdentifier(), null, page(1, 25)))).containsExactly(ann.id());
        assertThat(ids(list(ann.id().toString(), "ann", page(1, 25)))).containsExactly(ann.id());
        assertThat(ids(list(ann.id().toString(), "bob", page(1, 25)))).isEmpty();
        assertThat(ids(list(null, "0%", page(1, 25)))).containsExactly(ann.id());
        assertThat(ids(list(null, "BOB", page(1, 25)))).containsExactly(bob.id());
        var single = list(ann.id().toString(), null, page(1, 25)).pagination();
        assertThat(single.total()).isEqualTo(1);
        assertThat(list("nobody@example.com", null, page(1, 25)).pagination().total())
                .isZero();
    }

    @Test
    void pagesNewestFirst() {
        List<MemberId> newestFirst = enrolledNewestFirst(5);

        var second = list(null, null, page(2, 2));

        assertThat(ids(second)).isEqualTo(newestFirst.subList(2, 4));
        assertThat(second.pagination().total()).isEqualTo(5);
        assertThat(second.pagination().nextCursor()).isNull();
    }

    // With offsets, every row added while a caller pages would show it a row twice.
    @Test
    void keepsItsPlaceByCursorWhileMembersAreAdded() {
        List<MemberId> newestFirst = enrolledNewestFirst(7);
        var seen = new ArrayList<MemberId>();

        var page = list(null, null, page(1, 3));
        seen.addAll(ids(page));
        assertThat(page.pagination().total()).isEqualTo(7);
        String cursor = page.pagination().nextCursor();
        while (cursor != null) {
            assertThat(enrolled("Late").id()).isNotNull();
            page = list(null, null, new Paging(1, 3, cursor));
            seen.addAll(ids(page));
            assertThat(page.pagination().total()).isNull();
            assertThat(page.pagination().currentPage()).isNull();
            cursor = page.pagination().nextCursor();
        }

        assertThat(seen).isEqualTo(newestFirst);
    }

    @Test
    void endsWithoutACursor() {
        List<MemberId> newestFirst = enrolledNewestFirst(2);

        var all = list(null, null, page(1, 2));

        assertThat(ids(all)).isEqualTo(newestFirst);
        assertThat(all.pagination().nextCursor()).isNull();
    }

    @Test
    void refusesABadCursor() {
        assertThat(Refusals.badFields(
                        Refusals.of(house.bus.ask(new ListPartnerMembers(partner, null, null, new Paging(1, 3, "!"))))))
                .containsOnly("cursor");
        assertThat(Refusals.badFields(Refusals.of(house.bus.ask(new ListMembers(null, null, new Paging(1, 3, "abc"))))))
                .containsOnly("cursor");
    }

    @Test
    void listsMembersOfAllPartnersToTheOperator() {
        String word = UUID.randomUUID().toString();
        Member first = create(word + " 1");
        Member second = create(word + " 2");

        var page = get(house.bus.ask(new ListMembers(null, word, page(1, 1))));
        assertThat(page.items()).containsExactly(second);
        assertThat(page.pagination().total()).isEqualTo(2);

        var next = get(house.bus.ask(
                new ListMembers(null, word, new Paging(1, 1, page.pagination().nextCursor()))));
        assertThat(next.items()).containsExactly(first);
        assertThat(get(house.bus.ask(new ListMembers(first.memberNumber(), null, page(1, 25))))
                        .items())
                .containsExactly(first);
    }

    private List<MemberId> enrolledNewestFirst(int members) {
        var ids = new ArrayList<MemberId>();
        for (int i = 0; i < members; i++) {
            ids.add(enrolled("Member " + i).id());
        }
        Collections.reverse(ids);
        return ids;
    }

    private Member enrolled(String name) {
        Member member = create(name);
        enrol(member.id());
        return member;
    }

    private void enrol(MemberId member) {
        POSTGRES.execute("INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at) VALUES ('%s', '%s', now())"
                .formatted(partner, member));
    }

    private Member create(String name) {
        return get(house.bus.ask(new CreateMember(new MemberFields(null, name, null, null, null), ORIGIN)));
    }

    private PartnerMemberPage list(@Nullable String identifier, @Nullable String q, Paging paging) {
        return get(house.bus.ask(new ListPartnerMembers(partner, identifier, q, paging)));
    }

    private static List<MemberId> ids(PartnerMemberPage page) {
        return page.items().stream().map(PartnerMember::id).toList();
    }

    private static Paging page(int page, int perPage) {
        return new Paging(page, perPage, null);
    }
}
