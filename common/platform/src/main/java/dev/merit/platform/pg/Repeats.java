package dev.merit.platform.pg;

import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Repeat;
import dev.merit.platform.Json;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Idempotency.Stored;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a batch of commands answered before and answers now: the way of group commit to make commands safe to repeat. A
 * command that was carried out is answered from here, also when it comes twice in one batch; a new answer is written
 * with the batch's effects. Two transactions that carry out one command break a key, and the second begins anew.
 */
public final class Repeats {
    private final Map<UUID, Stored> earlier;
    private final Map<UUID, Stored> fresh = new LinkedHashMap<>();

    private Repeats(Map<UUID, Stored> earlier) {
        this.earlier = earlier;
    }

    /** Looks up what was answered before. Send it behind the locks of the rows that the commands change. */
    public static Future<Repeats> load(SqlClient tx, Collection<Origin> origins) {
        return load(origins, ids -> Idempotency.find(tx, ids));
    }

    /** The same as a part of others, without locks: then a new answer may turn out not to be the first. */
    public static Future<Repeats> load(Reads reads, Collection<Origin> origins) {
        return load(origins, ids -> Idempotency.find(reads, ids));
    }

    private static Future<Repeats> load(
            Collection<Origin> origins, Function<Set<UUID>, Future<Map<UUID, Stored>>> find) {
        Set<UUID> ids = origins.stream()
                .map(Origin::repeat)
                .filter(Objects::nonNull)
                .map(Repeat::id)
                .collect(Collectors.toSet());
        return ids.isEmpty()
                ? Future.succeededFuture(new Repeats(Map.of()))
                : find.apply(ids).map(Repeats::new);
    }

    /**
     * The answer that was given before, or that of {@code effect}, which is kept. An effect that refuses, by throwing a
     * problem, leaves nothing behind.
     */
    public <R extends Record> Done<R> once(Origin origin, Reply<R> reply, Supplier<R> effect) {
        return once(origin, reply, effect, Json::write);
    }

    /**
     * The same.
     *
     * @param json writes as {@link Json#write} would, where there is a quicker way
     */
    public <R extends Record> Done<R> once(
            Origin origin, Reply<R> reply, Supplier<R> effect, Function<R, String> json) {
        Repeat repeat = origin.repeat();
        if (repeat == null) {
            return Done.fresh(effect.get());
        }
        Stored stored = earlier.getOrDefault(repeat.id(), fresh.get(repeat.id()));
        if (stored != null) {
            return stored.replay(repeat, reply.type());
        }
        R body = effect.get();
        R kept = reply.stored().apply(body);
        String written = json.apply(kept);
        fresh.put(repeat.id(), new Stored(repeat.id(), repeat.bodyHash(), reply.status(), written));
        return kept.equals(body) ? Done.fresh(body, written) : Done.fresh(body);
    }

    /** Whether there are new answers to write. */
    public boolean isChanged() {
        return !fresh.isEmpty();
    }

    /** Writes the new answers, if there are any. */
    public void store(Writes writes) {
        if (!fresh.isEmpty()) {
            Idempotency.store(writes, List.copyOf(fresh.values()));
        }
    }
}
