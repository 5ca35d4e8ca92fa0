package dev.merit.contracts.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.StampRedemptionId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.VoucherId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What Kafka carries. No name, e-mail or other personal data: events cannot be erased. */
public sealed interface LoyaltyEvent {

    /** The Kafka topic. */
    @JsonIgnore
    String topic();

    /** Unique and stable: a consumer drops repeats by it. */
    @JsonIgnore
    UUID eventId();

    /** The CloudEvents type. */
    @JsonIgnore
    String type();

    @JsonIgnore
    PartnerId partner();

    /** The record key, so that one member's events stay in order. */
    @JsonIgnore
    MemberId member();

    @JsonIgnore
    Instant time();

    /**
     * An event whose number is known to nobody before it is written: the outbox counts it, 1, 2, 3 … for each topic and
     * member, in the transaction of the effect.
     */
    sealed interface Counted extends LoyaltyEvent {}

    /**
     * One ledger entry.
     *
     * @param id the entry's id and the event's
     * @param accountSequence the entry's number in its account (member × card), from 1
     * @param rules the rule values that produced the points; null where no rule was applied
     * @param tierId held before it, whose multiplier counted
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record TransactionRecorded(
            TransactionId id,
            PartnerId partnerId,
            ClubId clubId,
            CardId cardId,
            MemberId memberId,
            long accountSequence,
            String event,
            long points,
            long balanceAfter,
            @Nullable BigDecimal purchaseAmount,
            @Nullable String currency,
            @Nullable Long basePoints,
            @Nullable Long tierBonusPoints,
            @Nullable Long initialBonusPoints,
            @Nullable BigDecimal multiplier,
            @Nullable TierId tierId,
            @Nullable EarningRules rules,
            @Nullable Instant pointsExpireAt,
            @Nullable StaffId staffId,
            @Nullable RewardId rewardId,
            @Nullable VoucherId voucherId,
            @Nullable TransactionId reverses,
            @Nullable String orderReference,
            Instant occurredAt,
            Instant createdAt,
            String requestId)
            implements LoyaltyEvent {
        public static final String TOPIC = "merit.transactions";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public UUID eventId() {
            return id.value();
        }

        @Override
        public String type() {
            return "merit.transaction." + event;
        }

        @Override
        public PartnerId partner() {
            return partnerId;
        }

        @Override
        public MemberId member() {
            return memberId;
        }

        @Override
        public Instant time() {
            return createdAt;
        }
    }

    /** A card's earning rules at the moment of a purchase. */
    record EarningRules(
            long pointsPerCurrency,
            BigDecimal currencyUnitAmount,
            @Nullable BigDecimal minPurchaseAmount,
            @Nullable Long maxPointsPerPurchase,
            long initialBonusPoints,
            @Nullable Integer pointsExpireMonths) {}

