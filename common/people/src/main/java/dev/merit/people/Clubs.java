package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Clubs that something hangs on, or is to hang on. They belong to the registry, which is asked; where a club as it was
 * a moment ago will do, the answer is remembered until the club changes, and a minute at most.
 */
public final class Clubs {
    private static final int REMEMBERED_MAX = 20_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Bus bus;
    private final Cache<ClubId, Known> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();
    private long changes;

    private record Known(PartnerId partner, Club club) {}

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

    /** Finds a club as it was a moment ago; only whoever listens may ask so. NOT_FOUND is not remembered. */
    public Future<Club> recent(PartnerId partner, ClubId club) {
        Known remembered = known.getIfPresent(club);
        if (remembered != null && remembered.partner().equals(partner)) {
            return Future.succeededFuture(remembered.club());
        }
        long before = changes;
        return find(partner, club).map(found -> {
            if (changes == before) { // Else the answer may be older than a change that was told meanwhile.
                known.put(club, new Known(partner, found));
            }
            return found;
        });
    }

    /** Forgets clubs as soon as they change, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.ClubChanged.class, changed -> {
            changes++;
            known.invalidate(changed.club());
        });
    }
}
