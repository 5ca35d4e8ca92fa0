package dev.merit.points;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.FindReward;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Corrections of one thing by many at once, over two nodes on one database. */
class CorrectionRacesIT {
    private static final int ROUNDS = 50;
    private static final int CALLERS = 20;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final Correcting correct = new Correcting(nodes, partner);
    private final CardId card = nodes.card(partner, Nodes.plainCard());

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when earlier reversals are read before the account is locked, or those of the same batch are not seen. */
    @Test
    void reversesAPurchaseOnceHoweverManyAsk() {
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            TransactionId bought = buy(member, "100");

            List<Object> outcomes = together(node -> correct.reverse(node, bought, null));

            assertOneOf(outcomes);
            assertThat(nodes.balance(partner, member, card).balance()).isZero();
        }
        assertLedgerTiesOut();
    }

    /** Breaks when two parts are both reckoned from the same rest. */
    @Test
    void addsPartsThatRunSideBySideUpExactly() {
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            TransactionId bought = buy(member, "99.95");

            // Twenty times 7.77 is more than there is: twelve fit, and the rest is refused.
            List<Object> outcomes = together(node -> correct.reverse(node, bought, "7.77"));
            Corrected rest = get(correct.reverse(1, bought, null)).body();

            List<Corrected> parts = outcomes.stream()
                    .filter(Corrected.class::isInstance)
                    .map(Corrected.class::cast)
                    .toList();
            assertThat(parts).hasSize(12);
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> assertThat(
                            ((Problem) refusal).code())
                    .isEqualTo(Problem.Code.VALIDATION_FAILED));
            assertThat(rest.purchaseAmount()).isEqualTo(new BigDecimal("6.71"));
            assertThat(parts.stream().mapToLong(Corrected::points).sum() + rest.points())
                    .isEqualTo(-99);
            assertThat(nodes.balance(partner, member, card).lifetimePoints()).isZero();
        }
        assertLedgerTiesOut();
    }

    /** Breaks when points of one redemption come back twice, or its use is given back twice. */
    @Test
    void givesARedemptionBackOnceHoweverManyAsk() {
        RewardId reward = nodes.reward(partner, card, 100);
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            var unused = buy(member, "100");
            TransactionId taken = get(nodes.redeem(0, partner, Nodes.of(card, reward, member)))
                    .body()
                    .transactionId();

            List<Object> outcomes = together(node -> correct.reverse(node, taken, null));

            assertOneOf(outcomes);
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(100);
        }
        assertThat(get(nodes.bus(0).ask(new FindReward(partner, reward))).timesRedeemed())
                .isZero();
        assertLedgerTiesOut();
    }

    /**
     * Breaks when a purchase and the redemption of its points, both taken back at once, leave lots and balance apart.
     */
    @Test
    void holdsWhenAPurchaseAndItsRedemptionAreReversedSideBySide() {
        RewardId reward = nodes.reward(partner, card, 80);
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            TransactionId bought = buy(member, "100");
            TransactionId taken = get(nodes.redeem(0, partner, Nodes.of(card, reward, member)))
                    .body()
                    .transactionId();

            List<Object> outcomes = settle(List.of(
                    correct.reverse(0, bought, null),
                    correct.reverse(1, taken, null),
                    nodes.purchase(0, partner, Nodes.of(card, member, "7"), null)));

            assertThat(outcomes).noneMatch(Problem.class::isInstance);
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(7);
        }
        assertLedgerTiesOut();
    }

    /** Breaks when a repeat is judged before it is looked up: the second would be told NOT_REVERSIBLE. */
    @Test
    void answersARepeatWithTheSameBytesOnAnyNode() {
        TransactionId bought = buy(Nodes.member(), "100");
        Repeat repeat = Nodes.repeat("reverse-" + bought, "body");

        List<Done<Corrected>> done =
                IntStream.range(0, CALLERS)
                        .mapToObj(node -> correct.reverseOnce(node, bought, repeat))
                        .toList()
                        .stream()
                        .map(each -> get(each))
                        .toList();

        assertThat(done).filteredOn(each -> each.replayed() == null).hasSize(1);
        String first = Json.write(done.getFirst().body());
        assertThat(done).allSatisfy(each -> assertThat(each.replayed() == null ? first : each.replayed())
                .isEqualTo(first));
    }

    private interface Caller {
        Future<? extends Done<?>> call(int node);
    }

    private static List<Object> together(Caller caller) {
        return settle(IntStream.range(0, CALLERS).mapToObj(caller::call).toList());
    }

    private static List<Object> settle(List<? extends Future<? extends Done<?>>> sent) {
        return sent.stream()
                .<Object>map(each -> {
                    try {
                        return get(each).body();
                    } catch (ProblemException refusal) {
                        return refusal.problem();
                    }
                })
                .toList();
    }

    private static void assertOneOf(List<Object> outcomes) {
        assertThat(outcomes).filteredOn(Corrected.class::isInstance).hasSize(1);
        assertThat(outcomes)
                .filteredOn(Problem.class::isInstance)
                .hasSize(CALLERS - 1)
                .allSatisfy(refusal -> assertThat(((Problem) refusal).code()).isEqualTo(Problem.Code.NOT_REVERSIBLE));
    }

    private TransactionId buy(MemberId member, String amount) {
        Done<Purchased> bought = get(nodes.purchase(0, partner, Nodes.of(card, member, amount), null));
        return bought.body().transactionId();
    }

    /** Balance = sum of entries, and what is left in lots is the balance or, in debt, nothing. */
    private void assertLedgerTiesOut() {
        assertThat(POSTGRES.query("""
                SELECT b.member_id
                  FROM audit.v_balance b
                 WHERE b.partner_id = '%s'
                   AND (b.balance <> (SELECT sum(points) FROM audit.v_ledger l
                                       WHERE l.partner_id = b.partner_id AND l.member_id = b.member_id
                                         AND l.card_id = b.card_id)
                    OR  greatest(0, b.balance) <> (SELECT coalesce(sum(remaining), 0) FROM ledger.lot l
                                       WHERE l.partner_id = b.partner_id AND l.member_id = b.member_id
                                         AND l.card_id = b.card_id))
                """.formatted(Objects.requireNonNull(partner))))
                .isEmpty();
    }
}