    /**
     * A partner met a member for the first time: a purchase, stamp, voucher or enrolment.
     *
     * @param id the event's own id
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record MemberEnrolled(
            UUID id, PartnerId partnerId, MemberId memberId, String event, Instant createdAt, String requestId)
            implements Counted {
        public static final String TOPIC = "merit.members";
        public static final String EVENT = "member_enrolled";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public UUID eventId() {
            return id;
        }

        @Override
        public String type() {
            return "merit.member." + event;
        }

        @Override
        public PartnerId partner() {
            return partnerId;
        }

        @Override
        public MemberId member() {
            return memberId;
        }

        @Override
        public Instant time() {
            return createdAt;
        }
    }

    /**
     * A member holds another tier of a club than before.
     *
     * @param id the event's own id
     * @param previousTierId null where the member held none
     * @param tierId null where the member holds none any more
     * @param lifetimePoints the sum over the club's cards that led to it
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record MemberTierChanged(
            UUID id,
            PartnerId partnerId,
            ClubId clubId,
            MemberId memberId,
            String event,
            @Nullable TierId previousTierId,
            @Nullable TierId tierId,
            long lifetimePoints,
            Instant createdAt,
            String requestId)
            implements Counted {
        public static final String EVENT = "member_tier_changed";

        @Override
        public String topic() {
            return MemberEnrolled.TOPIC;
        }

        @Override
        public UUID eventId() {
            return id;
        }

        @Override
        public String type() {
            return "merit.member." + event;
        }

        @Override
        public PartnerId partner() {
            return partnerId;
        }

        @Override
        public MemberId member() {
            return memberId;
        }

        @Override
        public Instant time() {
            return createdAt;
        }
    }

    /**
     * A member's claim of a reward was submitted or came to its end.
     *
     * @param id the event's own id
     * @param event {@code claim_submitted}, {@code claim_confirmed}, {@code claim_rejected}, {@code claim_withdrawn} or
     *     {@code claim_expired}
     * @param transactionId the redemption, once the claim is confirmed
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ClaimChanged(
            UUID id,
            ClaimId claimId,
            PartnerId partnerId,
            ClubId clubId,
            CardId cardId,
            MemberId memberId,
            RewardId rewardId,
            String event,
            String status,
            long pointsRequired,
            Instant expiresAt,
            @Nullable StaffId staffId,
            @Nullable TransactionId transactionId,
            Instant createdAt,
            String requestId)
            implements Counted {
        public static final String TOPIC = "merit.claims";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public UUID eventId() {
            return id;
        }

        @Override
        public String type() {
            return "merit.claim." + event;
        }

        @Override
        public PartnerId partner() {
            return partnerId;
        }

        @Override
        public MemberId member() {
            return memberId;
        }

        @Override
        public Instant time() {
            return createdAt;
        }
    }

    /**
     * A member's stamps on a stamp card changed.
     *
     * @param id the event's own id
     * @param event {@code stamps_added}, {@code stamp_card_completed} once for each round, {@code stamps_expired} or
     *     {@code stamps_redeemed}
     * @param stamps what the event adds to the open round; negative for a completed round and for expiry
     * @param cardId the loyalty card that was credited, of a completed round with points
     * @param transactionId the ledger entry of these points
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record StampsChanged(
            UUID id,
            PartnerId partnerId,
            ClubId clubId,
            StampCardId stampCardId,
            MemberId memberId,
            String event,
            long stamps,
            long stampsBefore,
            long stampsAfter,
            long stampsRequired,
            long completedCount,
            long pendingRewards,
            long pointsAwarded,
            @Nullable CardId cardId,
            @Nullable TransactionId transactionId,
            @Nullable StampRedemptionId redemptionId,
            @Nullable Instant stampsExpireAt,
            @Nullable BigDecimal purchaseAmount,
            @Nullable StaffId staffId,
            @Nullable String orderReference,
            Instant createdAt,
            String requestId)
            implements Counted {
        public static final String TOPIC = "merit.stamps";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public UUID eventId() {
            return id;
        }

        @Override
        public String type() {
            return "merit.stamp." + event;
        }

        @Override
        public PartnerId partner() {
            return partnerId;
        }

        @Override
        public MemberId member() {
            return memberId;
        }

        @Override
        public Instant time() {
            return createdAt;
        }
    }

    /**
     * A voucher was redeemed, or a redemption was voided.
     *
     * @param id the event's own id
     * @param event {@code voucher_redeemed} or {@code voucher_voided}
     * @param voucherType what the voucher gave at that time
     * @param currency of the amounts, which are in minor units
     * @param discountAmount null for a percentage of an unknown order
     * @param transactionId the ledger entry that this event goes with; null without bonus points
     * @param timesUsed by all members, after it
     * @param remainingUses after it; null without a total limit, and for a voucher that is deleted
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record VoucherUsed(
            UUID id,
            RedemptionId redemptionId,
            VoucherId voucherId,
            PartnerId partnerId,
            ClubId clubId,
            MemberId memberId,
            String event,
            String voucherType,
            String currency,
            @Nullable Long orderAmount,
            @Nullable Long discountAmount,
            long pointsAwarded,
            @Nullable CardId cardId,
            @Nullable TransactionId transactionId,
            long timesUsed,
            @Nullable Long remainingUses,
            @Nullable String orderReference,
            Instant createdAt,
            String requestId)
            implements Counted {
        public static final String TOPIC = "merit.vouchers";
        public static final String REDEEMED = "voucher_redeemed";
        public static final String VOIDED = "voucher_voided";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public UUID eventId() {
            return id;
        }

        @Override
        public String type() {
            return "merit.voucher." + event;
        }

        @Override
        public PartnerId partner() {
            return partnerId;
        }

        @Override
        public MemberId member() {
            return memberId;
        }

        @Override
        public Instant time() {
            return createdAt;
        }
    }
}
