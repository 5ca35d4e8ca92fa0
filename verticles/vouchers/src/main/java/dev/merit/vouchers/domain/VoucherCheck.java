package dev.merit.vouchers.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.TierId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a schema cannot say of a voucher: all bad fields at once. */
public final class VoucherCheck {
    /** The most that any amount can be, in minor units. */
    public static final BigDecimal AMOUNT_MAX = BigDecimal.valueOf(1_000_000_000_000L);

    public static final BigDecimal POINTS_MAX = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal PERCENT_MAX = BigDecimal.valueOf(100);
    private static final int PERCENT_DECIMALS = 2;
    public static final int TIERS_MAX = 20;
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9-]{4,32}");
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private VoucherCheck() {}

    /** The fields as they are to be kept, or all that is wrong with them, what was noted before included. */
    public static Checked<VoucherFields> fields(
            VoucherFields fields, String code, String currency, FieldErrors errors) {
        String kept = VoucherCode.kept(code);
        errors.require(
                CODE.matcher(code.strip()).matches(), "code", "must be 4 to 32 letters A to Z, digits and hyphens");
        errors.require(CURRENCIES.contains(currency), "currency", "must be an ISO 4217 code");
        String wrong = wrongValue(fields.type(), fields.value());
        errors.require(wrong == null, "value", String.valueOf(wrong));
        requireCard(errors, fields);
        List<TierId> tiers = fields.targetTierIds();
        errors.require(
                tiers.size() <= TIERS_MAX && Set.copyOf(tiers).size() == tiers.size(),
                "target_tier_ids",
                "must name at most " + TIERS_MAX + " tiers, and each only once");
        errors.require(
                !new Validity(fields.validFrom(), fields.validUntil()).isBackwards(),
                "valid_until",
                "must not be before valid_from");
        return errors.checked(() -> fields.settled(kept, currency, plain(fields.value())));
    }

    private static void requireCard(FieldErrors errors, VoucherFields fields) {
        boolean gives = fields.type() == VoucherType.BONUS_POINTS;
        errors.require(!gives || fields.pointsCardId() != null, "points_card_id", "is required for bonus_points");
        errors.require(gives || fields.pointsCardId() == null, "points_card_id", "is for bonus_points only");
    }

    private static @Nullable String wrongValue(VoucherType type, BigDecimal value) {
        return switch (type) {
            case PERCENTAGE ->
                isWithin(value, PERCENT_MAX, PERCENT_DECIMALS) ? null : "must be 1 to 100, with at most two decimals";
            case FIXED_AMOUNT ->
                isWithin(value, AMOUNT_MAX, 0) ? null : "must be a whole number of minor units, 1 or more";
            case BONUS_POINTS -> isWithin(value, POINTS_MAX, 0) ? null : "must be a whole number of points, 1 or more";
            case FREE_PRODUCT, FREE_SHIPPING -> value.signum() == 0 ? null : "must be 0 for this type";
        };
    }

    private static boolean isWithin(BigDecimal value, BigDecimal max, int decimals) {
        return value.compareTo(BigDecimal.ONE) >= 0
                && value.compareTo(max) <= 0
                && value.stripTrailingZeros().scale() <= decimals;
    }

    /** One way to write each number, so that the same voucher has the same entity tag. */
    private static BigDecimal plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
