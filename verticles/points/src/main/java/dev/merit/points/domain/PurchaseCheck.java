package dev.merit.points.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a schema cannot say of a purchase: it takes the card's currency and the time. */
public final class PurchaseCheck {
    /** How late a till that was offline may report. */
    public static final Duration LATEST = Duration.ofDays(30);

    private PurchaseCheck() {}

    /** The purchase, or all its bad fields at once, those noted before included. */
    public static Checked<PurchaseFields> fields(
            PurchaseFields purchase, CardTerms card, Instant now, FieldErrors errors) {
        BigDecimal amount = purchase.purchaseAmount();
        errors.require(
                amount.stripTrailingZeros().scale() <= card.decimals(),
                "purchase_amount",
                card.currency() + " has no more than " + card.decimals() + " decimals");
        errors.require(
                Earning.isCountable(card.rules(), amount), "purchase_amount", "earns more points than can be counted");
        Instant occurredAt = purchase.occurredAt();
        errors.require(occurredAt == null || !occurredAt.isAfter(now), "occurred_at", "must not be in the future");
        errors.require(
                occurredAt == null || !occurredAt.isBefore(now.minus(LATEST)),
                "occurred_at",
                "must be at most 30 days old");
        return errors.checked(() -> purchase);
    }

    /** Why a well-formed purchase earns nothing here: it is below the card's minimum. */
    public static Optional<Problem> minimum(PurchaseFields purchase, CardTerms card) {
        BigDecimal minimum = card.rules().minPurchaseAmount();
        BigDecimal amount = purchase.purchaseAmount();
        if (minimum == null || amount.compareTo(minimum) >= 0) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Code.PURCHASE_BELOW_MINIMUM,
                "The purchase is below the card's minimum of " + minimum.toPlainString() + ".",
                Map.of("minimum", minimum, "purchase_amount", amount)));
    }
}
