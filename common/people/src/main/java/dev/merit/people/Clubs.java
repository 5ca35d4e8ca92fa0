package dev.merit.people;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;

/**
 * Clubs that something hangs on, or is to hang on. They belong to the registry, which is asked; where a club as it was
 * a moment ago will do, the answer is remembered until the club changes, and a minute at most.
 */
public final class Clubs {
    private static final int REMEMBERED_MAX = 20_000;
    private static final String FIELD = "club_id";

    private final Bus bus;
    private final Recent<ClubId, Club> recent = new Recent<>(REMEMBERED_MAX);

    public Clubs(Bus bus) {
        this.bus = bus;
    }

    /** Finds a club of the partner as it is; unknown and foreign ones are NOT_FOUND on {@code club_id}. */
    public Future<Club> find(PartnerId partner, ClubId club) {
        return bus.askNamed(new FindClub(partner, club), FIELD);
    }

    /** Finds a club as it was a moment ago; only whoever listens may ask so. NOT_FOUND is not remembered. */
    public Future<Club> recent(PartnerId partner, ClubId club) {
        return recent.find(partner, club, () -> bus.find(new FindClub(partner, club)))
                .map(found -> found.orElseThrow(() -> Problem.notFound(FIELD).asException()));
    }

    /** Forgets clubs as soon as they change, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.ClubChanged.class, changed -> recent.forget(changed.club()));
    }
}
