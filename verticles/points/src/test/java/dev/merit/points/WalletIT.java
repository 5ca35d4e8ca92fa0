package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.contracts.points.PointsRequest.UpdateReward;
import dev.merit.contracts.points.WalletRequest.FindMemberCard;
import dev.merit.contracts.points.WalletRequest.FindWallet;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.ListMemberCards;
import dev.merit.contracts.points.WalletRequest.ListMemberRewards;
import dev.merit.contracts.points.WalletRequest.MemberCard;
import dev.merit.contracts.points.WalletRequest.MemberReward;
import dev.merit.contracts.points.WalletRequest.RewardCard;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.contracts.points.WalletRequest.WalletBalance;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a member has with several partners, over the bus, one thing at a time. */
class WalletIT {
    private static final Paging ALL = new Paging(1, 100, null);

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final PartnerId other = Nodes.partner();
    private final MemberId member = Nodes.member();
    private final MemberId stranger = Nodes.member();
    private final CardFields fields = Nodes.plainCard();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void showsWhatThereIsOnAllCardsOfAllPartners() {
        CardId first = nodes.card(partner, fields);
        CardId followed = nodes.card(partner, fields);
        CardId second = nodes.card(other, fields);
        earn(partner, first, member, "25");
        earn(other, second, member, "7");
        follow(followed);

        assertThat(wallet(member))
                .containsExactly(
                        new WalletBalance(second, "Card", 7, "points"),
                        new WalletBalance(followed, "Card", 0, "points"),
                        new WalletBalance(first, "Card", 25, "points"));
    }

    // Breaks when anything of a member is found by the card or the partner alone.
    @Test
    void showsNobodyWhatIsAnothersOnTheSameCard() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        earn(partner, card, member, "25");
        earn(partner, card, stranger, "3");
        CardId hers = nodes.card(partner, fields);
        earn(partner, hers, stranger, "5");

