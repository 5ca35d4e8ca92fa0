package dev.merit.contracts.vouchers;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Command;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Page;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.Request;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.VoucherId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of vouchers: the vouchers themselves, whether one is valid, and its redemptions. */
public sealed interface VouchersRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("vouchers", Duration.ofSeconds(3));

    @Override
    default Address address() {
        return ADDRESS;
    }

    /** {@code q} is a part of the name or of the code. */
    record ListVouchers(
            PartnerId partner,
            @Nullable ClubId club,
            @Nullable String q,
            @Nullable Boolean isActive,
            Paging paging) implements VouchersRequest<VoucherPage> {}

    record FindVoucher(PartnerId partner, VoucherId voucher) implements VouchersRequest<Voucher> {}

    /**
     * NOT_FOUND on {@code club_id}, {@code points_card_id} or {@code target_tier_ids}; CONFLICT when the code is taken;
     * LIMIT_REACHED when the partner already has {@code limit} vouchers (-1: no limit).
     */
    record CreateVoucher(PartnerId partner, VoucherFields fields, int limit, Origin origin)
            implements VouchersRequest<Voucher>, Command<Voucher> {}

    /** As {@link CreateVoucher}; VALIDATION_FAILED for a total limit below the uses there are. */
    record UpdateVoucher(PartnerId partner, VoucherId voucher, Patch patch, Origin origin)
            implements VouchersRequest<Voucher>, Command<Voucher> {}

    /** Hides the voucher and refuses new use; its redemptions can still be voided, and its code is free again. */
    record DeleteVoucher(PartnerId partner, VoucherId voucher, Origin origin)
            implements VouchersRequest<Deleted>, Command<Deleted> {}

    /** Asks how many vouchers hang on a club. */
    record CountVouchers(PartnerId partner, ClubId club) implements VouchersRequest<VoucherCount> {}

    /**
     * Asks whether a member may redeem a code now, and what it would give. It changes nothing. NOT_FOUND on {@code
     * member_identifier} or {@code club_id}; ACCOUNT_INACTIVE.
     */
    record ValidateVoucher(PartnerId partner, ValidateFields fields, Origin origin)
            implements VouchersRequest<VoucherValidated>, Command<VoucherValidated> {}

    /** NOT_FOUND, also on {@code member_identifier}; VOUCHER_INVALID with {@code reason}; ACCOUNT_INACTIVE. */
    record RedeemVoucher(PartnerId partner, VoucherId voucher, RedeemVoucherFields fields, Origin origin)
            implements VouchersRequest<VoucherRedeemed>, Command<VoucherRedeemed> {}

    /** Gives the use back and takes the bonus points back; NOT_REVERSIBLE the second time. */
    record VoidRedemption(PartnerId partner, RedemptionId redemption, String reason, Origin origin)
            implements VouchersRequest<VoucherRedemption>, Command<VoucherRedemption> {}

    record ListRedemptions(
            PartnerId partner, VoucherId voucher, @Nullable String memberIdentifier, Paging paging)
            implements VouchersRequest<VoucherRedemptionPage> {}

    /** What a voucher gives. */
    enum VoucherType {
        /** A share of the order. */
        @JsonProperty("percentage")
        PERCENTAGE,
        /** An amount in minor units. */
        @JsonProperty("fixed_amount")
        FIXED_AMOUNT,
        /** Something the till knows about. */
        @JsonProperty("free_product")
        FREE_PRODUCT,
        @JsonProperty("free_shipping")
        FREE_SHIPPING,
        /** Points on a card. */
        @JsonProperty("bonus_points")
        BONUS_POINTS;

        /** The name in the API, in events and in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a voucher cannot be redeemed, in the order in which it is looked for. */
    enum Reason {
        UNKNOWN_CODE,
        WRONG_CLUB,
        INACTIVE,
        NOT_STARTED,
        EXPIRED,
        USED_UP,
        MEMBER_LIMIT,
        MIN_ORDER,
        TIER,
        NOT_NEW_MEMBER,
        NOT_FIRST_ORDER
    }

    /**
     * The writable fields of a voucher. Amounts are in minor units.
     *
     * @param code null to have one made; upper case
     * @param value per cent with two decimals, minor units or points, as the type has it; else 0
     * @param currency null for the club's
     * @param targetTierIds members of these tiers only; empty for everybody
     * @param pointsCardId the card that bonus points go to
     */
    record VoucherFields(
            ClubId clubId,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String code,
            VoucherType type,
            BigDecimal value,
            @Nullable String currency,
            @Nullable Long maxDiscountAmount,
            @Nullable Long minOrderAmount,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable Long maxUsesTotal,
            @Nullable Long maxUsesPerMember,
            List<TierId> targetTierIds,
            @Nullable Integer newMembersWithinDays,
            boolean firstOrderOnly,
            @Nullable CardId pointsCardId,
            boolean isActive,
            boolean isVisibleByDefault) {
        public VoucherFields {
            targetTierIds = List.copyOf(targetTierIds);
        }

        /** The same voucher with a code, a currency and a value written in one way. */
        public VoucherFields settled(String newCode, String newCurrency, BigDecimal newValue) {
            return new VoucherFields(
                    clubId,
                    name,
                    title,
                    description,
                    newCode,
                    type,
                    newValue,
                    newCurrency,
                    maxDiscountAmount,
                    minOrderAmount,
                    validFrom,
                    validUntil,
                    maxUsesTotal,
                    maxUsesPerMember,
                    targetTierIds,
                    newMembersWithinDays,
                    firstOrderOnly,
                    pointsCardId,
                    isActive,
                    isVisibleByDefault);
        }
    }

    /**
     * A voucher.
     *
     * @param remainingUses null without a total limit
     */
    record Voucher(
            VoucherId id,
            ClubId clubId,
            String name,
            String title,
            @Nullable String description,
            String code,
            VoucherType type,
            BigDecimal value,
            String currency,
            @Nullable Long maxDiscountAmount,
            @Nullable Long minOrderAmount,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable Long maxUsesTotal,
            @Nullable Long maxUsesPerMember,
            List<TierId> targetTierIds,
            @Nullable Integer newMembersWithinDays,
            boolean firstOrderOnly,
            @Nullable CardId pointsCardId,
            boolean isActive,
            boolean isVisibleByDefault,
            long timesUsed,
            @Nullable Long remainingUses,
            Instant createdAt,
            Instant updatedAt) {
        public Voucher {
            targetTierIds = List.copyOf(targetTierIds);
        }
    }

    record VoucherPage(List<Voucher> items, Pagination pagination) implements Page<Voucher> {}

    record VoucherCount(long vouchers) {}

    /** Who wants to use which code where; the amount of the order in minor units. */
    record ValidateFields(
            String code,
            String memberIdentifier,
            ClubId clubId,
            @Nullable Long orderAmount) {}

    /**
     * Whether a code may be redeemed. What cannot be told of an unknown code is null.
     *
     * @param discountAmount null for a percentage without an order amount, and for what is not valid
     * @param capped whether the order or a maximum cut the discount
     * @param originalAmount the order as it was asked about
     * @param finalAmount what is left of it; null without an order amount, and for what is not valid
     * @param remainingUses before this use; null without a total limit
     * @param reason null for what is valid
     */
    record VoucherValidated(
            boolean valid,
            @Nullable VoucherId voucherId,
            @Nullable String code,
            @Nullable String name,
            @Nullable VoucherType type,
            @Nullable BigDecimal value,
            @Nullable String currency,
            @Nullable Long discountAmount,
            boolean capped,
            @Nullable Long originalAmount,
            @Nullable Long finalAmount,
            @Nullable Long timesUsed,
            @Nullable Long remainingUses,
            @Nullable Instant validUntil,
            @Nullable Reason reason,
            @Nullable String message) {}

    record RedeemVoucherFields(
            String memberIdentifier,
            @Nullable Long orderAmount,
            @Nullable String orderReference) {}

    /**
     * The answer to a redemption.
     *
     * @param discountAmount null for a percentage without an order amount
     * @param remainingUses after this one; null without a total limit
     */
    record VoucherRedeemed(
            VoucherId voucherId,
            String code,
            VoucherType type,
            MemberId memberId,
            @Nullable Long discountAmount,
            long pointsAwarded,
            @Nullable Long remainingUses,
            RedemptionId redemptionId) {}

    /**
     * One use of a voucher as lists show it.
     *
     * @param code as it was then
     * @param transactionId the credit of bonus points
     * @param voidTransactionId what took them back
     */
    record VoucherRedemption(
            RedemptionId id,
            VoucherId voucherId,
            String code,
            VoucherType type,
            MemberId memberId,
            String currency,
            @Nullable Long orderAmount,
            @Nullable Long discountAmount,
            long pointsAwarded,
            @Nullable String orderReference,
            @Nullable TransactionId transactionId,
            boolean voided,
            @Nullable Instant voidedAt,
            @Nullable String voidReason,
            @Nullable TransactionId voidTransactionId,
            Instant createdAt) {}

    record VoucherRedemptionPage(List<VoucherRedemption> items, Pagination pagination)
            implements Page<VoucherRedemption> {}
}
