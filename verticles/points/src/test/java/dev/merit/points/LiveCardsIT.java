package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.LiveCardsRequest;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCard;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCardByNumber;
import dev.merit.contracts.points.LiveCardsRequest.ListLiveCards;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cards as members and strangers find them, over the bus. */
class LiveCardsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void listsWhatThesePartnersShowNewestFirst() {
        // Breaks when a card is shown that is hidden, inactive, not begun, over, deleted, or of a partner not asked
        // for.
        CardId first = shown("{}");
        CardId second = shown("{\"valid_from\": \"2020-01-01T00:00:00Z\", \"valid_until\": \"2999-01-01T00:00:00Z\"}");
        var unseen = List.of(
                shown("{\"is_visible_by_default\": false}"),
                shown("{\"is_active\": false}"),
                shown("{\"valid_from\": \"2999-01-01T00:00:00Z\"}"),
                shown("{\"valid_until\": \"2020-01-01T00:00:00Z\"}"));
        delete(shown("{}"));
        PartnerId another = Nodes.partner();
        CardId others = nodes.card(another, fields("{}"));

        assertThat(ids(partner)).containsExactly(second, first).doesNotContainAnyElementsOf(unseen);
        assertThat(ids(partner, another)).containsExactly(others, second, first);
        assertThat(ids()).isEmpty();
    }

    @Test
    void listsAHundredAtMost() {
        CardId oldest = shown("{}");
        for (int i = 0; i < LiveCardsRequest.LISTED_MAX; i++) {
            var unused = shown("{}");
        }

        assertThat(ids(partner)).hasSize(LiveCardsRequest.LISTED_MAX).doesNotContain(oldest);
    }

    @Test
    void findsWhatIsLiveWhetherOrNotItIsShown() {
        CardId hidden = shown("{\"is_visible_by_default\": false}");
        String number = get(nodes.bus(0).ask(new FindCard(partner, hidden))).uniqueIdentifier();

        assertThat(find(hidden).partnerId()).isEqualTo(partner);
        assertThat(get(nodes.bus(0).ask(new FindLiveCardByNumber(number, null))).id())
                .isEqualTo(hidden);

        delete(hidden);
        for (CardId gone : List.of(
                hidden,
                shown("{\"is_active\": false}"),
                shown("{\"valid_from\": \"2999-01-01T00:00:00Z\"}"),
                shown("{\"valid_until\": \"2020-01-01T00:00:00Z\"}"),
                new CardId(UUID.randomUUID()))) {
            assertThat(code(failure(nodes.bus(0).ask(new FindLiveCard(gone, null)))))
                    .isEqualTo(Code.NOT_FOUND);
        }
        assertThat(code(failure(nodes.bus(0).ask(new FindLiveCardByNumber(number, null)))))
                .isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void tellsAMembersOwnSideAndNobodyElses() {
        CardId card = shown("{\"title\": \"Coffee\"}");
        var reward = nodes.reward(partner, card, 100);
        buy(card, member, "250");
        assertThat(reward).isNotNull();

        LiveCard mine = find(card);
        LiveCard theirs = get(nodes.bus(0).ask(new FindLiveCard(card, Nodes.member())));
        LiveCard strangers = get(nodes.bus(0).ask(new FindLiveCard(card, null)));

        assertThat(mine.title()).isEqualTo("Coffee");
        assertThat(mine.rewardsCount()).isEqualTo(1);
        assertThat(mine.isFollowing()).isTrue();
        assertThat(mine.balance()).isEqualTo(250);
        assertThat(theirs).isEqualTo(strangers);
        assertThat(strangers.isFollowing()).isFalse();
        assertThat(strangers.balance()).isZero();
        assertThat(get(nodes.bus(0).ask(new ListLiveCards(List.of(partner), member)))
                        .items())
                .containsExactly(mine);
    }

    @Test
    void leavesExpiredPointsOut() {
        CardId card = shown("{}");
        buy(card, member, "30");
        POSTGRES.execute("UPDATE ledger.lot SET expires_at = now() - interval '1 hour' WHERE card_id = '" + card + "'");
        POSTGRES.execute(
                "UPDATE ledger.account SET next_expiry = now() - interval '1 hour' WHERE card_id = '" + card + "'");

        assertThat(find(card).balance()).isZero();
    }

    @Test
    void followsWhoeverFollowsAndWhoeverEarnedSinceItLeft() {
        // Breaks when an unfollowed card comes back by itself, or does not come back with the next purchase.
        CardId card = shown("{}");
        assertThat(find(card).isFollowing()).isFalse();

        follow(card);
        assertThat(find(card).isFollowing()).isTrue();

        unfollow(card);
        assertThat(find(card).isFollowing()).isFalse();

        buy(card, member, "10");
        assertThat(find(card).isFollowing()).isTrue();

        unfollow(card);
        LiveCard left = find(card);
        assertThat(left.isFollowing()).isFalse();
        assertThat(left.balance()).as("unfollowing keeps it").isEqualTo(10);

        buy(card, member, "5");
        assertThat(find(card).isFollowing()).isTrue();
    }

    private CardId shown(String json) {
        return nodes.card(partner, fields(json));
    }

    private static CardFields fields(String json) {
        CardFields visible =
                Json.patched(Nodes.plainCard(), new Patch("{\"is_visible_by_default\": true}"), CardFields.class);
        return Json.patched(visible, new Patch(json), CardFields.class);
    }

    private List<CardId> ids(PartnerId... partners) {
        List<CardId> ids = new ArrayList<>();
        get(nodes.bus(0).ask(new ListLiveCards(List.of(partners), member)))
                .items()
                .forEach(card -> ids.add(card.id()));
        return ids;
    }

    private LiveCard find(CardId card) {
        return get(nodes.bus(0).ask(new FindLiveCard(card, member)));
    }

    private void buy(CardId card, MemberId buyer, String amount) {
        var unused = get(nodes.purchase(0, partner, Nodes.of(card, buyer, amount), null));
    }

    private void follow(CardId card) {
        var unused = get(nodes.bus(0).command(new FollowCard(member, card, Nodes.origin(null))));
    }

    private void unfollow(CardId card) {
        var unused = get(nodes.bus(0).command(new UnfollowCard(member, card, Nodes.origin(null))));
    }

    private void delete(CardId card) {
        var unused = get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))));
    }

    private static @Nullable Code code(Throwable failure) {
        return failure instanceof ProblemException refusal ? refusal.problem().code() : null;
    }
}
