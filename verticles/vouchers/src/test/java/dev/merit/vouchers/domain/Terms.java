package dev.merit.vouchers.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.vouchers.domain.VoucherTerms.Audience;
import dev.merit.vouchers.domain.VoucherTerms.Limits;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Vouchers for tests of the rules: open to everybody but for what a test says. */
final class Terms {
    static final CardId CARD = new CardId(UUID.randomUUID());
    static final ClubId CLUB = new ClubId(UUID.randomUUID());

    private VoucherType type = VoucherType.FIXED_AMOUNT;
    private BigDecimal value = BigDecimal.valueOf(500);

    private @Nullable Long maxDiscount;
    private @Nullable Long minOrder;
    private Validity validity = new Validity(null, null);
    private Limits limits = new Limits(null, null);
    private Audience audience = Audience.EVERYBODY;
    private boolean isActive = true;

    static Terms of(VoucherType type, String value) {
        var terms = new Terms();
        terms.type = type;
        terms.value = new BigDecimal(value);
        return terms;
    }

    static Terms plain() {
        return new Terms();
    }

    Terms maxDiscount(@Nullable Long amount) {
        maxDiscount = amount;
        return this;
    }

    Terms minOrder(long amount) {
        minOrder = amount;
        return this;
    }

    Terms validity(Validity when) {
        validity = when;
        return this;
    }

    Terms limits(@Nullable Long total, @Nullable Long perMember) {
        limits = new Limits(total, perMember);
        return this;
    }

    Terms audience(Audience who) {
        audience = who;
        return this;
    }

    Terms inactive() {
        isActive = false;
        return this;
    }

    VoucherTerms build() {
        return new VoucherTerms(
                new VoucherId(UUID.randomUUID()),
                CLUB,
                "Voucher",
                "CODE",
                type,
                value,
                "EUR",
                maxDiscount,
                minOrder,
                validity,
                limits,
                audience,
                type == VoucherType.BONUS_POINTS ? CARD : null,
                isActive);
    }
}
