package dev.merit.points.domain;

import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a purchase earns.
 *
 * @param base before tier and cap
 * @param tierBonus what the tier's multiplier added, before the cap
 * @param initialBonus the welcome bonus, which the cap does not touch
 * @param awarded all points of the purchase
 */
public record Earning(long base, long tierBonus, long initialBonus, long awarded) {

    /** A purchase that would earn more is refused: see {@link #isCountable}. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000_000L);

    /**
     * base = ⌊amount × points per currency ÷ unit⌋, one exact rounding; with tier = ⌊base × multiplier⌋; then the cap;
     * then the welcome bonus on the first earning.
     *
     * @param multiplier of the tier held before the purchase; 1 without a tier
     * @param first whether this is the member's first earning on the card
     */
    public static Earning of(EarningRules rules, BigDecimal amount, BigDecimal multiplier, boolean first) {
        long base = quotient(rules, amount).longValueExact();
        long multiplied = BigDecimal.valueOf(base)
                .multiply(multiplier)
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        Long cap = rules.maxPointsPerPurchase();
        long capped = cap == null ? multiplied : Math.min(multiplied, cap);
        long bonus = first ? rules.initialBonusPoints() : 0;
        return new Earning(base, multiplied - base, bonus, capped + bonus);
    }

    /** Whether the points of this amount are a number that an account can hold. */
    public static boolean isCountable(EarningRules rules, BigDecimal amount) {
        return quotient(rules, amount).compareTo(MOST) <= 0;
    }

    private static BigDecimal quotient(EarningRules rules, BigDecimal amount) {
        return amount.multiply(BigDecimal.valueOf(rules.pointsPerCurrency()))
                .divideToIntegralValue(rules.currencyUnitAmount());
    }
}
