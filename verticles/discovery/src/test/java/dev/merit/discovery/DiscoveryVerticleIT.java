package dev.merit.discovery;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.discovery.DiscoveryRequest.Discover;
import dev.merit.contracts.discovery.DiscoveryRequest.Discovered;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredCard;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredStampCard;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredThing;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredVoucher;
import dev.merit.contracts.discovery.DiscoveryRequest.FindShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import dev.merit.contracts.discovery.DiscoveryRequest.ListShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Part;
import dev.merit.contracts.discovery.DiscoveryRequest.Resolve;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownLists;
import dev.merit.contracts.keys.KeysRequest.ListHomepagePartners;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCard;
import dev.merit.contracts.points.LiveCardsRequest.ListLiveCards;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryVerticleIT {
    /** Long enough that a domain on a busy machine is in time. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final Duration SHORT = Duration.ofSeconds(2);

    private final MemberId member = new MemberId(UUID.randomUUID());

    @SuppressWarnings("NullAway.Init")
    private Neighbours house;

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void asksForTheMembersOwnSide() {
        house = new Neighbours(LONG);

        Discovered found = discover();

        assertThat(found.cards()).extracting(DiscoveredCard::balance).containsExactly(7L);
        assertThat(found.stampCards())
                .extracting(DiscoveredStampCard::currentStamps)
                .containsExactly(3L);
        assertThat(found.vouchers()).extracting(DiscoveredVoucher::code).containsExactly("TENTH");
        assertThat(found.missing()).isNull();
        assertThat(Json.write(found)).doesNotContain("missing", "partner");
        assertThat(house.asked).contains(new ListLiveCards(List.of(house.partner), member));
    }

    // Breaks when one domain that hangs keeps the member from everything else, or its list looks as if it were empty.
    @Test
    void answersWithoutADomainThatHangs() {
        house = new Neighbours(SHORT);
        house.hanging = EnumSet.of(Part.VOUCHERS);
        long begin = System.nanoTime();

        Discovered found = discover();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG);
        assertThat(found.cards()).hasSize(1);
        assertThat(found.stampCards()).hasSize(1);
        assertThat(found.vouchers()).isEmpty();
        assertThat(found.missing()).containsExactly(Part.VOUCHERS);
        assertThat(Json.write(found)).contains("\"missing\":[\"vouchers\"]");
    }

    @Test
    void answersWithoutDomainsThatFail() {
        house = new Neighbours(LONG);
        house.failing = EnumSet.of(Part.STAMP_CARDS, Part.CARDS);

        Discovered found = discover();

        assertThat(found.vouchers()).hasSize(1);
        assertThat(found.missing()).containsExactly(Part.CARDS, Part.STAMP_CARDS);
    }

    @Test
    void isUnavailableWhenNothingIsKnown() {
        house = new Neighbours(LONG);
        house.failing = EnumSet.allOf(Part.class);

        assertThat(refusal(house.bus.ask(new Discover(member))).code()).isEqualTo(Code.SERVICE_UNAVAILABLE);
        assertThat(refusal(house.bus.ask(new ListShown())).code()).isEqualTo(Code.SERVICE_UNAVAILABLE);

        house.failing = EnumSet.noneOf(Part.class);
        assertThat(get(house.bus.ask(new ListShown())).cards())
                .as("a failure is not remembered")
                .hasSize(1);
    }

    // Breaks when what a partner may no longer have is shown all the same.
    @Test
    void showsOnlyWhatAPartnerMayHave() {
        house = new Neighbours(LONG);
        house.permissions = new Permissions(true, true, true, false, true);

        Discovered found = discover();

        assertThat(found.cards()).hasSize(1);
        assertThat(found.stampCards()).isEmpty();
        assertThat(found.missing()).isNull();
        assertThat(refusal(house.bus.ask(new FindShown(Kind.STAMP_CARD, house.stampCard.value())))
                        .code())
                .isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void asksOnceWhoseThingsAreShownHoweverManyMembersLook() {
        house = new Neighbours(LONG);

        var all = Future.all(
                house.bus.ask(new Discover(member)),
                house.bus.ask(new Discover(new MemberId(UUID.randomUUID()))),
                house.bus.ask(new ListShown()));

        assertThat(get(all).size()).isEqualTo(3);
        assertThat(house.asked)
                .filteredOn(ListHomepagePartners.class::isInstance)
                .hasSize(1);
    }

    @Test
    void tellsStrangersNothingOfAnybody() {
        house = new Neighbours(LONG);

        ShownLists lists = get(house.bus.ask(new ListShown()));
        String one = Json.write(get(house.bus.ask(new FindShown(Kind.LOYALTY_CARD, house.card.value()))));

        assertThat(Json.write(lists)).doesNotContain("balance", "follow", "enrolled", "partner");
        assertThat(one).startsWith("{\"type\":\"loyalty_card\"").doesNotContain("balance", "follow", "partner");
        assertThat(house.asked).contains(new FindLiveCard(house.card, null));
    }

    @Test
    void resolvesEachFormOfLinkAndNumber() {
        house = new Neighbours(LONG);

        assertThat(url("/en-us/card/" + house.card)).isInstanceOf(DiscoveredCard.class);
        assertThat(url("/follow/" + house.card)).isInstanceOf(DiscoveredCard.class);
        assertThat(url("/de/stamp-card/" + house.stampCard)).isInstanceOf(DiscoveredStampCard.class);
        assertThat(url("/voucher/" + house.voucher + "/")).isInstanceOf(DiscoveredVoucher.class);
        assertThat(identifier(house.card.toString())).isInstanceOf(DiscoveredCard.class);
        assertThat(identifier(house.stampCard.toString())).isInstanceOf(DiscoveredStampCard.class);
        assertThat(identifier(house.voucher.toString())).isInstanceOf(DiscoveredVoucher.class);
        assertThat(identifier(Neighbours.NUMBER)).isInstanceOf(DiscoveredCard.class);
        assertThat(identifier(Neighbours.NUMBER.replace("-", ""))).isInstanceOf(DiscoveredCard.class);
    }

    @Test
    void namesTheFieldThatLedNowhere() {
        house = new Neighbours(LONG);
        UUID nothing = UUID.randomUUID();

        Problem byUrl = refused("https://example.com/card/" + nothing, null);
        Problem ofAnotherKind = refused("https://example.com/voucher/" + house.card, null);
        Problem byId = refused(null, nothing.toString());
        Problem byNumber = refused(null, "000-000-000-000");

        assertThat(List.of(byUrl, ofAnotherKind, byId, byNumber))
                .extracting(Problem::code)
                .containsOnly(Code.NOT_FOUND);
        assertThat(byUrl.details()).containsEntry("field", "url");
        assertThat(byId.details()).containsEntry("field", "identifier");
        assertThat(byNumber.details()).containsEntry("field", "identifier");
    }

    @Test
    void wantsExactlyOneOfTheTwo() {
        house = new Neighbours(LONG);

        for (Problem refused : List.of(refused(null, null), refused("https://example.com/card/1", Neighbours.NUMBER))) {
            assertThat(refused.code()).isEqualTo(Code.VALIDATION_FAILED);
            assertThat(Json.write(refused.details())).contains("\"url\":", "\"identifier\":");
        }
        assertThat(Json.write(refused("nonsense", null).details()))
                .contains("\"url\":")
                .doesNotContain("identifier");
        assertThat(Json.write(refused(null, "nonsense").details()))
                .contains("\"identifier\":")
                .doesNotContain("\"url\"");
        assertThat(house.asked).as("nobody is asked about nonsense").isEmpty();
    }

    // Breaks when "I cannot tell" becomes "there is nothing".
    @Test
    void doesNotSayThatThereIsNothingWhenADomainCannotTell() {
        house = new Neighbours(LONG);
        house.failing = EnumSet.of(Part.STAMP_CARDS);

        assertThat(identifier(house.voucher.toString())).isInstanceOf(DiscoveredVoucher.class);
        assertThat(refused(null, UUID.randomUUID().toString()).code()).isEqualTo(Code.SERVICE_UNAVAILABLE);
    }

    @Test
    void findsNothingOfAPartnerThatIsNotActive() {
        house = new Neighbours(LONG);
        house.isActive = false;

        assertThat(refused("https://example.com/card/" + house.card, null).code())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(refused(null, Neighbours.NUMBER).code()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal(house.bus.ask(new FindShown(Kind.VOUCHER, house.voucher.value())))
                        .code())
                .isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void resolvesOnlyWithinTheKindOfTheLink() {
        house = new Neighbours(LONG);

        assertThat(((DiscoveredCard) url("/card/" + house.card)).id()).isEqualTo(new CardId(house.card.value()));
        assertThat(refused("https://example.com/card/" + house.stampCard, null).code())
                .isEqualTo(Code.NOT_FOUND);
    }

    private Discovered discover() {
        return get(house.bus.ask(new Discover(member)));
    }

    private DiscoveredThing url(String path) {
        return get(house.bus.ask(new Resolve(member, "https://loyalty.example.com" + path, null)))
                .thing();
    }

    private DiscoveredThing identifier(String identifier) {
        return get(house.bus.ask(new Resolve(member, null, identifier))).thing();
    }

    private Problem refused(@Nullable String url, @Nullable String identifier) {
        return refusal(house.bus.ask(new Resolve(member, url, identifier)));
    }

    private static Problem refusal(Future<?> asked) {
        return ((ProblemException) failure(asked)).problem();
    }
}
