package dev.merit.ledger.domain;

import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an entry carries beside the points themselves.
 *
 * @param earned how a purchase's points came about; null for every other event
 * @param operationId the idempotency record behind the entry
 * @param attributedTo the name of the staff member at that time, or "System"
 * @param correction why it was corrected by hand; null for everything that is no correction
 */
public record Details(
        @Nullable Earned earned,
        References references,
        @Nullable StaffId staffId,
        String attributedTo,
        @Nullable String note,
        @Nullable UUID operationId,
        String requestId,
        Instant occurredAt,
        @Nullable Correction correction) {
    public static final String SYSTEM = StaffRef.SYSTEM;

    /** Details of something that corrects nothing. */
    public Details(
            @Nullable Earned earned,
            References references,
            @Nullable StaffId staffId,
            String attributedTo,
            @Nullable String note,
            @Nullable UUID operationId,
            String requestId,
            Instant occurredAt) {
        this(earned, references, staffId, attributedTo, note, operationId, requestId, occurredAt, null);
    }

    /** The same, as a correction. */
    public Details correcting(Correction by) {
        return new Details(earned, references, staffId, attributedTo, note, operationId, requestId, occurredAt, by);
    }

    /**
     * A reversal or an adjustment.
     *
     * @param reason in the words of whoever made it
     * @param taken the part of a purchase that was taken back; null for everything but reversals of purchases
     */
    public record Correction(String reason, @Nullable Part taken) {}

    /** A part of a purchase. */
    public record Part(BigDecimal amount, String currency) {}

    /**
     * How a purchase's points came about.
     *
     * @param basePoints before tier and cap
     * @param tierBonusPoints what the multiplier added, before the cap
     */
    public record Earned(
            BigDecimal purchaseAmount,
            String currency,
            long basePoints,
            long tierBonusPoints,
            long initialBonusPoints,
            BigDecimal multiplier,
            EarningRules rules) {}

    /** What else an entry points to. */
    public record References(
            @Nullable RewardId rewardId,
            @Nullable VoucherId voucherId,
            @Nullable TransactionId reverses,
            @Nullable String orderReference) {
        public static final References NONE = new References(null, null, null, null);
    }

    /** Something that the system books by itself. */
    public static Details bySystem(String requestId, Instant at) {
        return new Details(null, References.NONE, null, SYSTEM, null, null, requestId, at);
    }
}
