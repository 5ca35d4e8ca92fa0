package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolveMembers;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a till means. Asks the registry and remembers the answer: an identifier leads to the same member for ever, and
 * whether a member is active is forgotten when the member changes, and after a minute in any case.
 */
public final class Members {
    private static final int REMEMBERED_MAX = 100_000;
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
        MemberRef remembered = remembered(identifier);
        if (remembered != null) {
            return Future.succeededFuture(remembered);
        }
        long before = changes;
        return bus.ask(new ResolveMember(identifier)).map(resolved -> {
            MemberRef member = resolved.member();
            if (member == null) {
                throw Problem.notFound("member_identifier").asException();
            }
            remember(identifier, member, before);
            return member;
        });
    }

    /** Finds the members behind many identifiers in one ask; whoever nobody is called by is not in the map. */
    public Future<Map<String, MemberRef>> resolveAll(Collection<String> identifiers) {
        Map<String, MemberRef> found = new HashMap<>();
        List<String> asked = new ArrayList<>();
        for (String identifier : Set.copyOf(identifiers)) {
            MemberRef remembered = remembered(identifier);
            if (remembered == null) {
                asked.add(identifier);
            } else {
                found.put(identifier, remembered);
            }
        }
        if (asked.isEmpty()) {
            return Future.succeededFuture(found);
        }
        long before = changes;
        return bus.ask(new ResolveMembers(asked)).map(resolved -> {
            for (int i = 0; i < asked.size(); i++) {
                MemberRef member = resolved.members().get(i).member();
                if (member != null) {
                    remember(asked.get(i), member, before);
                    found.put(asked.get(i), member);
                }
            }
            return found;
        });
    }

    private @Nullable MemberRef remembered(String identifier) {
        MemberId id = ids.getIfPresent(identifier);
        return id == null ? null : members.getIfPresent(id);
    }

    private void remember(String identifier, MemberRef member, long changesBefore) {
        ids.put(identifier, member.id());
        if (changes == changesBefore) { // Else the answer may be older than a change that was told meanwhile.
            members.put(member.id(), member);
        }
    }

    /** Forgets members as soon as they change, on any node. */
    public Future<Void> listen() {
        return bus.listen(Notice.MemberChanged.class, changed -> {
            changes++;
            members.invalidate(changed.member());
        });
    }
}
