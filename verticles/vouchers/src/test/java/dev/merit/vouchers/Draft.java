package dev.merit.vouchers;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A voucher that a test is about to make: without limits, for everybody, and as plain as its type allows. */
final class Draft {
    final ClubId club;
    final VoucherType type;
    final BigDecimal value;

    @Nullable
    String code;

    @Nullable
    String currency;

    @Nullable
    Long maxDiscount;

    @Nullable
    Long minOrder;

    @Nullable
    Instant validFrom;

    @Nullable
    Instant validUntil;

    @Nullable
    Long total;

    @Nullable
    Long perMember;

    List<TierId> tiers = List.of();

    @Nullable
    Integer newWithinDays;

    boolean firstOrderOnly;

    @Nullable
    CardId card;

    boolean isActive = true;

    boolean isVisible;

    private Draft(ClubId club, VoucherType type, String value) {
        this.club = club;
        this.type = type;
        this.value = new BigDecimal(value);
    }

    static Draft of(ClubId club, VoucherType type, String value) {
        return new Draft(club, type, value);
    }

    /** 5.00 off. */
    static Draft fixed(ClubId club) {
        return of(club, VoucherType.FIXED_AMOUNT, "500");
    }

    static Draft points(ClubId club, CardId card, long points) {
        Draft draft = of(club, VoucherType.BONUS_POINTS, Long.toString(points));
        draft.card = card;
        return draft;
    }

    Draft limited(@Nullable Long inTotal, @Nullable Long forEachMember) {
        total = inTotal;
        perMember = forEachMember;
        return this;
    }

    VoucherFields fields() {
        return new VoucherFields(
                club,
                "Voucher",
                null,
                null,
                code,
                type,
                value,
                currency,
                maxDiscount,
                minOrder,
                validFrom,
                validUntil,
                total,
                perMember,
                tiers,
                newWithinDays,
                firstOrderOnly,
                card,
                isActive,
                isVisible);
    }
}
