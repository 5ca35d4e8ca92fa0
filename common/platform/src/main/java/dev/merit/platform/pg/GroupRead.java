package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads by key in groups, without a timer: while one statement is under way those that are asked for meanwhile gather,
 * and go together in the next. Who is alone waits for nothing, and a crowd shares the cost of a statement, which is
 * more than that of its rows. What is asked for is read behind the asking, never earlier.
 *
 * <p>When a statement fails, its keys are read one by one, so that one which the server refuses fails alone. When the
 * server itself is in trouble nobody is tried again.
 *
 * <p>Confined to the context it was made on.
 *
 * @param <K> a key; equal keys are read once
 * @param <V> what there is behind it
 */
public final class GroupRead<K, V> {
    private static final Logger LOGGER = LoggerFactory.getLogger(GroupRead.class);

    private final Context context;
    private final Limits limits;
    private final Function<List<K>, Future<Map<K, V>>> statement;
    private final ArrayDeque<Asked<K, V>> waiting = new ArrayDeque<>();
    private boolean busy;

    /**
     * The limits of a group read.
     *
     * @param groupMax different keys in one statement
     * @param waitingMax how many may wait; more are refused with SERVICE_UNAVAILABLE
     * @param patience how long those who ask wait: a statement is given up after that, and nothing is read for who has
     *     waited for longer
     */
    public record Limits(int groupMax, int waitingMax, Duration patience) {}

    /**
     * A reader that has nothing to read yet.
     *
     * @param statement finds what there is behind keys, of which none is there twice
     */
    public GroupRead(Vertx vertx, Limits limits, Function<List<K>, Future<Map<K, V>>> statement) {
        this.context = vertx.getOrCreateContext();
        this.limits = limits;
        this.statement = statement;
    }

    /**
     * What there is behind a key; empty where there is nothing. Fails with SERVICE_UNAVAILABLE when too many wait or it
     * waited too long, and as the statement did.
     */
    public Future<Optional<V>> find(K key) {
        if (waiting.size() >= limits.waitingMax()) {
            return Future.failedFuture(Problem.unavailable().asException());
        }
        Promise<Optional<V>> promise = Promise.promise();
        waiting.add(new Asked<>(key, promise, System.nanoTime()));
        if (!busy) {
            busy = true;
            // On the next turn, so that all that came in this one goes together.
            context.runOnContext(turn -> next());
        }
        return promise.future();
    }

    private void next() {
        Group<K, V> group = take();
        if (group.isEmpty()) {
            busy = false;
            return;
        }
        List<K> keys = group.keys();
        read(keys)
                .compose(found -> group.tell(keys, found))
                .recover(failure -> keys.size() == 1 || PgProblems.isTrouble(failure)
                        ? group.fail(keys, failure)
                        : oneByOne(group, keys))
                .onComplete(done -> next());
    }

    private Group<K, V> take() {
        var group = new Group<K, V>(new HashMap<>());
        while (!waiting.isEmpty() && group.asked().size() < limits.groupMax()) {
            Asked<K, V> next = waiting.remove();
            if (next.isStale(limits.patience())) {
                next.settle(promise -> promise.fail(Problem.unavailable().asException()));
            } else {
                group.asked()
                        .computeIfAbsent(next.key(), key -> new ArrayList<>(1))
                        .add(next);
            }
        }
        return group;
    }

    private Future<Void> oneByOne(Group<K, V> group, List<K> keys) {
        Future<Void> done = Future.succeededFuture();
        for (int i = 0; i < keys.size(); i++) {
            List<K> rest = keys.subList(i, keys.size());
            done = done.compose(before -> group.isStale(rest.getFirst(), limits.patience())
                    ? group.fail(rest, Problem.unavailable().asException())
                    : alone(group, rest));
        }
        return done;
    }

    /** The first of the rest; all of it fails when the server is in trouble. */
    private Future<Void> alone(Group<K, V> group, List<K> rest) {
        List<K> key = List.of(rest.getFirst());
        return read(key)
                .compose(found -> group.tell(key, found))
                .recover(failure -> group.fail(PgProblems.isTrouble(failure) ? rest : key, failure));
    }

    /** Completes on the context, also when time is up or the statement was answered elsewhere. */
    private Future<Map<K, V>> read(List<K> keys) {
        Promise<Map<K, V>> back = Promise.promise();
        sent(keys)
                .timeout(limits.patience().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(read -> context.runOnContext(turn -> back.handle(read)));
        return back.future();
    }

    private Future<Map<K, V>> sent(List<K> keys) {
        try {
            return statement.apply(keys);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private record Asked<K, V>(K key, Promise<Optional<V>> promise, long since) {
        /** A caller that throws is no reason to leave its neighbours without an answer. */
        void settle(Consumer<Promise<Optional<V>>> end) {
            try {
                end.accept(promise);
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("caller_failed");
            }
        }

        boolean isStale(Duration patience) {
            return System.nanoTime() - since > patience.toNanos();
        }
    }

    /** Who asked for which key. Those who were told are taken out. */
    private record Group<K, V>(Map<K, List<Asked<K, V>>> asked) {
        boolean isEmpty() {
            return asked.isEmpty();
        }

        List<K> keys() {
            return List.copyOf(asked.keySet());
        }

        /** Whether nobody waits for this key any more. */
        boolean isStale(K key, Duration patience) {
            return who(key).stream().allMatch(each -> each.isStale(patience));
        }

        Future<Void> tell(List<K> keys, Map<K, V> found) {
            for (K key : keys) {
                Optional<V> value = Optional.ofNullable(found.get(key));
                settle(key, promise -> promise.complete(value));
            }
            return Future.succeededFuture();
        }

        Future<Void> fail(List<K> keys, Throwable failure) {
            keys.forEach(key -> settle(key, promise -> promise.fail(failure)));
            return Future.succeededFuture();
        }

        private void settle(K key, Consumer<Promise<Optional<V>>> end) {
            List<Asked<K, V>> all = who(key);
            asked.remove(key);
            all.forEach(each -> each.settle(end));
        }

        private List<Asked<K, V>> who(K key) {
            return asked.getOrDefault(key, List.of());
        }
    }
}
