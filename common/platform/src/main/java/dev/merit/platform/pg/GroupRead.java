package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Reads by key in groups, without a timer: while one statement is under way those that are asked for meanwhile gather,
 * and go together in the next. Who is alone waits for nothing, and a crowd shares the cost of a statement, which is more
 * than that of its rows. What is asked for is read behind the asking, never earlier.
 *
 * <p>When a statement fails, its keys are read one by one, so that one which the server refuses fails alone.
 *
 * <p>Confined to the context it was made on.
 *
 * @param <K> a key; equal keys are read once
 * @param <V> what there is behind it
 */
public final class GroupRead<K, V> {
    private static final int READ_SECONDS_MAX = 3;

    private final Vertx vertx;
    private final Limits limits;
    private final Function<List<K>, Future<Map<K, V>>> statement;
    private final ArrayDeque<Asked<K, V>> waiting = new ArrayDeque<>();
    private boolean busy;

    private record Asked<K, V>(K key, Promise<Optional<V>> promise) {}

    /**
     * The limits of a group read.
     *
     * @param groupMax different keys in one statement
     * @param waitingMax how many may wait; more are refused with SERVICE_UNAVAILABLE
     */
    public record Limits(int groupMax, int waitingMax) {}

    /**
     * A reader that has nothing to read yet.
     *
     * @param statement finds what there is behind keys, of which none is there twice
     */
    public GroupRead(Vertx vertx, Limits limits, Function<List<K>, Future<Map<K, V>>> statement) {
        this.vertx = vertx;
        this.limits = limits;
        this.statement = statement;
    }

    /** What there is behind a key; empty where there is nothing. */
    public Future<Optional<V>> find(K key) {
        if (waiting.size() >= limits.waitingMax()) {
            return Future.failedFuture(Problem.unavailable().asException());
        }
        Promise<Optional<V>> promise = Promise.promise();
        waiting.add(new Asked<>(key, promise));
        if (!busy) {
            busy = true;
            // On the next turn, so that all that came in this one goes together.
            vertx.getOrCreateContext().runOnContext(turn -> next());
        }
        return promise.future();
    }

    private void next() {
        Map<K, List<Promise<Optional<V>>>> group = new HashMap<>();
        while (!waiting.isEmpty() && group.size() < limits.groupMax()) {
            Asked<K, V> asked = waiting.remove();
            group.computeIfAbsent(asked.key(), key -> new ArrayList<>(1)).add(asked.promise());
        }
        if (group.isEmpty()) {
            busy = false;
            return;
        }
        List<K> keys = List.copyOf(group.keySet());
        read(keys)
                .onSuccess(found -> keys.forEach(key -> tell(group, key, Optional.ofNullable(found.get(key)))))
                .recover(failure -> keys.size() == 1 || PgProblems.isTrouble(failure)
                        ? failed(group, keys, failure)
                        : oneByOne(group, keys))
                .onComplete(done -> next());
    }

    /** Nobody waits for an answer that comes later than the bus waits. */
    private Future<Map<K, V>> read(List<K> keys) {
        return Future.succeededFuture(keys).compose(statement).timeout(READ_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private Future<Map<K, V>> oneByOne(Map<K, List<Promise<Optional<V>>>> group, List<K> keys) {
        Future<Map<K, V>> done = Future.succeededFuture(Map.of());
        for (K key : keys) {
            done = done.compose(before -> read(List.of(key))
                    .onSuccess(found -> tell(group, key, Optional.ofNullable(found.get(key))))
                    .recover(failure -> failed(group, List.of(key), failure)));
        }
        return done;
    }

    private Future<Map<K, V>> failed(Map<K, List<Promise<Optional<V>>>> group, List<K> keys, Throwable failure) {
        keys.forEach(key -> group.getOrDefault(key, List.of()).forEach(promise -> promise.fail(failure)));
        return Future.succeededFuture(Map.of());
    }

    private static <K, V> void tell(Map<K, List<Promise<Optional<V>>>> group, K key, Optional<V> found) {
        group.getOrDefault(key, List.of()).forEach(promise -> promise.complete(found));
    }
}
