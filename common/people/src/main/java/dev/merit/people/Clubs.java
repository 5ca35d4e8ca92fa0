package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;

/** Clubs that something hangs on, or is to hang on. They belong to the registry, which is asked. */
public final class Clubs {
    private static final int REMEMBERED_MAX = 20_000;
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(10);

    private final Bus bus;
    private final Cache<Key, Club> recent = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    private record Key(PartnerId partner, ClubId club) {}

    public Clubs(Bus bus) {
        this.bus = bus;
    }

    /** Finds a club of the partner as it is; unknown and foreign ones are NOT_FOUND on {@code club_id}. */
    public Future<Club> find(PartnerId partner, ClubId club) {
        return bus.ask(new FindClub(partner, club))
                .recover(failure -> Future.failedFuture(
                        failure instanceof ProblemException refusal
                                        && refusal.problem().code() == Problem.Code.NOT_FOUND
                                ? Problem.notFound("club_id").asException()
                                : failure));
    }

    /** Finds a club as it was at most ten seconds ago; nobody tells when one changes. */
    public Future<Club> recent(PartnerId partner, ClubId club) {
        Key key = new Key(partner, club);
        Club remembered = recent.getIfPresent(key);
        return remembered != null
                ? Future.succeededFuture(remembered)
                : find(partner, club).onSuccess(found -> recent.put(key, found));
    }
}
