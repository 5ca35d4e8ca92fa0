package dev.merit.vouchers.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.people.Cards;
import dev.merit.vouchers.domain.BonusCard;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cards that bonus points go to. They belong to points. */
final class BonusCards {
    private final Cards cards;

    BonusCards(Cards cards) {
        this.cards = cards;
    }

    /** Empty when no card is named, and when the card is there no more. */
    Future<Optional<BonusCard>> find(PartnerId partner, @Nullable CardId card) {
        return card == null
                ? Future.succeededFuture(Optional.empty())
                : cards.find(partner, card).map(found -> found.map(BonusCards::bonusCard));
    }

    private static BonusCard bonusCard(Card card) {
        return new BonusCard(
                card.id(),
                card.clubId(),
                card.pointsExpireMonths(),
                new Validity(card.validFrom(), card.validUntil()),
                card.isActive());
    }
}
