package dev.merit.stamps.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.PartnerId;
import dev.merit.people.Cards;
import dev.merit.stamps.domain.StampTerms;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Loyalty cards that get the points of full stamp cards. They belong to points. */
final class RewardCards {
    private final Cards cards;

    /**
     * What crediting takes to know.
     *
     * @param expireMonths after how many months its points expire; null is never
     */
    record RewardCard(CardId id, @Nullable Integer expireMonths) {}

    RewardCards(Cards cards) {
        this.cards = cards;
    }

    /**
     * The loyalty card of a stamp card. Empty when it gives no points, when the card is there no more, and when it has
     * moved to another club: points count in the club where the stamps were given.
     */
    Future<Optional<RewardCard>> find(PartnerId partner, StampTerms terms) {
        StampTerms.Points points = terms.points();
        return points == null
                ? Future.succeededFuture(Optional.empty())
                : cards.find(partner, points.card())
                        .map(found -> found.filter(card -> card.clubId().equals(terms.club()))
                                .map(card -> new RewardCard(card.id(), card.pointsExpireMonths())));
    }
}
