package dev.merit.keys;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Limits;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.keys.KeysRequest.FindPartner;
import dev.merit.contracts.keys.KeysRequest.HomepagePartner;
import dev.merit.contracts.keys.KeysRequest.ListHomepagePartners;
import dev.merit.contracts.keys.KeysRequest.ListPartners;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.contracts.keys.KeysRequest.UpdatePartner;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartnersIT {
    private static final Origin ORIGIN = Origin.system("test");

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

    // The stored answer must be the answer: a time that lost digits on its way would show here.
    @Test
    void findsAPartnerAsItWasMade() {
        Partner made = house.partner("Bakery", 5);

        assertThat(get(house.bus.ask(new FindPartner(made.id())))).isEqualTo(made);
        assertThat(Refusals.of(house.bus.ask(new FindPartner(new PartnerId(UUID.randomUUID()))))
                        .code())
                .isEqualTo(Problem.Code.NOT_FOUND);
    }

    // Breaks when an inactive partner's things, or those of one that may not, come onto the homepage.
    @Test
    void listsWhoMayShowThingsToEverybodyNewestFirst() {
        Partner first = house.partner("First", 5);
        Partner second = house.partner("Second", 5);
        Partner inactive = house.partner("Inactive", 5);
        Partner silent = house.partner("Silent", 5);
        house.given(new UpdatePartner(inactive.id(), new Patch("{\"is_active\": false}"), ORIGIN));
        house.given(
                new UpdatePartner(silent.id(), new Patch("{\"permissions\": {\"cards_on_homepage\": false}}"), ORIGIN));

        List<PartnerId> listed = get(house.bus.ask(new ListHomepagePartners())).items().stream()
                .map(HomepagePartner::id)
                .toList();

        assertThat(listed).containsSubsequence(second.id(), first.id()).doesNotContain(inactive.id(), silent.id());
    }

    @Test
    void refusesAnEmailThatIsTakenInWhateverCase() {
        var first = get(house.bus.ask(new CreatePartner(fields("Owner@Example.com"), ORIGIN)));
        assertThat(first.email()).isEqualTo("owner@example.com");

        assertThat(Refusals.of(house.bus.ask(new CreatePartner(fields("OWNER@example.COM"), ORIGIN)))
                        .code())
                .isEqualTo(Problem.Code.CONFLICT);
        var other = house.partner(5);
        assertThat(Refusals.of(house.bus.ask(
                                new UpdatePartner(other.id(), new Patch("{\"email\":\"Owner@example.com\"}"), ORIGIN)))
                        .code())
                .isEqualTo(Problem.Code.CONFLICT);
    }

    // Replacing the nested object as a whole would silently give back every permission that was taken earlier.
    @Test
    void mergesPermissionsAndLimitsFieldByField() {
        Partner made = house.partner(5);
        var notices = new CopyOnWriteArrayList<Notice.OwnerChanged>();
        get(house.bus.listen(Notice.OwnerChanged.class, notices::add));

        house.given(new UpdatePartner(
                made.id(), new Patch("{\"permissions\":{\"agent_api\":false},\"limits\":{\"clubs\":2}}"), ORIGIN));
        Partner changed =
                update(made, "{\"name\":\" New name \",\"permissions\":{\"vouchers\":false},\"id\":\"ignored\"}");

        assertThat(changed.name()).isEqualTo("New name");
        assertThat(changed.email()).isEqualTo(made.email());
        assertThat(changed.permissions()).isEqualTo(new Permissions(false, true, true, true, false));
        assertThat(changed.limits()).isEqualTo(new Limits(5, 2, -1, -1, -1, -1, -1));
        assertThat(changed.updatedAt()).isAfter(made.updatedAt());
        Awaitility.await().untilAsserted(() -> assertThat(notices)
                .contains(new Notice.OwnerChanged(Role.PARTNER, made.id().value())));
    }

    @Test
    void honoursIfMatch() {
        Partner made = house.partner(5);
        String etag = Json.etag(made);

        Partner changed = get(house.bus.ask(
                new UpdatePartner(made.id(), new Patch("{\"is_active\":false}"), KeysHouse.ifMatch(etag))));

        assertThat(changed.isActive()).isFalse();
        assertThat(Refusals.of(house.bus.ask(
                                new UpdatePartner(made.id(), new Patch("{\"name\":\"X\"}"), KeysHouse.ifMatch(etag))))
                        .code())
                .isEqualTo(Problem.Code.PRECONDITION_FAILED);
    }

    @Test
    void searchesPartOfTheNameWithoutWildcards() {
        String word = UUID.randomUUID().toString();
        house.givenPartner(word + " 100% Tea");
        house.givenPartner(word + " 1000 Teas");

        assertThat(names(word.toUpperCase(Locale.ROOT))).containsExactly(word + " 1000 Teas", word + " 100% Tea");
        assertThat(names(word + " 100%")).containsExactly(word + " 100% Tea");
        assertThat(names(word + "_")).isEmpty();
    }

    @Test
    void pagesNewestFirst() {
        String word = UUID.randomUUID().toString();
        for (int i = 1; i <= 5; i++) {
            house.givenPartner(word + i);
        }

        var page = get(house.bus.ask(new ListPartners(word, true, new Paging(2, 2, null))));

        assertThat(page.items()).extracting(Partner::name).containsExactly(word + 3, word + 2);
        assertThat(page.pagination().total()).isEqualTo(5);
        assertThat(page.pagination().currentPage()).isEqualTo(2);
        assertThat(get(house.bus.ask(new ListPartners(word, false, new Paging(1, 2, null))))
                        .items())
                .isEmpty();
    }

    private List<String> names(String q) {
        return get(house.bus.ask(new ListPartners(q, null, new Paging(1, 100, null)))).items().stream()
                .map(Partner::name)
                .toList();
    }

    private Partner update(Partner partner, String json) {
        return get(house.bus.ask(new UpdatePartner(partner.id(), new Patch(json), ORIGIN)));
    }

    private static PartnerFields fields(String email) {
        return new PartnerFields("Partner", email, true, Permissions.all(), Limits.standard());
    }
}
