package dev.merit.points.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Validity;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.Lot;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A card as a purchase or redemption has to see it. */
public record CardTerms(
        CardId id,
        ClubId club,
        String currency,
        EarningRules rules,
        Validity validity,
        boolean isActive,
        boolean isDeleted) {

    /** Why the card cannot be used now. */
    public Optional<Problem> refuseUse(Instant now) {
        if (!isActive) {
            return refusal(Code.CARD_INACTIVE, "This card is not active.");
        }
        if (validity.isBefore(now)) {
            return refusal(Code.CARD_NOT_STARTED, "This card cannot be used yet.");
        }
        if (validity.isOver(now)) {
            return refusal(Code.CARD_EXPIRED, "This card can no longer be used.");
        }
        return Optional.empty();
    }

    /** The amount with as many decimals as the currency has. */
    public BigDecimal exactly(BigDecimal amount) {
        return amount.setScale(decimals());
    }

    /** When points earned at {@code now} expire; null is never. */
    public @Nullable Instant expiryOf(Instant now) {
        return Lot.expiryOf(now, rules.pointsExpireMonths());
    }

    /** How many decimals the card's currency has. */
    int decimals() {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }

    private static Optional<Problem> refusal(Code code, String message) {
        return Optional.of(Problem.of(code, message));
    }
}
