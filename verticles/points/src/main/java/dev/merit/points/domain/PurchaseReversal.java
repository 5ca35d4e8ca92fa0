package dev.merit.points.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.Details.Earned;
import java.math.BigDecimal;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * What the reversal of a purchase, or of a part of one, takes back. The purchase is reckoned anew for the smaller
 * amount under the rules recorded in its entry, whatever card and tier are like today; what it has earned too much by
 * that is taken back. So parts add up exactly to the whole, in whatever sizes and whatever order they come.
 *
 * @param amount the part of the purchase amount, as exact as its currency
 * @param points taken back; may be 0
 * @param whole whether nothing of the purchase is left
 */
public record PurchaseReversal(BigDecimal amount, long points, boolean whole) {

    /**
     * A purchase as it stands before a reversal.
     *
     * @param earned as recorded in its entry
     * @param amountLeft its amount, less what was taken back of it
     * @param pointsLeft its points, less what was taken back of them
     */
    public record Standing(Earned earned, BigDecimal amountLeft, long pointsLeft) {}

    /**
     * Decides on a part, or on all that is left.
     *
     * @param asked null for all that is left
     * @param errors bad fields that were noted before
     * @return NOT_REVERSIBLE when nothing is left; VALIDATION_FAILED on {@code amount} when it is more than is left, or
     *     has more decimals than the currency
     */
    public static Checked<PurchaseReversal> of(Standing purchase, @Nullable BigDecimal asked, FieldErrors errors) {
        BigDecimal left = purchase.amountLeft();
        if (left.signum() <= 0) {
            return new Checked.Refused<>(errors.problem()
                    .orElseGet(() -> Problem.of(Code.NOT_REVERSIBLE, "This purchase is wholly reversed already.")));
        }
        Earned earned = purchase.earned();
        BigDecimal amount = asked == null ? left : asked;
        int decimals = Math.max(0, Currency.getInstance(earned.currency()).getDefaultFractionDigits());
        errors.require(
                amount.stripTrailingZeros().scale() <= decimals,
                "amount",
                earned.currency() + " has no more than " + decimals + " decimals");
        errors.require(amount.signum() > 0, "amount", "must be greater than 0");
        errors.require(
                amount.compareTo(left) <= 0,
                "amount",
                "must be at most the " + left.toPlainString() + " that are left of this purchase");
        return errors.checked(() -> part(purchase, amount.setScale(decimals)));
    }

    private static PurchaseReversal part(Standing purchase, BigDecimal amount) {
        BigDecimal rest = purchase.amountLeft().subtract(amount);
        boolean whole = rest.signum() == 0;
        long earnedByRest = whole ? 0 : earnedBy(purchase.earned(), rest);
        return new PurchaseReversal(amount, purchase.pointsLeft() - earnedByRest, whole);
    }

    /**
     * Below the minimum a purchase would not have been one, and nothing would have been earned: no welcome bonus
     * either.
     */
    private static long earnedBy(Earned earned, BigDecimal amount) {
        EarningRules rules = earned.rules();
        BigDecimal minimum = rules.minPurchaseAmount();
        return minimum != null && amount.compareTo(minimum) < 0
                ? 0
                : Earning.of(rules, amount, earned.multiplier(), false).awarded() + earned.initialBonusPoints();
    }
}
