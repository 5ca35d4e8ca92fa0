package dev.merit.contracts.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
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

    /** Counts 1, 2, 3 … without a gap in the stream that the topic documents. */
    @JsonIgnore
    long sequence();

    @JsonIgnore
    Instant time();

    /**
     * One ledger entry.
     *
     * @param id the entry's id and the event's
     * @param accountSequence the entry's number in its account (member × card), from 1
     * @param rules the rule values that produced the points; null where no rule was applied
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
        public long sequence() {
            return accountSequence;
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
}
