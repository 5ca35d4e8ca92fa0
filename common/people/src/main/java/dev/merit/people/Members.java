package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Who a till means. Asks the registry and remembers the answer: an identifier leads to the same member for ever, and
 * whether a member is active is forgotten when the member changes, and after a minute in any case.
 */
public final class Members {
    private static final int REMEMBERED_MAX = 200_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Bus bus;
    private final Cache<String, MemberId> ids =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
    private final Cache<MemberId, MemberRef> members = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();
    private long changes;

    public Members(Bus bus) {
        this.bus = bus;
    }

    /** Finds the member behind any identifier; NOT_FOUND on {@code member_identifier} when there is none. */
    public Future<MemberRef> resolve(String identifier) {
        MemberId id = ids.getIfPresent(identifier);
        MemberRef remembered = id == null ? null : members.getIfPresent(id);
        if (remembered != null) {
            return Future.succeededFuture(remembered);
        }
        long before = changes;
        return bus.ask(new ResolveMember(identifier)).map(resolved -> {
            MemberRef member = resolved.member();
            if (member == null) {
                throw Problem.notFound("member_identifier").asException();
            }
            ids.put(identifier, member.id());
            if (changes == before) { // Else the answer may be older than a change that was told meanwhile.
                members.put(member.id(), member);
            }
            return member;
        });
    }

    /** Forgets members as soon as they change, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.MemberChanged.class, changed -> {
            changes++;
            members.invalidate(changed.member());
        });
    }
}