        assertThat(wallet(member)).containsExactly(new WalletBalance(card, "Card", 25, "points"));
        assertThat(cards(member)).singleElement().satisfies(each -> {
            assertThat(each.id()).isEqualTo(card);
            assertThat(each.balance()).isEqualTo(25);
        });
        assertThat(rewards(member)).singleElement().satisfies(each -> {
            assertThat(each.id()).isEqualTo(reward);
            assertThat(each.bestBalance()).isEqualTo(25);
        });
        assertThat(rewards(stranger)).singleElement().satisfies(each -> {
            assertThat(each.bestBalance()).isEqualTo(3);
            assertThat(each.canAfford()).isFalse();
            assertThat(each.pointsMissing()).isEqualTo(7);
        });
        assertThat(notFound(find(member, hers))).isTrue();
        assertThat(wallet(Nodes.member())).isEmpty();
    }

    // Breaks when what was earned before the unfollow brings the card back, or what is earned after does not.
    @Test
    void leavesOutAnUnfollowedCardUntilTheMemberEarnsOnItAgain() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        earn(partner, card, member, "25");
        unfollow(card);

        assertThat(wallet(member)).isEmpty();
        assertThat(cards(member)).isEmpty();
        assertThat(rewards(member)).isEmpty();
        assertThat(get(find(member, card))).satisfies(left -> {
            assertThat(left.isFollowing()).isFalse();
            assertThat(left.balance()).isEqualTo(25);
        });

        // To spend is not to earn.
        assertThat(get(nodes.redeem(0, partner, Nodes.of(card, reward, member)))
                        .body()
                        .newBalance())
                .isEqualTo(15);
        assertThat(wallet(member)).isEmpty();

        earn(partner, card, member, "5");
        assertThat(wallet(member)).containsExactly(new WalletBalance(card, "Card", 20, "points"));
        assertThat(get(find(member, card)).isFollowing()).isTrue();

        unfollow(card);
        assertThat(wallet(member)).isEmpty();
        follow(card);
        assertThat(wallet(member)).containsExactly(new WalletBalance(card, "Card", 20, "points"));
    }

    @Test
    void keepsACardOutThatWasFollowedAndLeftWithoutEarning() {
        CardId card = nodes.card(partner, fields);
        assertThat(notFound(find(member, card))).isTrue();
        follow(card);
        assertThat(cards(member)).singleElement().satisfies(each -> assertThat(each.isFollowing())
                .isTrue());
        unfollow(card);

        assertThat(cards(member)).isEmpty();
        assertThat(get(find(member, card)).isFollowing()).isFalse();
    }

    // Breaks when expired points count before the sweep has come by.
    @Test
    void leavesExpiredPointsOutOfTheBalance() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        earn(partner, card, member, "25");
        earn(partner, card, member, "4");
        POSTGRES.execute("UPDATE ledger.lot SET expires_at = now() - interval '1 second'"
                + " WHERE account_sequence = 1 AND card_id = '" + card + "'");
        POSTGRES.execute(
                "UPDATE ledger.account SET next_expiry = now() - interval '1 second' WHERE card_id = '" + card + "'");

        assertThat(wallet(member)).containsExactly(new WalletBalance(card, "Card", 4, "points"));
        MemberCard shown = get(find(member, card));
        assertThat(shown.balance()).isEqualTo(4);
        assertThat(shown.pointsExpireAt()).isAfter(Instant.now().plus(300, ChronoUnit.DAYS));
        assertThat(cards(member).getFirst()).isEqualTo(shown);
        assertThat(rewards(member)).singleElement().satisfies(each -> {
            assertThat(each.id()).isEqualTo(reward);
            assertThat(each.bestBalance()).isEqualTo(4);
            assertThat(each.pointsMissing()).isEqualTo(6);
        });
    }

    @Test
    void hidesADeletedCardAndWhatItCouldBuy() {
        CardId card = nodes.card(partner, fields);
        CardId kept = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        assertThat(reward).isNotNull();
        earn(partner, card, member, "25");
        earn(partner, kept, member, "2");
        assertThat(get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))))
                        .body()
                        .deleted())
                .isTrue();

        assertThat(wallet(member)).containsExactly(new WalletBalance(kept, "Card", 2, "points"));
        assertThat(cards(member)).extracting(MemberCard::id).containsExactly(kept);
        assertThat(rewards(member)).isEmpty();
        assertThat(notFound(find(member, card))).isTrue();
    }

    @Test
    void saysWhetherACardCanBeUsed() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        assertThat(reward).isNotNull();
        earn(partner, card, member, "25");
        assertThat(get(find(member, card)).status()).isEqualTo("active");
        assertThat(rewards(member)).hasSize(1);

        String tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).toString();
        String yesterday = Instant.now().minus(1, ChronoUnit.DAYS).toString();
        for (var each : List.of(
                List.of("{\"valid_from\":\"" + tomorrow + "\"}", "not_started"),
                List.of("{\"valid_from\":null,\"valid_until\":\"" + yesterday + "\"}", "expired"),
                List.of("{\"valid_until\":null,\"is_active\":false}", "expired"))) {
            change(card, each.getFirst());
            assertThat(get(find(member, card)).status()).isEqualTo(each.getLast());
            assertThat(wallet(member)).as("the points stay").hasSize(1);
            assertThat(rewards(member)).as("nothing can be had with it").isEmpty();
        }
    }

    @Test
    void listsRewardsThatCanBeHadWithTheBestOfTheCards() {
        CardId poor = nodes.card(partner, fields);
        CardId rich = nodes.card(partner, fields);
        earn(partner, poor, member, "5");
        earn(partner, rich, member, "30");
        RewardId cheap = nodes.reward(partner, poor, 10);
        RewardId both = nodes.reward(partner, poor, 30);
        patch(both, "{\"card_ids\":[\"" + poor + "\",\"" + rich + "\"]}");
        RewardId off = nodes.reward(partner, rich, 1);
        patch(off, "{\"is_active\":false}");
        RewardId gone = nodes.reward(partner, rich, 1);
        assertThat(get(nodes.bus(0).command(new DeleteReward(partner, gone, Nodes.origin(null))))
                        .body()
                        .deleted())
                .isTrue();
        RewardId late = nodes.reward(partner, rich, 1);
        patch(late, "{\"valid_until\":\"2020-01-01T00:00:00Z\"}");
        RewardId usedUp = Limited.reward(nodes.bus(0), partner, rich, 1, 1);
        POSTGRES.execute("UPDATE points.reward_counter SET times_redeemed = 1 WHERE reward_id = '" + usedUp + "'");

        assertThat(rewards(member))
                .containsExactly(
                        new MemberReward(
                                both,
                                "Coffee",
                                null,
                                null,
                                30,
                                List.of(new RewardCard(rich, "Card", 30), new RewardCard(poor, "Card", 5)),
                                30,
                                true,
                                0),
                        new MemberReward(
                                cheap,
                                "Coffee",
                                null,
                                null,
                                10,
                                List.of(new RewardCard(poor, "Card", 5)),
                                5,
                                false,
                                5));
        assertThat(get(find(member, rich)).rewardsCount()).isEqualTo(1);
        assertThat(get(find(member, poor)).rewardsCount()).isEqualTo(2);
    }

    // Breaks when a reward is shown and then looks as if it were not there when it is claimed.
    @Test
    void saysOfAFollowedCardsRewardThatPointsAreMissing() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        var claim = new ClaimReward(member, reward, null, Nodes.origin(null));
        assertThat(notFound(nodes.bus(0).command(claim))).isTrue();
        follow(card);

        assertThat(rewards(member)).singleElement().satisfies(each -> assertThat(each.pointsMissing())
                .isEqualTo(10));
        assertThat(((ProblemException) failure(nodes.bus(0).command(claim)))
                        .problem()
                        .code())
                .isEqualTo(Code.INSUFFICIENT_BALANCE);
    }

    @Test
    void pagesCardsAndRewards() {
        CardId first = nodes.card(partner, fields);
        CardId second = nodes.card(partner, fields);
        RewardId older = nodes.reward(partner, first, 10);
        RewardId newest = nodes.reward(partner, second, 10);
        follow(first);
        follow(second);

        var cards = get(nodes.bus(0).ask(new ListMemberCards(member, new Paging(2, 1, null))));
        var beyond = get(nodes.bus(0).ask(new ListMemberCards(member, new Paging(3, 1, null))));
        var rewards = get(nodes.bus(0).ask(new ListMemberRewards(member, new Paging(1, 1, null))));

        assertThat(cards.items()).extracting(MemberCard::id).containsExactly(first);
        assertThat(cards.pagination().total()).isEqualTo(2);
        assertThat(beyond.items()).isEmpty();
        assertThat(beyond.pagination().total()).isEqualTo(2);
        assertThat(rewards.items())
                .extracting(MemberReward::id)
                .containsExactly(newest)
                .doesNotContain(older);
        assertThat(rewards.pagination().total()).isEqualTo(2);
    }

    // Breaks when the tier is looked up by the card: a card without points has that of its club's other cards.
    @Test
    void showsTheTierOfTheCardsClub() {
        ClubId club = fields.clubId();
        CardId card = nodes.card(partner, fields);
        CardId sibling = nodes.card(partner, fields);
        CardId elsewhere = nodes.card(partner, Nodes.plainCard());
        new Tiered(nodes, partner, club).tier("Gold", 20, "1.5");
        earn(partner, card, member, "25");
        follow(sibling);
        follow(elsewhere);

        assertThat(get(find(member, card)).tier()).isNotNull();
        assertThat(get(find(member, sibling)).tier())
                .isEqualTo(get(find(member, card)).tier());
        assertThat(get(find(member, elsewhere)).tier()).isNull();
        assertThat(cards(member)).contains(get(find(member, card)), get(find(member, sibling)));
    }

    private void earn(PartnerId with, CardId card, MemberId who, String amount) {
        assertThat(get(nodes.purchase(0, with, Nodes.of(card, who, amount), null))
                        .replayed())
                .isNull();
    }

    private void follow(CardId card) {
        assertThat(get(nodes.bus(0).command(new FollowCard(member, card, Nodes.origin(null))))
                        .body()
                        .isFollowing())
                .isTrue();
    }

    private void unfollow(CardId card) {
        assertThat(get(nodes.bus(0).command(new UnfollowCard(member, card, Nodes.origin(null))))
                        .body()
                        .isFollowing())
                .isFalse();
    }

    private void change(CardId card, String patch) {
        assertThat(get(nodes.bus(0).command(new UpdateCard(partner, card, new Patch(patch), Nodes.origin(null))))
                        .replayed())
                .isNull();
    }

    private void patch(RewardId reward, String patch) {
        assertThat(get(nodes.bus(0).command(new UpdateReward(partner, reward, new Patch(patch), Nodes.origin(null))))
                        .replayed())
                .isNull();
    }

    private static List<WalletBalance> wallet(MemberId who) {
        return get(nodes.bus(0).ask(new FindWallet(who))).balances();
    }

    private static List<MemberCard> cards(MemberId who) {
        return get(nodes.bus(0).ask(new ListMemberCards(who, ALL))).items();
    }

    private static List<MemberReward> rewards(MemberId who) {
        return get(nodes.bus(0).ask(new ListMemberRewards(who, ALL))).items();
    }

    private static Future<MemberCard> find(MemberId who, CardId card) {
        return nodes.bus(0).ask(new FindMemberCard(who, card));
    }

    private static boolean notFound(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem().code() == Code.NOT_FOUND;
    }
}
