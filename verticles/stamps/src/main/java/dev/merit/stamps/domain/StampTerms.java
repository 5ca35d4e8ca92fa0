package dev.merit.stamps.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.Validity;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stamp card as adding and handing out have to see it.
 *
 * @param required stamps for a full card
 * @param points what a full card credits; null for nothing
 * @param isClaimed whether staff hands out something for a full card
 */
public record StampTerms(
        StampCardId id,
        ClubId club,
        long required,
        String rewardTitle,
        @Nullable Points points,
        boolean isClaimed,
        Rules rules,
        Validity validity,
        boolean isActive,
        boolean isDeleted) {

    /** Points of a full card, and the loyalty card that gets them. */
    public record Points(long points, CardId card) {}

    /** What limits the giving of stamps; null is no limit. */
    public record Rules(
            @Nullable Integer expireDays,
            @Nullable Integer perDay,
            int perTransaction,
            @Nullable BigDecimal minPurchaseAmount) {}

    /** Why no stamps can be added now. */
    public Optional<Problem> refuseUse(Instant now) {
        if (!isActive) {
            return unavailable("INACTIVE", "This stamp card is not active.");
        }
        if (validity.isBefore(now)) {
            return unavailable("NOT_STARTED", "This stamp card cannot be used yet.");
        }
        if (validity.isOver(now)) {
            return unavailable("EXPIRED", "This stamp card can no longer be used.");
        }
        return Optional.empty();
    }

    /** Why no reward can be handed out. One that was earned outlives the card's validity. */
    public Optional<Problem> refuseRedemption() {
        return isActive ? Optional.empty() : unavailable("INACTIVE", "This stamp card is not active.");
    }

    /** The refusal of a card whose points would go to a loyalty card that is deleted, or of another club. */
    public static Problem rewardCardGone() {
        return unavailable(
                        "REWARD_CARD_GONE",
                        "The loyalty card that gets this stamp card's points was deleted or is of another club.")
                .orElseThrow();
    }

    /** Notes when so many stamps cannot be added at once. */
    public void checkNumber(long stamps, FieldErrors errors) {
        errors.require(
                stamps <= rules.perTransaction(),
                "stamps",
                "must not be more than " + rules.perTransaction() + " at once");
    }

    /** Why a purchase of this amount gets no stamps. */
    public Optional<Problem> refusePurchase(@Nullable BigDecimal amount) {
        BigDecimal minimum = rules.minPurchaseAmount();
        if (minimum == null || (amount != null && amount.compareTo(minimum) >= 0)) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Code.PURCHASE_BELOW_MINIMUM,
                "Stamps take a purchase of at least " + minimum.toPlainString() + ".",
                amount == null ? Map.of("minimum", minimum) : Map.of("minimum", minimum, "purchase_amount", amount)));
    }

    /** Why so many stamps are too many for a day on which {@code given} were added already. */
    public Optional<Problem> refuseDay(long stamps, long given) {
        Integer perDay = rules.perDay();
        if (perDay == null || given + stamps <= perDay) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Code.STAMP_LIMIT_REACHED,
                "No more than " + perDay + " stamps can be added in a day.",
                Map.of("limit", perDay, "remaining_today", Math.max(0, perDay - given))));
    }

    /**
     * Why there is no reward to hand out. A round that a smaller requirement filled takes one more stamp to complete.
     */
    public Problem incomplete(long current) {
        return new Problem(
                Code.STAMPS_INCOMPLETE,
                "No reward is pending on this stamp card.",
                Map.of(
                        "current_stamps",
                        current,
                        "stamps_required",
                        required,
                        "missing",
                        Math.max(1, required - current)));
    }

    /** When stamps lapse of which the last was added at {@code now}; null is never. */
    @Nullable
    Instant expiryOf(Instant now) {
        Integer days = rules.expireDays();
        return days == null ? null : now.plus(Duration.ofDays(days));
    }

    private static Optional<Problem> unavailable(String reason, String message) {
        return Optional.of(new Problem(Code.STAMP_CARD_UNAVAILABLE, message, Map.of("reason", reason)));
    }
}
