package dev.merit.vouchers.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One use of a voucher, with all that was true of it then.
 *
 * @param credit the bonus points; null without any
 * @param remainingUses after it; null without a total limit
 * @param voided null while it stands
 */
public record StoredRedemption(
        RedemptionId id,
        VoucherKey voucher,
        MemberId member,
        ClubId club,
        Given given,
        @Nullable Credit credit,
        @Nullable Long remainingUses,
        @Nullable String orderReference,
        String requestId,
        Instant createdAt,
        @Nullable Voided voided) {

    /** What the voucher was and gave, in minor units. */
    public record Given(
            String code,
            VoucherType type,
            String currency,
            @Nullable Long orderAmount,
            @Nullable Long discountAmount) {}

    /** Points that were credited: where, how many, and by which entry. */
    public record Credit(CardId card, long points, TransactionId entry, long entrySequence) {}

    /**
     * That it was voided.
     *
     * @param entry what took the points back; null without any
     */
    public record Voided(
            Instant at, String reason, @Nullable TransactionId entry, String requestId) {}

    /** The same, voided. */
    public StoredRedemption voided(Voided by) {
        return new StoredRedemption(
                id, voucher, member, club, given, credit, remainingUses, orderReference, requestId, createdAt, by);
    }

    public long points() {
        return credit == null ? 0 : credit.points();
    }

    /** The answer to the redemption, whenever it is given. */
    public VoucherRedeemed redeemed() {
        return new VoucherRedeemed(
                voucher.voucher(),
                given.code(),
                given.type(),
                member,
                given.discountAmount(),
                points(),
                remainingUses,
                id);
    }

    /** The redemption as lists show it. */
    public VoucherRedemption listed() {
        return new VoucherRedemption(
                id,
                voucher.voucher(),
                given.code(),
                given.type(),
                member,
                given.currency(),
                given.orderAmount(),
                given.discountAmount(),
                points(),
                orderReference,
                credit == null ? null : credit.entry(),
                voided != null,
                voided == null ? null : voided.at(),
                voided == null ? null : voided.reason(),
                voided == null ? null : voided.entry(),
                createdAt);
    }
}
