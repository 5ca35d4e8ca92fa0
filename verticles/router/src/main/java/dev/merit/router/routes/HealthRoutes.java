package dev.merit.router.routes;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import dev.merit.router.http.Windows;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells a key who it is, without asking any domain. */
final class HealthRoutes implements Routes {
    private final InstantSource clock;

    HealthRoutes(InstantSource clock) {
        this.clock = clock;
    }

    /** The answer to a health check: the key, its scopes and its owner. */
    record Health(
            String status,
            Role role,
            HealthKey key,
            List<String> scopes,
            Owner owner,
            @Nullable Rate rateLimit,
            Instant time) {}

    record HealthKey(
            KeyId id,
            String name,
            String keyPrefix,
            Instant createdAt,
            @Nullable Instant expiresAt) {}

    record Owner(Role type, UUID id, String name) {}

    /** Null in the answer when the key is not limited. */
    record Rate(int limit, long remaining, Instant resetsAt) {}

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("router.health", this::health);
    }

    private Future<Reply> health(Call call) {
        Identity identity = call.identity();
        var key = new HealthKey(
                identity.key(), identity.keyName(), identity.keyPrefix(), identity.createdAt(), identity.expiresAt());
        var owner = new Owner(identity.role(), identity.owner(), identity.ownerName());
        return Future.succeededFuture(Reply.plain(
                new Health("ok", identity.role(), key, identity.scopes(), owner, rate(call.rate()), clock.instant())));
    }

    private static @Nullable Rate rate(Windows.@Nullable Count count) {
        return count == null
                ? null
                : new Rate(count.limit(), count.remaining(), Instant.ofEpochSecond(count.resetSeconds()));
    }
}
