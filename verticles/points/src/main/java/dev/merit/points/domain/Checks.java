package dev.merit.points.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Validity;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a schema cannot say of a card or a reward: all bad fields at once. */
public final class Checks {
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private Checks() {}

    public static Checked<CardFields> card(CardFields fields) {
        var errors = new FieldErrors();
        requireCard(errors, fields);
        return errors.checked(() -> fields);
    }

    /** A card that is there already, as it shall be: with points on it, it stays in its club. */
    public static Checked<CardFields> change(Card current, CardFields fields) {
        var errors = new FieldErrors();
        requireCard(errors, fields);
        errors.require(
                current.membersCount() == 0 || fields.clubId().equals(current.clubId()),
                "club_id",
                "cannot change any more: members have points on this card");
        return errors.checked(() -> fields);
    }

    public static Checked<RewardFields> reward(RewardFields fields) {
        var errors = new FieldErrors();
        List<CardId> cards = fields.cardIds();
        errors.require(
                !cards.isEmpty() && Set.copyOf(cards).size() == cards.size(),
                "card_ids",
                "must name at least one card, and each only once");
        requireOrder(errors, new Validity(fields.validFrom(), fields.validUntil()));
        return errors.checked(() -> fields);
    }

    /** The part of {@link #reward} that does not look at its cards. */
    public static Checked<RewardFields> validity(RewardFields fields) {
        var errors = new FieldErrors();
        requireOrder(errors, new Validity(fields.validFrom(), fields.validUntil()));
        return errors.checked(() -> fields);
    }

    private static void requireCard(FieldErrors errors, CardFields fields) {
        errors.require(isCurrency(fields.currency()), "currency", "must be an ISO 4217 code");
        requireOrder(errors, new Validity(fields.validFrom(), fields.validUntil()));
    }

    private static boolean isCurrency(@Nullable String code) {
        return code == null || CURRENCIES.contains(code);
    }

    private static void requireOrder(FieldErrors errors, Validity validity) {
        errors.require(!validity.isBackwards(), "valid_until", "must not be before valid_from");
    }
}
