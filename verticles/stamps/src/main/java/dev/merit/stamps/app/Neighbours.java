package dev.merit.stamps.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.ProblemException;
import dev.merit.people.Cards;
import dev.merit.people.Clubs;
import dev.merit.platform.pg.Database;
import dev.merit.stamps.app.RewardCards.RewardCard;
import dev.merit.stamps.domain.StampTerms;
import dev.merit.stamps.store.StampCardStore;
import dev.merit.stamps.store.StampCardStore.StampCardKey;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the surroundings of stamp cards. Which club and loyalty card a stamp card has is remembered for a short while,
 * and looked at again under lock: see {@link Surroundings#fit}.
 */
final class Neighbours {
    private static final int REMEMBERED_MAX = 20_000;
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(10);

    private final Database database;
    private final Clubs clubs;
    private final RewardCards rewardCards;
    private final StampCardStore stampCards = new StampCardStore();
    private final Cache<StampCardKey, StampTerms> recent = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    Neighbours(Database database, Clubs clubs, Cards cards) {
        this.database = database;
        this.clubs = clubs;
        this.rewardCards = new RewardCards(cards);
    }

    /**
     * Empty for an unknown stamp card: whether that is a refusal is decided under lock, behind the look for repeats.
     */
    Future<Optional<Surroundings>> around(StampCardKey key) {
        return terms(key)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : around(key.partner(), found.get()).map(Optional::of));
    }

    /** Looks again the next time. */
    void forget(StampCardKey key) {
        recent.invalidate(key);
    }

    private Future<Optional<StampTerms>> terms(StampCardKey key) {
        StampTerms remembered = recent.getIfPresent(key);
        if (remembered != null) {
            return Future.succeededFuture(Optional.of(remembered));
        }
        return stampCards.findTerms(database.lookups(), Set.of(key)).map(found -> {
            Optional<StampTerms> terms = Optional.ofNullable(found.get(key));
            terms.ifPresent(present -> recent.put(key, present));
            return terms;
        });
    }

    private Future<Surroundings> around(PartnerId partner, StampTerms terms) {
        StampTerms.Points points = terms.points();
        Future<ZoneId> zone = zone(partner, terms);
        Future<Optional<RewardCard>> card = rewardCards.find(partner, terms);
        return Future.all(zone, card)
                .map(both -> new Surroundings(
                        terms.club(), zone.result(), points == null ? null : points.card(), card.result()));
    }

    /** A deleted stamp card may have outlived its club: its repeats are answered all the same. */
    private Future<ZoneId> zone(PartnerId partner, StampTerms terms) {
        return clubs.recent(partner, terms.club())
                .map(club -> ZoneId.of(club.timeZone()))
                .recover(failure -> ProblemException.isNotFound(failure)
                        ? Future.succeededFuture(ZoneOffset.UTC)
                        : Future.failedFuture(failure));
    }
}
