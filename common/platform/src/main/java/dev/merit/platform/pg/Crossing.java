package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets commands of many rows through, each only while none of its rows is under way. Lanes then hardly wait for each other's
 * locks, and may look without any. Whoever has to wait is overtaken by those behind that need not, but not for ever.
 */
final class Crossing {
    private static final int OVERTAKEN_MAX = 8;

    private final int underWayMax;
    private final int waitingMax;
    private final Set<Object> rows = new HashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private int underWay;
    private @Nullable Promise<Void> closing;

    /**
     * @param underWayMax commands under way at once
     * @param waitingMax commands that may wait; more are refused with SERVICE_UNAVAILABLE
     */
    Crossing(int underWayMax, int waitingMax) {
        this.underWayMax = underWayMax;
        this.waitingMax = waitingMax;
    }

    private static final class Waiting {
        final Set<?> rows;
        final Runnable start;
        int overtaken;

        Waiting(Set<?> rows, Runnable start) {
            this.rows = rows;
            this.start = start;
        }
    }

    /** Starts a command as soon as it may, and answers what it answers. */
    <R> Future<R> pass(Set<?> wanted, Supplier<Future<R>> command) {
        if (waiting.size() >= waitingMax || closing != null) {
            return Future.failedFuture(Problem.unavailable().asException());
        }
        Promise<R> answer = Promise.promise();
        waiting.add(new Waiting(
                wanted,
                () -> Future.succeededFuture().compose(go -> command.get()).onComplete(done -> {
                    leave(wanted);
                    answer.handle(done);
                })));
        startWhatMay();
        return answer.future();
    }

    /** Commands that have not been started. */
    int waiting() {
        return waiting.size();
    }

    /** Refuses what comes, and completes when what came is done. */
    Future<Void> close() {
        if (closing == null) {
            closing = Promise.promise();
            closeWhenEmpty();
        }
        return closing.future();
    }

    private void leave(Set<?> left) {
        rows.removeAll(left);
        underWay--;
        startWhatMay();
        closeWhenEmpty();
    }

    private void closeWhenEmpty() {
        if (closing != null && underWay == 0 && waiting.isEmpty()) {
            closing.tryComplete();
        }
    }

    private void startWhatMay() {
        int next = 0;
        while (next < waiting.size() && underWay < underWayMax) {
            Waiting first = waiting.get(next);
            if (Collections.disjoint(first.rows, rows)) {
                waiting.remove(next);
                waiting.subList(0, next).forEach(overtaken -> overtaken.overtaken++);
                rows.addAll(first.rows);
                underWay++;
                first.start.run();
            } else if (first.overtaken >= OVERTAKEN_MAX) {
                return;
            } else {
                next++;
            }
        }
    }
}
