package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.Notice;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whom a till names. Asks the registry and remembers the answer until that member of staff changes, and a minute at
 * most. Nobody of an id is not remembered: somebody may be added a moment later.
 */
public final class StaffMembers {
    private static final int REMEMBERED_MAX = 50_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Bus bus;
    private final Cache<StaffId, Known> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();
    private long changes;

    private record Known(PartnerId partner, Attribution attribution) {}

    public StaffMembers(Bus bus) {
        this.bus = bus;
    }

    /** Finds who was named. It refuses nobody: see {@link Attribution#refuse}. */
    public Future<Attribution> attribute(PartnerId partner, @Nullable StaffId named) {
        if (named == null) {
            return Future.succeededFuture(Attribution.SYSTEM);
        }
        Known remembered = known.getIfPresent(named);
        if (remembered != null && remembered.partner().equals(partner)) {
            return Future.succeededFuture(remembered.attribution());
        }
        long before = changes;
        return bus.ask(new ResolveStaff(partner, named)).map(resolved -> {
            StaffRef staff = resolved.staff();
            Attribution attribution = Attribution.named(staff);
            if (staff != null && changes == before) { // Else the answer may be older than a change told meanwhile.
                known.put(named, new Known(partner, attribution));
            }
            return attribution;
        });
    }

    /** Forgets staff as soon as it changes, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.StaffChanged.class, changed -> {
            changes++;
            known.invalidate(changed.staff());
        });
    }
}
