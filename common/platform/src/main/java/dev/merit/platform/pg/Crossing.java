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
 * Lets commands of many rows through, each only while none of its rows is under way. Lanes then hardly wait for each
 * other's locks, and may look without any. Whoever waits is overtaken by others, but by those that want one of its rows
 * only a few times.
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
     * @param waitingMax commands that may wait; who would have to wait beyond that is refused with SERVICE_UNAVAILABLE
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

        /** It waits no longer for those that want other rows. */
        void isOvertakenBy(Waiting other) {
            if (!Collections.disjoint(rows, other.rows)) {
                overtaken++;
            }
        }
    }

    /** Starts a command as soon as it may, and answers what it answers. */
    <R> Future<R> pass(Set<?> wanted, Supplier<Future<R>> command) {
        if (closing != null) {
            return Future.failedFuture(Problem.unavailable().asException());
        }
        Promise<R> answer = Promise.promise();
        Waiting come = new Waiting(
                wanted,
                () -> Future.succeededFuture().compose(go -> command.get()).onComplete(done -> {
                    leave(wanted);
                    answer.handle(done);
                }));
        waiting.add(come);
        startWhatMay();
        if (waiting.size() > waitingMax && waiting.remove(come)) {
            answer.fail(Problem.unavailable().asException());
        }
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
        Set<Object> promised = new HashSet<>();
        int next = 0;
        while (next < waiting.size() && underWay < underWayMax) {
            Waiting each = waiting.get(next);
            if (Collections.disjoint(each.rows, rows) && Collections.disjoint(each.rows, promised)) {
                waiting.remove(next);
                waiting.subList(0, next).forEach(before -> before.isOvertakenBy(each));
                rows.addAll(each.rows);
                underWay++;
                each.start.run();
                // Whoever was answered at once has left, and others may have been started.
                promised.clear();
                next = 0;
            } else {
                if (each.overtaken >= OVERTAKEN_MAX) {
                    promised.addAll(each.rows);
                }
                next++;
            }
        }
    }
}
