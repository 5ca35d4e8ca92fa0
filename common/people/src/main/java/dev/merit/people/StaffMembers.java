package dev.merit.people;

import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a till names. Asks the registry and remembers the answer until that member of staff changes, and a minute at
 * most. Nobody of an id is not remembered: somebody may be added a moment later.
 */
public final class StaffMembers {
    private static final int REMEMBERED_MAX = 50_000;

    private final Bus bus;
    private final Recent<StaffId, Attribution> recent = new Recent<>(REMEMBERED_MAX);

    public StaffMembers(Bus bus) {
        this.bus = bus;
    }

    /** Finds who was named. It refuses nobody: see {@link Attribution#refuse}. */
    public Future<Attribution> attribute(PartnerId partner, @Nullable StaffId named) {
        return named == null
                ? Future.succeededFuture(Attribution.SYSTEM)
                : recent.find(partner, named, () -> ask(partner, named))
                        .map(found -> found.orElseGet(() -> Attribution.named(null)));
    }

    private Future<Optional<Attribution>> ask(PartnerId partner, StaffId named) {
        return bus.ask(new ResolveStaff(partner, named))
                .map(resolved -> Optional.ofNullable(resolved.staff()).map(Attribution::named));
    }

    /** Forgets staff as soon as it changes, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.StaffChanged.class, changed -> recent.forget(changed.staff()));
    }
}
