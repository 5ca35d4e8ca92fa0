package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Cards that other domains credit points to. Asks points and remembers the answer until the card changes, and a minute
 * at most; that there is no such card is not remembered. What points counts on a card is as old as the answer.
 */
public final class Cards {
    private static final int REMEMBERED_MAX = 10_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Bus bus;
    private final Cache<CardId, Known> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();
    private long changes;

    private record Known(PartnerId partner, Card card) {}

    public Cards(Bus bus) {
        this.bus = bus;
    }

    /** Finds a card of the partner as it was a moment ago; empty for unknown, foreign and deleted ones. */
    public Future<Optional<Card>> find(PartnerId partner, CardId card) {
        Known remembered = known.getIfPresent(card);
        if (remembered != null && remembered.partner().equals(partner)) {
            return Future.succeededFuture(Optional.of(remembered.card()));
        }
        long before = changes;
        return bus.ask(new FindCard(partner, card))
                .map(found -> {
                    if (changes == before) { // Else the answer may be older than a change that was told meanwhile.
                        known.put(card, new Known(partner, found));
                    }
                    return Optional.of(found);
                })
                .recover(failure ->
                        isNotFound(failure) ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(failure));
    }

    /** Finds a card as it is now, for something that is to hang on it: NOT_FOUND names the field. */
    public Future<Card> named(PartnerId partner, CardId card, String field) {
        return bus.askNamed(new FindCard(partner, card), field);
    }

    /** Forgets cards as soon as they change, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.CardChanged.class, changed -> {
            changes++;
            known.invalidate(changed.card());
        });
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof ProblemException refusal && refusal.problem().code() == Problem.Code.NOT_FOUND;
    }
}
