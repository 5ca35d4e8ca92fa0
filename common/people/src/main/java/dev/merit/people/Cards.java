package dev.merit.people;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Cards that other domains credit points to. Asks points and remembers the answer until the card changes, and a minute
 * at most; that there is no such card is not remembered. What points counts on a card is as old as the answer.
 */
public final class Cards {
    private static final int REMEMBERED_MAX = 10_000;

    private final Bus bus;
    private final Recent<CardId, Card> recent = new Recent<>(REMEMBERED_MAX);

    public Cards(Bus bus) {
        this.bus = bus;
    }

    /** Finds a card of the partner as it was a moment ago; empty for unknown, foreign and deleted ones. */
    public Future<Optional<Card>> find(PartnerId partner, CardId card) {
        return recent.find(partner, card, () -> bus.find(new FindCard(partner, card)));
    }

    /** Finds a card as it is now, for something that is to hang on it: NOT_FOUND names the field. */
    public Future<Card> named(PartnerId partner, CardId card, String field) {
        return bus.askNamed(new FindCard(partner, card), field);
    }

    /** Forgets cards as soon as they change, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.CardChanged.class, changed -> recent.forget(changed.card()));
    }
}
