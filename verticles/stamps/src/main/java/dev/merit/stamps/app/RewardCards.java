package dev.merit.stamps.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Loyalty cards that get the points of full stamp cards. They belong to points, which is asked. */
final class RewardCards {
    private static final int REMEMBERED_MAX = 20_000;
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(5);

    private final Bus bus;
    private final Cache<FindCard, RewardCard> recent = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    /**
     * What crediting takes to know.
     *
     * @param expireMonths after how many months its points expire; null is never
     */
    record RewardCard(CardId id, ClubId club, @Nullable Integer expireMonths) {}

    RewardCards(Bus bus) {
        this.bus = bus;
    }

    /** Finds a loyalty card as it is; empty for unknown, foreign and deleted ones. */
    Future<Optional<RewardCard>> find(PartnerId partner, CardId card) {
        FindCard query = new FindCard(partner, card);
        return bus.ask(query)
                .map(found -> Optional.of(new RewardCard(found.id(), found.clubId(), found.pointsExpireMonths())))
                .onSuccess(found -> recent.put(query, found.orElseThrow()))
                .recover(failure -> failure instanceof ProblemException refusal
                                && refusal.problem().code() == Problem.Code.NOT_FOUND
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    /** Finds it as it was at most five seconds ago. That it is not there is never remembered. */
    Future<Optional<RewardCard>> recent(PartnerId partner, CardId card) {
        RewardCard remembered = recent.getIfPresent(new FindCard(partner, card));
        return remembered != null ? Future.succeededFuture(Optional.of(remembered)) : find(partner, card);
    }
}
