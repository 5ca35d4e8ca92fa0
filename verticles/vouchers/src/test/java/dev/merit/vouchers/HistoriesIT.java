package dev.merit.vouchers;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.testing.PostgresFixture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Random histories of redeeming, voiding and spending against a model that any reader can check by eye. */
class HistoriesIT {
    private static final int STEPS = 2_500;
    private static final long POINTS = 30;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** What one partner's vouchers are, written down in the most simple way. */
    private static final class Model {
        private record Use(VoucherId voucher, MemberId member, long points) {}

        private final Map<RedemptionId, Use> standing = new HashMap<>();
        private final Map<MemberId, Long> balances = new HashMap<>();

        String verdict(Voucher voucher, MemberId member) {
            Long total = voucher.maxUsesTotal();
            Long perMember = voucher.maxUsesPerMember();
            if (total != null && uses(voucher) >= total) {
                return "USED_UP";
            }
            long own = standing.values().stream()
                    .filter(use ->
                            use.voucher().equals(voucher.id()) && use.member().equals(member))
                    .count();
            return perMember != null && own >= perMember ? "MEMBER_LIMIT" : "OK";
        }

        long uses(Voucher voucher) {
            return standing.values().stream()
                    .filter(use -> use.voucher().equals(voucher.id()))
                    .count();
        }

        void redeem(Voucher voucher, VoucherRedeemed redeemed) {
            standing.put(redeemed.redemptionId(), new Use(voucher.id(), redeemed.memberId(), redeemed.pointsAwarded()));
            balances.merge(redeemed.memberId(), redeemed.pointsAwarded(), Long::sum);
        }

        void undo(RedemptionId redemption) {
            Use use = standing.remove(redemption);
            if (use != null) {
                balances.merge(use.member(), -use.points(), Long::sum);
            }
        }
    }

    /** Breaks when uses or points differ from what the history says: limits, voids, debts, and what pays them off. */
    @Test
    void followsAModelThroughARandomHistory() {
        long seed = System.nanoTime();
        var chance = new Random(seed);
        PartnerId partner = Nodes.partner();
        ClubId club = Nodes.club();
        try (var nodes = new Nodes(POSTGRES, 2)) {
            var shop = new Shop(nodes);
            CardId card = nodes.card(partner, club);
            List<Voucher> vouchers = List.of(
                    nodes.voucher(partner, Draft.points(club, card, POINTS).limited(40L, 3L)),
                    nodes.voucher(partner, Draft.points(club, card, POINTS).limited(null, 10L)),
                    nodes.voucher(partner, Draft.fixed(club).limited(25L, null)),
                    nodes.voucher(partner, Draft.fixed(club).limited(60L, 2L)));
            List<MemberId> members =
                    IntStream.range(0, 12).mapToObj(i -> Nodes.member()).toList();
            List<RedemptionId> known = new ArrayList<>();
            var model = new Model();

            for (int step = 0; step < STEPS; step++) {
                MemberId member = members.get(chance.nextInt(members.size()));
                int what = chance.nextInt(10);
                String at = "seed " + seed + ", step " + step;
                if (what < 6) {
                    Voucher voucher = vouchers.get(chance.nextInt(vouchers.size()));
                    Object outcome = Nodes.settle(List.of(nodes.redeem(step, partner, voucher.id(), member)))
                            .getFirst();
                    assertThat(verdict(outcome)).as(at).isEqualTo(model.verdict(voucher, member));
                    if (outcome instanceof VoucherRedeemed redeemed) {
                        model.redeem(voucher, redeemed);
                        known.add(redeemed.redemptionId());
                        Long total = voucher.maxUsesTotal();
                        assertThat(redeemed.remainingUses())
                                .as(at)
                                .isEqualTo(total == null ? null : (Long) (total - model.uses(voucher)));
                    }
                } else if (what < 9 && !known.isEmpty()) {
                    RedemptionId redemption = known.get(chance.nextInt(known.size()));
                    Object outcome = Nodes.settle(List.of(nodes.undo(step, partner, redemption)))
                            .getFirst();
                    assertThat(outcome instanceof Problem).as(at).isEqualTo(!model.standing.containsKey(redemption));
                    model.undo(redemption);
                } else {
                    get(shop.spendAll(Shop.account(partner, member, card), club));
                    model.balances.computeIfPresent(member, (who, balance) -> Math.min(0, balance));
                }
            }

            for (MemberId member : members) {
                assertThat(POSTGRES.query("SELECT balance FROM audit.v_balance WHERE member_id = '" + member + "'"))
                        .as("seed " + seed)
                        .containsExactly(Long.toString(model.balances.getOrDefault(member, 0L)));
            }
            Truth.usesAddUp(POSTGRES, partner);
            Truth.ledgerTiesOut(POSTGRES, partner);
        }
    }

    private static String verdict(Object outcome) {
        return outcome instanceof Problem problem
                ? String.valueOf(problem.details().get("reason"))
                : "OK";
    }
}
