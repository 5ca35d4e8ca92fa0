package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.FindReward;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.ListTransactions;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.points.PointsRequest.Transaction;
import dev.merit.contracts.points.PointsRequest.TransactionFilter;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.WaitingEvents;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reversals and adjustments over the bus, one thing at a time. */
class CorrectionsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();
    private final Correcting correct = new Correcting(nodes, partner);

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void takesAPurchaseBackInPartsThatAddUp() {
        CardId card = nodes.card(partner, Nodes.card(5));
        Purchased bought = buy(card, "24.50");

        Corrected first = done(correct.reverse(0, bought.transactionId(), "10"));
        Corrected second = done(correct.reverse(0, bought.transactionId(), "0.60"));
        Corrected rest = done(correct.reverse(0, bought.transactionId(), null));

        assertThat(first.transactionId()).isEqualTo(first.id());
        assertThat(first.event()).isEqualTo("staff_reversed_purchase");
        assertThat(first.reverses()).isEqualTo(bought.transactionId());
        assertThat(first.reason()).isEqualTo("returned");
        assertThat(first.note()).isEqualTo("a note");
        assertThat(first.purchaseAmount()).hasToString("10.00");
        assertThat(first.currency()).isEqualTo("EUR");
        assertThat(first.previousBalance()).isEqualTo(29);
        assertThat(List.of(first.points(), second.points(), rest.points())).containsExactly(-10L, -1L, -18L);
        assertThat(rest.purchaseAmount()).hasToString("13.90");
        assertThat(rest.newBalance()).isZero();
        assertThat(nodes.balance(partner, member, card).lifetimePoints()).isZero();
        assertThat(buy(card, "1").initialBonusPoints())
                .as("the next purchase is the first again")
                .isEqualTo(5);
    }

    // Breaks when a list forgets what was taken back, or shows the first part instead of the latest.
    @Test
    void showsInListsAndDetailsWhatWasTakenBack() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Purchased bought = buy(card, "24.50");
        Purchased other = buy(card, "3");
        done(correct.reverse(0, bought.transactionId(), "10"));
        Corrected latest = done(correct.reverse(0, bought.transactionId(), "0.5"));

        Transaction found = find(bought.transactionId());

        assertThat(found.reversedBy()).isEqualTo(latest.transactionId());
        assertThat(found.reversedAmount()).hasToString("10.50");
        assertThat(found.purchaseAmount()).hasToString("24.50");
        assertThat(find(other.transactionId()).reversedBy()).isNull();
        assertThat(find(other.transactionId()).reversedAmount()).hasToString("0.00");
        List<Transaction> listed = list();
        assertThat(listed).hasSize(4).contains(found, find(other.transactionId()));
        assertThat(listed.getFirst().reverses()).isEqualTo(bought.transactionId());
        assertThat(listed.getFirst().reason()).isEqualTo("returned");
        assertThat(listed.getFirst().purchaseAmount()).hasToString("0.50");
        assertThat(listed.getFirst().reversedAmount()).isNull();
        assertThat(listed.getFirst().pointsAwarded()).isNull();
    }

    // Breaks when today's rules are used instead of those that the entry recorded.
    @Test
    void reckonsWithTheRulesOfTheTime() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Purchased bought = buy(card, "100");
        update(card, "{\"points_per_currency\":7,\"min_purchase_amount\":90}");

        assertThat(done(correct.reverse(0, bought.transactionId(), "40")).points())
                .isEqualTo(-40);
    }

    @Test
    void worksWhateverHasBecomeOfTheCardAndTheReward() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 30);
        Purchased bought = buy(card, "100");
        Redeemed taken = redeem(card, reward);
        update(card, "{\"is_active\":false}");
        assertThat(done(correct.reverse(0, bought.transactionId(), "1")).points())
                .isEqualTo(-1);
        get(nodes.bus(0).command(new DeleteReward(partner, reward, Nodes.origin(null))));
        get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))));

        assertThat(done(correct.reverse(0, taken.transactionId(), null)).points())
                .isEqualTo(30);
        assertThat(done(correct.reverse(0, bought.transactionId(), null)).newBalance())
                .isZero();
    }

    @Test
    void leavesADebtForSpentPointsUnlessToldToRefuse() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 80);
        Purchased bought = buy(card, "100");
        redeem(card, reward);

        Problem refused = problem(correct.reverseOrRefuse(bought.transactionId()));
        Corrected reversed = done(correct.reverse(0, bought.transactionId(), null));

        assertThat(refused.code()).isEqualTo(Code.INSUFFICIENT_BALANCE);
        assertThat(refused.details())
                .containsEntry("balance", 20L)
                .containsEntry("required", 100L)
                .containsEntry("deficit", 80L);
        assertThat(reversed.newBalance()).isEqualTo(-80);
        assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(-80);
        assertThat(buy(card, "100").newBalance()).isEqualTo(20);
    }

    // Breaks when points come back as new ones, or when the reward still counts as taken.
    @Test
    void givesARedemptionBackToItsLotsAndFreesTheReward() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = Limited.reward(nodes.bus(0), partner, card, 1, 1);
        buy(card, "60");
        buy(card, "60");
        Redeemed taken = redeem(card, reward);
        assertThat(problem(nodes.redeem(0, partner, Nodes.of(card, reward, member)))
                        .code())
                .isEqualTo(Code.REWARD_UNAVAILABLE);

        Corrected back = done(correct.reverse(0, taken.transactionId(), null));

        assertThat(back.event()).isEqualTo("staff_reversed_redemption");
        assertThat(back.points()).isEqualTo(100);
        assertThat(back.rewardId()).isEqualTo(reward);
        assertThat(back.purchaseAmount()).isNull();
        assertThat(remaining(card)).containsExactly("60", "60");
        assertThat(nodes.balance(partner, member, card).lifetimePoints()).isEqualTo(120);
        assertThat(get(nodes.bus(0).ask(new FindReward(partner, reward))).timesRedeemed())
                .isZero();
        assertThat(find(taken.transactionId()).reversedBy()).isEqualTo(back.transactionId());
        assertThat(find(taken.transactionId()).reversedAmount()).isNull();
        assertThat(redeem(card, reward).newBalance()).isEqualTo(20);
    }

    @Test
    void letsPointsThatComeBackTooLateExpireAtOnce() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 100);
        buy(card, "100");
        buy(card, "30");
        Redeemed taken = redeem(card, reward);
        POSTGRES.execute("UPDATE ledger.lot SET expires_at = now() - interval '1 second' WHERE account_sequence = 1"
                + " AND card_id = '" + card + "'");

        Corrected back = done(correct.reverse(0, taken.transactionId(), null));

        assertThat(back.balanceAfter()).isEqualTo(130);
        assertThat(back.newBalance()).as("after the expiry").isEqualTo(30);
        assertThat(list().getFirst().event()).isEqualTo("system_expired_points");
        assertThat(remaining(card)).containsExactly("0", "30");
    }

    // The lot's purchase is gone: what comes back pays its debt, and the sum of lots stays the balance.
    @Test
    void holdsWhenTheLotsPurchaseWasReversedMeanwhile() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 80);
        Purchased bought = buy(card, "100");
        Redeemed taken = redeem(card, reward);
        done(correct.reverse(0, bought.transactionId(), null));

        Corrected back = done(correct.reverse(0, taken.transactionId(), null));

        assertThat(back.newBalance()).isZero();
        assertThat(remaining(card)).containsExactly("0");
    }

    @Test
    void refusesWhatCannotBeReversed() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 10);
        Purchased bought = buy(card, "100");
        Redeemed taken = redeem(card, reward);
        Corrected adjusted = done(correct.adjust(card, member, 5));

        assertThat(problem(correct.reverse(0, adjusted.transactionId(), null)).code())
                .isEqualTo(Code.NOT_REVERSIBLE);
        assertThat(problem(correct.reverse(0, taken.transactionId(), "5")).details())
                .hasToString("{errors={amount=[A redemption is given back whole: leave the amount out.]}}");
        assertThat(problem(correct.reverse(0, bought.transactionId(), "100.01")).code())
                .isEqualTo(Code.VALIDATION_FAILED);
        assertThat(problem(correct.reverse(0, bought.transactionId(), "1.001")).code())
                .isEqualTo(Code.VALIDATION_FAILED);
        Corrected back = done(correct.reverse(0, taken.transactionId(), null));
        Corrected reversed = done(correct.reverse(0, bought.transactionId(), null));
        for (TransactionId done : List.of(
                back.transactionId(), reversed.transactionId(), taken.transactionId(), bought.transactionId())) {
            assertThat(problem(correct.reverse(0, done, null)).code()).isEqualTo(Code.NOT_REVERSIBLE);
        }
    }

    // Breaks when a look-up forgets the tenant.
    @Test
    void findsNothingOfAnotherTenantToReverse() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Purchased bought = buy(card, "100");
        var stranger = new Correcting(nodes, Nodes.partner());

        assertThat(problem(stranger.reverse(0, bought.transactionId(), null)))
                .isEqualTo(problem(stranger.reverse(0, new TransactionId(UUID.randomUUID()), null)))
                .isEqualTo(Problem.notFound());
    }

    @Test
    void recordsAReversalThatTakesNoPoints() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Purchased bought = buy(card, "0.50");

        assertThat(done(correct.reverse(0, bought.transactionId(), null)).points())
                .isZero();
        assertThat(problem(correct.reverse(0, bought.transactionId(), null)).code())
                .isEqualTo(Code.NOT_REVERSIBLE);
    }

    @Test
    void adjustsUpWithTheCardsExpiryAndDownToZero() {
        CardId card = nodes.card(partner, Nodes.plainCard());

        Corrected up = done(correct.adjust(card, member, 50));
        Corrected down = done(correct.adjust(card, member, -50));

        assertThat(up.event()).isEqualTo("staff_adjusted_points");
        assertThat(up.pointsExpireAt()).isNotNull();
        assertThat(up.reason()).isEqualTo("goodwill");
        assertThat(down.newBalance()).isZero();
        assertThat(nodes.balance(partner, member, card).lifetimePoints()).isEqualTo(50);
        assertThat(problem(correct.adjust(card, member, -1)).details())
                .containsEntry("balance", 0L)
                .containsEntry("required", 1L)
                .containsEntry("deficit", 1L);
    }

    @Test
    void adjustsOncePerOrderReferenceAndOnADeletedCardNotAtAll() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Corrected first = done(correct.adjust(card, member, 50, "case-1"));

        Problem again = problem(correct.adjust(card, member, 50, "case-1"));
        update(card, "{\"is_active\":false}");
        assertThat(done(correct.adjust(card, member, 1)).newBalance()).isEqualTo(51);
        get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))));

        assertThat(again.code()).isEqualTo(Code.CONFLICT);
        assertThat(again.details())
                .containsEntry("transaction_id", first.transactionId().toString());
        assertThat(problem(correct.adjust(card, member, 1)).details()).containsEntry("field", "card_id");
    }

    // Every correction is an event like any other entry, and says what it reverses.
    @Test
    void tellsWhatItReversesInItsEvent() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Purchased bought = buy(card, "100");
        Corrected reversed = done(correct.reverse(0, bought.transactionId(), "40"));

        assertThat(WaitingEvents.of(POSTGRES, TransactionRecorded.TOPIC))
                .filteredOn(event -> event.get("id")
                        .textValue()
                        .equals(reversed.transactionId().toString()))
                .extracting(event -> event.get("reverses").textValue())
                .containsExactly(bought.transactionId().toString());
    }

    @CanIgnoreReturnValue
    private Purchased buy(CardId card, String amount) {
        return get(nodes.purchase(0, partner, Nodes.of(card, member, amount), null))
                .body();
    }

    @CanIgnoreReturnValue
    private Redeemed redeem(CardId card, RewardId reward) {
        return get(nodes.redeem(0, partner, Nodes.of(card, reward, member))).body();
    }

    private void update(CardId card, String patch) {
        get(nodes.bus(0).command(new UpdateCard(partner, card, new Patch(patch), Nodes.origin(null))));
    }

    private Transaction find(TransactionId id) {
        return get(nodes.bus(0).ask(new FindTransaction(partner, id)));
    }

    private List<Transaction> list() {
        return get(nodes.bus(0)
                        .ask(new ListTransactions(
                                partner,
                                new TransactionFilter(null, null, null, null, null),
                                new Paging(1, 100, null))))
                .items();
    }

    private static List<String> remaining(CardId card) {
        return POSTGRES.query(
                "SELECT remaining FROM ledger.lot WHERE card_id = '" + card + "' ORDER BY account_sequence");
    }

    @CanIgnoreReturnValue
    private static Corrected done(Future<Done<Corrected>> sent) {
        return get(sent).body();
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }
}
