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
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Money races, over two nodes on one database. */
class PointsRacesIT {
    private static final int ROUNDS = 300;
    private static final int CALLERS = 50;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when the balance is read without the account's lock, or decided before the lock is held. */
    @Test
    void spendsABalanceForOneRewardOnceHoweverManyTillsAsk() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 100);
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            Done<Purchased> bought = get(nodes.purchase(round, partner, Nodes.of(card, member, "100"), null));
            assertThat(bought.body().newBalance()).isEqualTo(100);

            List<Object> outcomes = together(node -> nodes.redeem(node, partner, Nodes.of(card, reward, member)));

            assertThat(outcomes)
                    .as("round %d", round)
                    .filteredOn(Redeemed.class::isInstance)
                    .hasSize(1);
            assertThat(outcomes)
                    .filteredOn(Problem.class::isInstance)
                    .hasSize(CALLERS - 1)
                    .allSatisfy(refusal ->
                            assertThat(((Problem) refusal).code()).isEqualTo(Problem.Code.INSUFFICIENT_BALANCE));
            assertThat(nodes.balance(partner, member, card).balance()).isZero();
        }
        assertLedgerTiesOut(partner);
    }

    /** Breaks when a row that is not there yet is trusted to lock anything. */
    @Test
    void redeemsNothingForAMemberWithoutAnAccount() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 100);
        MemberId member = Nodes.member();

        List<Object> outcomes = together(node -> nodes.redeem(node, partner, Nodes.of(card, reward, member)));

        assertThat(outcomes).allSatisfy(outcome -> assertThat(((Problem) outcome).code())
                .isEqualTo(Problem.Code.INSUFFICIENT_BALANCE));
        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.account WHERE member_id = '" + member + "'"))
                .isZero();
    }

    /** Breaks when two nodes may both add the missing account, or when the loser of that race is not tried again. */
    @Test
    void makesOneAccountAndGivesOneWelcomeBonusInARaceOfFirstPurchases() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.card(25));
        for (int round = 0; round < 20; round++) {
            MemberId member = Nodes.member();

            List<Object> outcomes = together(node -> nodes.purchase(node, partner, Nodes.of(card, member, "10"), null));

            assertThat(outcomes).allMatch(Purchased.class::isInstance);
            assertThat(outcomes)
                    .filteredOn(outcome -> ((Purchased) outcome).initialBonusPoints() == 25)
                    .hasSize(1);
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(CALLERS * 10L + 25);
            assertThat(sequencesOf(member))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, CALLERS)
                            .mapToObj(String::valueOf)
                            .toList());
        }
        assertLedgerTiesOut(partner);
    }

    /** Breaks when what was seen of an account without a lock is booked although another node has booked meanwhile. */
    @Test
    void booksPurchasesAndRedemptionsOfOneMemberOnTwoNodesOneBehindTheOther() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 3);
        for (int round = 0; round < 50; round++) {
            MemberId member = Nodes.member();
            get(nodes.purchase(round, partner, Nodes.of(card, member, "100"), null));

            List<Future<? extends Done<?>>> sent = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                sent.add(
                        i % 10 == 7
                                ? nodes.redeem(i / 2, partner, Nodes.of(card, reward, member))
                                : nodes.purchase(i, partner, Nodes.of(card, member, "1"), null));
            }
            List<Object> outcomes = settle(sent);

            assertThat(outcomes).as("round %d", round).noneMatch(Problem.class::isInstance);
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(100 + 45 - 5 * 3);
            assertThat(sequencesOf(member))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, CALLERS + 1)
                            .mapToObj(String::valueOf)
                            .toList());
        }
        assertLedgerTiesOut(partner);
    }

    /** Breaks when the usual purchase takes a transaction, which is slower; see ADR 28. */
    @Test
    void writesAPurchaseOfAnOpenAccountWithOneStatement() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        MemberId member = Nodes.member();
        get(nodes.purchase(0, partner, Nodes.of(card, member, "1"), null));
        // A lane that has just met another node takes locks for a second.
        Awaitility.await().untilAsserted(() -> {
            get(nodes.purchase(0, partner, Nodes.of(card, member, "2"), Nodes.repeat("x" + System.nanoTime(), "b")));
            assertThat(POSTGRES.query("SELECT left(query, 40) FROM pg_stat_activity WHERE application_name = 'merit'"
                            + " ORDER BY state_change DESC LIMIT 1"))
                    .allMatch(query -> query.startsWith("WITH w0 AS (INSERT INTO ledger.entry"));
        });
    }

    /** Breaks when the key is looked up before the lock, kept in memory, or written in another transaction. */
    @Test
    void actsOnceForOneIdempotencyKeySentFiftyTimesAtOnce() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            boolean hasAccount = round % 2 == 0;
            if (hasAccount) {
                get(nodes.purchase(round, partner, Nodes.of(card, member, "1"), null));
            }
            Repeat repeat = Nodes.repeat("round-" + round + member, "body");

            List<Done<Purchased>> done = IntStream.range(0, CALLERS)
                    .mapToObj(node -> nodes.purchase(node, partner, Nodes.of(card, member, "12.34"), repeat))
                    .toList()
                    .stream()
                    .map(each -> get(each))
                    .toList();

            assertThat(done).filteredOn(each -> each.replayed() == null).hasSize(1);
            String first = Json.write(done.getFirst().body());
            assertThat(done).allSatisfy(each -> {
                assertThat(Json.write(each.body())).isEqualTo(first);
                assertThat(each.replayed() == null ? first : each.replayed()).isEqualTo(first);
            });
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(hasAccount ? 13 : 12);
        }
        assertLedgerTiesOut(partner);
    }

    /** Breaks when a total limit is counted without a lock that spans members. */
    @Test
    void holdsARewardsTotalLimitOverManyMembers() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        for (int round = 0; round < 30; round++) {
            RewardId reward = Limited.reward(nodes.bus(0), partner, card, 10, 1);
            List<MemberId> members =
                    IntStream.range(0, 20).mapToObj(i -> Nodes.member()).toList();
            members.forEach(member -> assertThat(get(nodes.purchase(0, partner, Nodes.of(card, member, "500"), null))
                            .body()
                            .newBalance())
                    .isEqualTo(500));

            List<Object> outcomes = settle(IntStream.range(0, 40)
                    .mapToObj(i -> nodes.redeem(i / 3, partner, Nodes.of(card, reward, members.get(i / 2))))
                    .toList());

            assertThat(outcomes).filteredOn(Redeemed.class::isInstance).hasSize(10);
            Map<Object, Long> perMember = outcomes.stream()
                    .filter(Redeemed.class::isInstance)
                    .collect(Collectors.groupingBy(taken -> ((Redeemed) taken).memberId(), Collectors.counting()));
            assertThat(perMember.values()).allMatch(taken -> taken == 1);
        }
        assertLedgerTiesOut(partner);
    }

    /** Breaks when the shop's number is checked but not guarded by the database. */
    @Test
    void booksOneOrderReferenceOnceUnderManyIdempotencyKeys() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        for (int round = 0; round < 30; round++) {
            String reference = "order-" + round;

            List<Object> outcomes = together(node -> nodes.purchase(
                    node,
                    partner,
                    new dev.merit.contracts.points.PointsRequest.PurchaseFields(
                            card,
                            Nodes.member().toString(),
                            new java.math.BigDecimal("10"),
                            null,
                            null,
                            reference,
                            null),
                    null));

            assertThat(outcomes).filteredOn(Purchased.class::isInstance).hasSize(1);
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> assertThat(
                            ((Problem) refusal).code())
                    .isEqualTo(Problem.Code.CONFLICT));
        }
    }

    private interface Caller {
        Future<? extends Done<?>> call(int node);
    }

    private static List<Object> together(Caller caller) {
        return settle(IntStream.range(0, CALLERS).mapToObj(caller::call).toList());
    }

    /** The bodies of what was done and the problems of what was refused. */
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

    private static List<String> sequencesOf(MemberId member) {
        return POSTGRES.query("SELECT account_sequence FROM audit.v_ledger WHERE member_id = '" + member
                + "' ORDER BY account_sequence");
    }

    /** E3: balance = sum of entries = what is left in lots; and every entry has its event (E4). */
    private static void assertLedgerTiesOut(PartnerId partner) {
        assertThat(POSTGRES.query("""
                SELECT b.member_id
                  FROM audit.v_balance b
                 WHERE b.partner_id = '%s'
                   AND (b.balance <> (SELECT sum(points) FROM audit.v_ledger l
                                       WHERE l.partner_id = b.partner_id AND l.member_id = b.member_id
                                         AND l.card_id = b.card_id)
                    OR  b.balance <> (SELECT coalesce(sum(remaining), 0) FROM ledger.lot l
                                       WHERE l.partner_id = b.partner_id AND l.member_id = b.member_id
                                         AND l.card_id = b.card_id))
                """.formatted(Objects.requireNonNull(partner))))
                .isEmpty();
        assertThat(POSTGRES.query("""
                SELECT entry_id FROM audit.v_ledger WHERE partner_id = '%s'
                EXCEPT
                SELECT event_id FROM audit.v_outbox
                """.formatted(partner))).isEmpty();
    }
}
