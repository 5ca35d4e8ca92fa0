package dev.merit.points.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Who a till means. Asks the registry and remembers the answer: identifiers do not change hands. What is remembered of
 * a member is dropped when the member changes, and after a minute in any case.
 */
final class Members {
    private static final int REMEMBERED_MAX = 200_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Bus bus;
    private final Cache<String, MemberRef> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    Members(Bus bus) {
        this.bus = bus;
    }

    /** Finds the member behind any identifier; NOT_FOUND on {@code member_identifier} when there is none. */
    Future<MemberRef> resolve(String identifier) {
        MemberRef remembered = known.getIfPresent(identifier);
        if (remembered != null) {
            return Future.succeededFuture(remembered);
        }
        return bus.ask(new ResolveMember(identifier)).map(resolved -> {
            MemberRef member = resolved.member();
            if (member == null) {
                throw Problem.notFound("member_identifier").asException();
            }
            known.put(identifier, member);
            return member;
        });
    }

    /** Drops what is remembered of members as soon as they change, on any node. */
    Future<Void> listen() {
        return bus.listen(
                Notice.MemberChanged.class,
                changed -> known.asMap().values().removeIf(member -> member.id().equals(changed.member())));
    }
}
