package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.DeleteTier;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.points.PointsRequest.TierRef;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.contracts.points.PointsRequest.UpdateTier;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.WaitingEvents;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tiers do to purchases, and purchases to tiers. */
class TierPurchasesIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final MemberId member = Nodes.member();

    @SuppressWarnings("NullAway.Init")
    private Tiered club;

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aClub() {
        club = Tiered.club(nodes);
    }

    /** Breaks when the tier that a purchase leads to already multiplies it, or its points do not count for the next. */
    @Test
    void multipliesByTheTierHeldBeforeAndAnswersTheOneHeldAfter() {
        Tier silver = club.tier("Silver", 100, "1.5");
        CardId card = club.card();

        Purchased first = buy(card, "100");
        Purchased second = buy(card, "100");

        assertThat(first.pointsAwarded()).isEqualTo(100);
        assertThat(first.multiplier()).isEqualByComparingTo("1");
        assertThat(first.tier()).isEqualTo(ref(silver));
        assertThat(second.pointsAwarded()).isEqualTo(150);
        assertThat(second.basePoints()).isEqualTo(100);
        assertThat(second.tierBonusPoints()).isEqualTo(50);
        assertThat(second.multiplier()).isEqualTo(new BigDecimal("1.5"));
        assertThat(nodes.balance(club.partner(), member, card).tier()).isEqualTo(ref(silver));
        assertThat(get(nodes.bus(0).ask(new FindTransaction(club.partner(), first.transactionId())))
                        .tier())
                .isEqualTo(ref(silver));
        assertThat(tierIdsInEvents(card)).containsExactly("null", silver.id().toString());
        assertThat(club.told(POSTGRES, member)).containsExactly("- Silver 100");
    }

    /** Breaks when only one card's points count, or points of another club do. */
    @Test
    void countsThePointsOnAllCardsOfTheClub() {
        Tier silver = club.tier("Silver", 100, "2");
        CardId red = club.card();
        CardId blue = club.card();
        CardId other = new Tiered(nodes, club.partner(), new ClubId(UUID.randomUUID())).card();

        assertThat(buy(other, "500").tier()).isNull();
        assertThat(buy(red, "60").tier()).isNull();
        assertThat(nodes.balance(club.partner(), member, blue).tier())
                .as("without an account on the card")
                .isNull();
        assertThat(buy(blue, "40").tier()).isEqualTo(ref(silver));

        assertThat(buy(red, "10").pointsAwarded()).isEqualTo(20);
        CardId green = club.card();
        assertThat(nodes.balance(club.partner(), member, green).tier())
                .as("without an account on the card")
                .isEqualTo(ref(silver));
        assertThat(buy(green, "10").pointsAwarded()).isEqualTo(20);
        assertThat(nodes.balance(club.partner(), member, other).tier()).isNull();
    }

    /** Breaks when spending costs the tier, or a stored transaction shows today's tier. */
    @Test
    void keepsTheTierWhenPointsAreSpent() {
        Tier silver = club.tier("Silver", 100, "2");
        CardId card = club.card();
        RewardId reward = nodes.reward(club.partner(), card, 90);
        Purchased bought = buy(card, "100");
        var redeemed = get(nodes.redeem(0, club.partner(), Nodes.of(card, reward, member)))
                .body();
        get(change(silver, "{\"name\":\"Platinum\"}"));

        assertThat(nodes.balance(club.partner(), member, card).tier())
                .isEqualTo(new TierRef(silver.id(), "Platinum", silver.multiplier()));
        assertThat(get(nodes.bus(0).ask(new FindTransaction(club.partner(), bought.transactionId())))
                        .tier())
                .isEqualTo(ref(silver));
        assertThat(get(nodes.bus(0).ask(new FindTransaction(club.partner(), redeemed.transactionId())))
                        .tier())
                .as("spending does not count for tiers")
                .isNull();
        assertThat(club.told(POSTGRES, member)).containsExactly("- Silver 100".replace("Silver", "Platinum"));
    }

    /** Breaks when a changed threshold needs a booking to count, or is told of without one, or never. */
    @Test
    void countsAChangedTierAtOnceAndTellsWithTheNextBooking() {
        Tier silver = club.tier("Silver", 100, "1");
        CardId card = club.card();
        buy(card, "60");
        assertThat(nodes.balance(club.partner(), member, card).tier()).isNull();

        get(change(silver, "{\"points_threshold\":50}"));
        assertThat(nodes.balance(club.partner(), member, card).tier()).isEqualTo(ref(silver));
        assertThat(club.told(POSTGRES, member)).isEmpty();

        buy(card, "1");
        assertThat(club.told(POSTGRES, member)).containsExactly("- Silver 61");

        get(nodes.bus(0).command(new DeleteTier(club.partner(), silver.id(), Nodes.origin(null))));
        assertThat(nodes.balance(club.partner(), member, card).tier()).isNull();
        assertThat(buy(card, "1").tier()).isNull();
        assertThat(club.told(POSTGRES, member)).containsExactly("- Silver 61", "Silver - 62");
    }

    @Test
    void givesNobodyAnInactiveTier() {
        Tier silver = club.tier("Silver", 0, "3");
        CardId card = club.card();
        assertThat(buy(card, "10").pointsAwarded()).as("held from 0 points on").isEqualTo(30);

        get(change(silver, "{\"is_active\":false}"));

        assertThat(buy(card, "10").pointsAwarded()).isEqualTo(10);
        assertThat(club.told(POSTGRES, member)).containsExactly("- Silver 30", "Silver - 40");
    }

    /** Breaks when a repeated purchase announces again, or its stored answer forgets the tier. */
    @Test
    void repeatsAPurchaseWithItsTier() {
        club.tier("Silver", 100, "1.5");
        CardId card = club.card();
        var repeat = Nodes.repeat(UUID.randomUUID().toString(), "body");
        var fields = Nodes.of(card, member, "100");

        Done<Purchased> first = get(nodes.purchase(0, club.partner(), fields, repeat));
        Done<Purchased> again = get(nodes.purchase(0, club.partner(), fields, repeat));

        assertThat(again.replayed()).isEqualTo(Json.write(first.body()));
        assertThat(club.told(POSTGRES, member)).hasSize(1);
    }

    /** Breaks when each card enrols its member, or the event and the row are not one. */
    @Test
    void enrolsAMemberWithItsFirstPurchaseAndSaysSoOnce() {
        CardId card = club.card();
        RewardId reward = nodes.reward(club.partner(), card, 10);
        assertThat(problem(nodes.redeem(0, club.partner(), Nodes.of(card, reward, member)))
                        .code())
                .isEqualTo(Code.INSUFFICIENT_BALANCE);
        assertThat(club.enrolled(POSTGRES, member))
                .as("a refusal is no contact")
                .isZero();

        buy(card, "1");
        buy(card, "1");
        buy(club.card(), "1");

        assertThat(club.enrolled(POSTGRES, member)).isEqualTo(1);
        assertThat(POSTGRES.query("SELECT sequence FROM audit.v_outbox WHERE topic = 'merit.members' AND record_key = '"
                        + member + "' ORDER BY sequence"))
                .containsExactly("1");
    }

    /** Breaks when points change their club behind the members' backs. */
    @Test
    void keepsACardInItsClubOnceMembersHavePointsOnIt() {
        CardId card = club.card();
        var other = new ClubId(UUID.randomUUID());
        assertThat(get(move(card, other)).body().clubId()).isEqualTo(other);
        buy(card, "1");

        Problem refused = problem(nodes.bus(0)
                .command(new UpdateCard(
                        club.partner(),
                        card,
                        new Patch("{\"club_id\":\"" + club.club() + "\",\"currency\":\"XXQ\"}"),
                        Nodes.origin(null))));

        assertThat(refused.code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(refused.details().toString())
                .as("all bad fields at once")
                .contains("club_id")
                .contains("currency");
        assertThat(get(move(card, other)).body().clubId()).as("no move at all").isEqualTo(other);
        assertThat(get(nodes.bus(0).ask(new FindCard(club.partner(), card))).clubId())
                .isEqualTo(other);
    }

    private Future<Done<Card>> move(CardId card, ClubId to) {
        return nodes.bus(0)
                .command(new UpdateCard(
                        club.partner(), card, new Patch("{\"club_id\":\"" + to + "\"}"), Nodes.origin(null)));
    }

    @CanIgnoreReturnValue
    private Purchased buy(CardId card, String amount) {
        return get(nodes.purchase(0, club.partner(), Nodes.of(card, member, amount), null))
                .body();
    }

    private Future<Done<Tier>> change(Tier tier, String patch) {
        return nodes.bus(0).command(new UpdateTier(club.partner(), tier.id(), new Patch(patch), Nodes.origin(null)));
    }

    private List<String> tierIdsInEvents(CardId card) {
        return WaitingEvents.of(POSTGRES, TransactionRecorded.TOPIC).stream()
                .filter(event -> event.get("card_id").textValue().equals(card.toString()))
                .sorted(Comparator.comparingLong(
                        event -> event.get("account_sequence").longValue()))
                .map(event -> event.get("tier_id").asText())
                .toList();
    }

    private static TierRef ref(Tier tier) {
        return new TierRef(tier.id(), tier.name(), tier.multiplier());
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }
}
