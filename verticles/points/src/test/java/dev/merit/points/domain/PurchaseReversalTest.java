package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.Details.Earned;
import dev.merit.points.domain.PurchaseReversal.Standing;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PurchaseReversalTest {
    private static final BigDecimal ONE = BigDecimal.ONE;

    @Test
    void takesAllThatIsLeftWhenNoAmountIsGiven() {
        var purchase = bought("25.00", rules(1, "2", null, null, 0), ONE, 0, 12);

        assertThat(reversal(purchase, null)).isEqualTo(new PurchaseReversal(new BigDecimal("25.00"), 12, true));
    }

    // 25.00 at 1 per 2 units earned 12 and 20.00 would have earned 10; a share of 12 × 5 ÷ 25 would be 2.4.
    @Test
    void takesBackWhatTheSmallerAmountWouldNotHaveEarned() {
        var purchase = bought("25.00", rules(1, "2", null, null, 0), ONE, 0, 12);

        assertThat(reversal(purchase, "5.00").points()).isEqualTo(2);
        assertThat(reversal(purchase, "1.00").points())
                .as("24.00 earns 12 as well")
                .isZero();
    }

    // Breaks when each part is rounded by itself: three thirds must not be more or less than the whole.
    @Test
    void addsUpExactlyInWhateverParts() {
        var purchase = bought("10.00", rules(1, "3", null, null, 0), new BigDecimal("1.5"), 0, 4);
        long taken = 0;
        Standing left = purchase;
        for (String part : new String[] {"3.33", "3.33", "3.33"}) {
            PurchaseReversal next = reversal(left, part);
            taken += next.points();
            left = new Standing(
                    left.earned(), left.amountLeft().subtract(next.amount()), left.pointsLeft() - next.points());
        }
        PurchaseReversal last = reversal(left, "0.01");

        assertThat(taken + last.points()).isEqualTo(4);
        assertThat(last.whole()).isTrue();
    }

    // The rules of the entry hold, not those of today: multiplier, cap and minimum are recorded with it.
    @Test
    void keepsToTheCapOfTheTime() {
        var purchase = bought("100.00", rules(1, "1", null, 50L, 0), new BigDecimal("1.5"), 0, 50);

        assertThat(reversal(purchase, "60.00").points())
                .as("40.00 earns 60, capped at 50")
                .isZero();
        assertThat(reversal(purchase, "80.00").points()).as("20.00 earns 30").isEqualTo(20);
    }

    @Test
    void earnsNothingBelowTheMinimumOfTheTime() {
        var purchase = bought("30.00", rules(1, "1", "10.00", null, 0), ONE, 0, 30);

        assertThat(reversal(purchase, "20.00").points()).as("10.00 is enough").isEqualTo(20);
        assertThat(reversal(purchase, "20.01").points()).as("9.99 is not").isEqualTo(30);
    }

    // What is left would have brought the bonus as long as it would have been a purchase.
    @Test
    void leavesTheWelcomeBonusDownToTheMinimum() {
        var purchase = bought("30.00", rules(1, "1", "10.00", null, 500), ONE, 500, 530);

        assertThat(reversal(purchase, "20.00").points()).as("10.00 is enough").isEqualTo(20);
        assertThat(reversal(purchase, "20.01").points()).as("9.99 is not").isEqualTo(530);
        assertThat(reversal(purchase, "30.00").points()).isEqualTo(530);
    }

    @Test
    void leavesTheWelcomeBonusWithTheLastCentWhereThereIsNoMinimum() {
        var purchase = bought("30.00", rules(1, "1", null, null, 500), ONE, 500, 530);

        assertThat(reversal(purchase, "29.99").points()).isEqualTo(30);
    }

    // Taken back below the minimum, it is not taken back a second time.
    @Test
    void takesNothingMoreOfWhatEarnsNothingAnyLonger() {
        var rules = rules(1, "1", "10.00", null, 500);
        var earned = bought("30.00", rules, ONE, 500, 530).earned();

        assertThat(reversal(new Standing(earned, new BigDecimal("9.99"), 0), null))
                .isEqualTo(new PurchaseReversal(new BigDecimal("9.99"), 0, true));
    }

    @Test
    void refusesMoreThanIsLeftAndFinerThanTheCurrency() {
        Standing purchase = new Standing(
                bought("30.00", rules(1, "1", null, null, 0), ONE, 0, 30).earned(), new BigDecimal("10.00"), 10);

        assertThat(problem(purchase, "10.01").details().toString()).contains("amount", "10.00");
        assertThat(problem(purchase, "1.001").details().toString()).contains("amount", "2 decimals");
        assertThat(problem(purchase, "1.001").code()).isEqualTo(Problem.Code.VALIDATION_FAILED);
        assertThat(reversal(purchase, "1.000").amount().toPlainString()).isEqualTo("1.00");
    }

    @Test
    void refusesWhatIsWhollyReversed() {
        Standing purchase = new Standing(
                bought("30.00", rules(1, "1", null, null, 0), ONE, 0, 30).earned(), new BigDecimal("0.00"), 0);

        assertThat(problem(purchase, null).code()).isEqualTo(Problem.Code.NOT_REVERSIBLE);
        assertThat(problem(purchase, "1").code()).isEqualTo(Problem.Code.NOT_REVERSIBLE);
        assertThat(problem(purchase, null).details()).isEqualTo(Map.of());
    }

    private static PurchaseReversal reversal(Standing purchase, @Nullable String amount) {
        return PurchaseReversal.of(purchase, amount == null ? null : new BigDecimal(amount), new FieldErrors())
                .orThrow();
    }

    private static Problem problem(Standing purchase, @Nullable String amount) {
        return ((Checked.Refused<?>) PurchaseReversal.of(
                        purchase, amount == null ? null : new BigDecimal(amount), new FieldErrors()))
                .problem();
    }

    private static Standing bought(String amount, EarningRules rules, BigDecimal multiplier, long bonus, long points) {
        BigDecimal exact = new BigDecimal(amount);
        return new Standing(new Earned(exact, "EUR", 0, 0, bonus, multiplier, rules), exact, points);
    }

    private static EarningRules rules(
            long perUnit, String unit, @Nullable String minimum, @Nullable Long cap, long bonus) {
        return new EarningRules(
                perUnit, new BigDecimal(unit), minimum == null ? null : new BigDecimal(minimum), cap, bonus, 12);
    }
}
