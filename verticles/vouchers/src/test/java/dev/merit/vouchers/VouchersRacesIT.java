package dev.merit.vouchers;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.UpdateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemption;
import dev.merit.platform.Json;
import dev.merit.platform.pg.PgProblems;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Races for uses, over two nodes on one database. */
class VouchersRacesIT {
    private static final int ROUNDS = 300;
    private static final int MEMBERS = 40;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final ClubId club = Nodes.club();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when uses are counted without a lock that spans members, or the answer tells another moment's count. */
    @Test
    void holdsTheTotalLimitOverManyMembersAndTellsEachUseItsOwnNumber() {
        for (int round = 0; round < ROUNDS; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(10L, null));

            List<Object> outcomes = twiceEach(members(), voucher.id());

            List<VoucherRedeemed> done = redeemed(outcomes);
            assertThat(done).as("round %d", round).hasSize(10);
            assertThat(done.stream().map(VoucherRedeemed::remainingUses))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, 10).boxed().toList());
            assertThat(reasons(outcomes)).containsOnly("USED_UP").hasSize(2 * MEMBERS - 10);
        }
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /**
     * Breaks when a member's uses are read before the voucher's lock is held: there may be no row of its own to lock.
     */
    @Test
    void holdsTheLimitOfOneMemberHoweverManyTillsAsk() {
        Voucher known = nodes.voucher(partner, Draft.fixed(club));
        for (int round = 0; round < ROUNDS; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(null, 1L));
            MemberId member = Nodes.member();
            // Known already: else the enrolment, which is a row of its own, would hold the second one up.
            VoucherRedeemed unused =
                    get(nodes.redeem(round, partner, known.id(), member)).body();

            List<Object> outcomes = Nodes.settle(IntStream.range(0, 30)
                    .mapToObj(node -> nodes.redeem(node, partner, voucher.id(), member))
                    .toList());

            assertThat(redeemed(outcomes)).as("round %d", round).hasSize(1);
            assertThat(reasons(outcomes)).containsOnly("MEMBER_LIMIT").hasSize(29);
        }
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /** Breaks on write skew: each of the two limits holds by itself while both together do not. */
    @Test
    void holdsBothLimitsTogether() {
        for (int round = 0; round < ROUNDS; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(10L, 1L));

            List<Object> outcomes = twiceEach(members(), voucher.id());

            List<VoucherRedeemed> done = redeemed(outcomes);
            assertThat(done).as("round %d", round).hasSize(10);
            Map<MemberId, Long> perMember =
                    done.stream().collect(Collectors.groupingBy(VoucherRedeemed::memberId, Collectors.counting()));
            assertThat(perMember.values()).allMatch(uses -> uses == 1);
        }
        Truth.usesAddUp(POSTGRES, partner);
    }

    /** Breaks when the key is looked up before the lock, or written in another transaction than the use. */
    @Test
    void actsOnceForOneIdempotencyKeySentAtOnce() {
        CardId card = nodes.card(partner, club);
        for (int round = 0; round < 50; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 25));
            MemberId member = Nodes.member();
            Repeat repeat = Nodes.repeat("round-" + round + member, "body");
            var command = new RedeemVoucher(
                    partner,
                    voucher.id(),
                    new RedeemVoucherFields(member.toString(), null, null),
                    Nodes.origin(repeat));

            List<Done<VoucherRedeemed>> done =
                    IntStream.range(0, 30).mapToObj(node -> nodes.bus(node).command(command)).toList().stream()
                            .map(each -> get(each))
                            .toList();

            assertThat(done).filteredOn(each -> each.replayed() == null).hasSize(1);
            String first = Json.write(done.getFirst().body());
            assertThat(done).allSatisfy(each -> assertThat(each.replayed() == null ? first : each.replayed())
                    .isEqualTo(first));
            assertThat(balance(member)).isEqualTo("25");
        }
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /** Breaks when the shop's number is looked up before the lock, or two different answers are given for one order. */
    @Test
    void answersOneOrderWithOneRedemptionHoweverOftenItComes() {
        for (int round = 0; round < 50; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(5L, null));
            var fields = new RedeemVoucherFields(Nodes.member().toString(), 2_000L, "order-" + round);

            List<VoucherRedeemed> done = redeemed(Nodes.settle(IntStream.range(0, 20)
                    .mapToObj(node -> nodes.redeem(node, partner, voucher.id(), fields))
                    .toList()));

            assertThat(done).hasSize(20);
            assertThat(done).containsOnly(done.getFirst());
        }
        Truth.usesAddUp(POSTGRES, partner);
    }

    /** Breaks when a redemption decides on terms that were read before the counter's lock was held. */
    @Test
    void putsEachRedemptionBeforeAChangeOrJudgesItByTheChange() {
        for (int round = 0; round < 100; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club));
            List<Future<Done<VoucherRedeemed>>> sent = new ArrayList<>(race(voucher.id(), 10));
            Future<Done<Voucher>> changed = nodes.bus(round)
                    .command(new UpdateVoucher(
                            partner, voucher.id(), new Patch("{\"is_active\":false}"), Nodes.origin(null)));
            sent.addAll(race(voucher.id(), 20));

            List<Object> outcomes = Nodes.settle(sent);

            // The change tells how many came before it: not one may have come behind.
            long before = get(changed).body().timesUsed();
            assertThat(redeemed(outcomes)).as("round %d", round).hasSize((int) before);
            assertThat(reasons(outcomes)).allMatch("INACTIVE"::equals);
        }
        Truth.usesAddUp(POSTGRES, partner);
    }

    /** Breaks when a voucher that is deleted at that moment can still be used. */
    @Test
    void refusesEveryUseOnceTheVoucherIsDeleted() {
        for (int round = 0; round < 60; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club));
            List<Future<Done<VoucherRedeemed>>> sent = new ArrayList<>(race(voucher.id(), 10));
            Future<Done<Deleted>> deleted =
                    nodes.bus(round).command(new DeleteVoucher(partner, voucher.id(), Nodes.origin(null)));
            sent.addAll(race(voucher.id(), 10));
            assertThat(get(deleted).body().deleted()).isTrue();
            sent.addAll(race(voucher.id(), 4));

            List<Object> outcomes = Nodes.settle(sent);

            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(problem -> assertThat(
                            ((Problem) problem).code())
                    .isEqualTo(Code.NOT_FOUND));
            assertThat(redeemed(outcomes.subList(20, 24))).isEmpty();
        }
        Truth.usesAddUp(POSTGRES, partner);
    }

    /** Breaks when the limit is checked against a count that is not held until the change is written. */
    @Test
    void neverLowersTheTotalBelowTheUsesOfTheSameMoment() {
        for (int round = 0; round < 100; round++) {
            Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(30L, null));
            List<Future<Done<VoucherRedeemed>>> sent = new ArrayList<>(race(voucher.id(), 8));
            Future<Done<Voucher>> lowered = nodes.bus(round)
                    .command(new UpdateVoucher(
                            partner, voucher.id(), new Patch("{\"max_uses_total\":5}"), Nodes.origin(null)));
            sent.addAll(race(voucher.id(), 8));

            int uses = redeemed(Nodes.settle(sent)).size();

            Object outcome = Nodes.settle(List.of(lowered)).getFirst();
            if (outcome instanceof Voucher changed) {
                assertThat(changed.timesUsed()).isLessThanOrEqualTo(5);
                assertThat(uses).isEqualTo(5);
            } else {
                assertThat(((Problem) outcome).code()).isEqualTo(Code.VALIDATION_FAILED);
                assertThat(uses).isEqualTo(16);
            }
        }
        Truth.usesAddUp(POSTGRES, partner);
    }

    /** Breaks when a code is checked but not guarded by the database. */
    @Test
    void givesOneCodeToOneVoucherHoweverManyAskForIt() {
        for (int round = 0; round < 30; round++) {
            Draft draft = Draft.fixed(club);
            draft.code = "RACE-" + round;

            List<Object> outcomes = Nodes.settle(IntStream.range(0, 20)
                    .mapToObj(node ->
                            nodes.bus(node).command(new CreateVoucher(partner, draft.fields(), -1, Nodes.origin(null))))
                    .toList());

            assertThat(outcomes).filteredOn(Voucher.class::isInstance).hasSize(1);
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(problem -> assertThat(
                            ((Problem) problem).code())
                    .isEqualTo(Code.CONFLICT));
        }
    }

    /**
     * Breaks when vouchers and purchases lock accounts and counters in different orders: somebody would see a deadlock.
     */
    @Test
    void surfacesNoDeadlockBetweenPairsInOppositeOrder() {
        var shop = new Shop(nodes);
        CardId one = nodes.card(partner, club);
        CardId other = nodes.card(partner, club);
        Voucher first = nodes.voucher(partner, Draft.points(club, one, 10));
        Voucher second = nodes.voucher(partner, Draft.points(club, other, 10));
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sent.add(nodes.redeem(i, partner, i % 2 == 0 ? first.id() : second.id(), member));
                sent.add(purchase(shop, member, i % 2 == 0 ? other : one));
                sent.add(nodes.redeem(i, partner, i % 2 == 0 ? second.id() : first.id(), member));
            }
            sent.forEach(each -> assertThat(each).isNotNull());

            sent.forEach(each -> {
                Object unused = get(each);
            });

            assertThat(balance(member)).as("round %d", round).isEqualTo("84");
        }
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /** Breaks when a void may run twice, or its use comes back without its points having gone. */
    @Test
    void voidsARedemptionOnceHoweverManyTillsAsk() {
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 25).limited(ROUNDS * 2L, null));
        for (int round = 0; round < 50; round++) {
            MemberId member = Nodes.member();
            VoucherRedeemed redeemed =
                    get(nodes.redeem(round, partner, voucher.id(), member)).body();

            List<Object> outcomes = Nodes.settle(IntStream.range(0, 20)
                    .mapToObj(node -> nodes.undo(node, partner, redeemed.redemptionId()))
                    .toList());

            assertThat(outcomes).filteredOn(VoucherRedemption.class::isInstance).hasSize(1);
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(problem -> assertThat(
                            ((Problem) problem).code())
                    .isEqualTo(Code.NOT_REVERSIBLE));
            assertThat(balance(member)).isEqualTo("0");
        }
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /** A purchase by another party, which begins anew when a voucher opened the account at the same moment. */
    private Future<?> purchase(Shop shop, MemberId member, CardId card) {
        return shop.purchase(Shop.account(partner, member, card), club, 1)
                .recover(failure -> PgProblems.isRetriable(failure)
                        ? purchase(shop, member, card).mapEmpty()
                        : Future.failedFuture(failure));
    }

    private String balance(MemberId member) {
        return POSTGRES.query("SELECT sum(balance) FROM audit.v_balance WHERE member_id = '" + member + "'")
                .getFirst();
    }

    private List<Object> twiceEach(List<MemberId> members, VoucherId voucher) {
        return Nodes.settle(IntStream.range(0, 2 * MEMBERS)
                .mapToObj(i -> nodes.redeem(i / 3, partner, voucher, members.get(i % MEMBERS)))
                .toList());
    }

    private List<Future<Done<VoucherRedeemed>>> race(VoucherId voucher, int count) {
        return IntStream.range(0, count)
                .mapToObj(node -> nodes.redeem(node, partner, voucher, Nodes.member()))
                .toList();
    }

    private static List<MemberId> members() {
        return IntStream.range(0, MEMBERS).mapToObj(i -> Nodes.member()).toList();
    }

    private static List<VoucherRedeemed> redeemed(List<Object> outcomes) {
        return outcomes.stream()
                .filter(VoucherRedeemed.class::isInstance)
                .map(VoucherRedeemed.class::cast)
                .toList();
    }

    private static List<String> reasons(List<Object> outcomes) {
        return outcomes.stream()
                .filter(Problem.class::isInstance)
                .map(problem -> Objects.toString(((Problem) problem).details().get("reason")))
                .toList();
    }
}
