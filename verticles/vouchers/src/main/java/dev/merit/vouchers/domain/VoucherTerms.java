package dev.merit.vouchers.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A voucher as a redemption has to see it. Amounts are in minor units. */
public record VoucherTerms(
        VoucherId id,
        ClubId club,
        String name,
        String code,
        VoucherType type,
        BigDecimal value,
        String currency,
        @Nullable Long maxDiscount,
        @Nullable Long minOrder,
        Validity validity,
        Limits limits,
        Audience audience,
        @Nullable CardId pointsCard,
        boolean isActive) {

    /** How often it may be used; null is without limit. */
    public record Limits(@Nullable Long total, @Nullable Long perMember) {

        /** How often anybody may still use it. */
        public @Nullable Long remaining(long timesUsed) {
            return total == null ? null : Math.max(0, total - timesUsed);
        }
    }

    /**
     * Who may use it.
     *
     * @param tiers empty for everybody
     */
    public record Audience(Set<TierId> tiers, @Nullable Integer newWithinDays, boolean firstOrderOnly) {
        public static final Audience EVERYBODY = new Audience(Set.of(), null, false);

        public Audience {
            tiers = Set.copyOf(tiers);
        }

        /** Whether one has to know what the member is to the partner. */
        public boolean isSelective() {
            return !tiers.isEmpty() || newWithinDays != null || firstOrderOnly;
        }
    }

    /** How many points one use gives. */
    public long points() {
        return type == VoucherType.BONUS_POINTS ? value.longValueExact() : 0;
    }
}
