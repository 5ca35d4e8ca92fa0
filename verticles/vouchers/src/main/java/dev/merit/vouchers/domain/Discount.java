package dev.merit.vouchers.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a voucher takes off an order, in minor units. It is never more than the order.
 *
 * @param amount null for a percentage of an order that is not known
 * @param capped whether the voucher's maximum or the order itself cut it
 * @param finalAmount what is left to pay; null when the order is not known
 */
public record Discount(
        @Nullable Long amount, boolean capped, @Nullable Long finalAmount) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** Percentages are rounded half up to the minor unit, once, before anything is cut. */
    public static Discount of(VoucherTerms terms, @Nullable Long order) {
        Long full =
                switch (terms.type()) {
                    case PERCENTAGE -> order == null ? null : share(order, terms.value());
                    case FIXED_AMOUNT -> terms.value().longValueExact();
                    case FREE_PRODUCT, FREE_SHIPPING, BONUS_POINTS -> 0L;
                };
        if (full == null) {
            return new Discount(null, false, null);
        }
        long cut = Math.min(full, least(terms.maxDiscount(), order));
        return new Discount(cut, cut < full, order == null ? null : order - cut);
    }

    private static long share(long order, BigDecimal percent) {
        return BigDecimal.valueOf(order)
                .multiply(percent)
                .divide(HUNDRED, 0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private static long least(@Nullable Long one, @Nullable Long other) {
        return Math.min(one == null ? Long.MAX_VALUE : one, other == null ? Long.MAX_VALUE : other);
    }
}
