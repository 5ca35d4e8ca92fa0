package dev.merit.stamps.app;

import dev.merit.contracts.Answer;
import dev.merit.contracts.Problem;
import dev.merit.contracts.stamps.LiveStampCardsRequest;
import dev.merit.contracts.stamps.LiveStampCardsRequest.FindLiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.ListLiveStampCards;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCards;
import dev.merit.platform.pg.Database;
import dev.merit.stamps.store.LiveStampCardStore;
import io.vertx.core.Future;

/** Stamp cards as anybody may find them, whoever the partner is. */
public final class LiveStampCardService {
    private final Database database;
    private final LiveStampCardStore stampCards = new LiveStampCardStore();

    public LiveStampCardService(Database database) {
        this.database = database;
    }

    /** Answers whatever is asked of live stamp cards. */
    public Future<Answer> answer(LiveStampCardsRequest<?> request) {
        return switch (request) {
            case ListLiveStampCards query -> listLiveStampCards(query).map(query::reply);
            case FindLiveStampCard query -> findLiveStampCard(query).map(query::reply);
        };
    }

    private Future<LiveStampCards> listLiveStampCards(ListLiveStampCards query) {
        return stampCards
                .list(database.reads(), query.partners(), query.member(), LiveStampCardsRequest.LISTED_MAX)
                .map(LiveStampCards::new);
    }

    private Future<LiveStampCard> findLiveStampCard(FindLiveStampCard query) {
        return stampCards
                .find(database.reads(), query.stampCard(), query.member())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
    }
}
