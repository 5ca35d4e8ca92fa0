package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.platform.pg.GroupCommit.Changes;
import dev.merit.platform.pg.GroupCommit.Decision;
import dev.merit.platform.pg.GroupCommit.Options;
import dev.merit.platform.pg.GroupCommit.Outcome;
import dev.merit.platform.pg.GroupCommit.Work;
import dev.merit.platform.telemetry.Traces;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One queue of {@link GroupCommit}, with a connection of its own: a batch is written while the next one gathers. */
final class Lane<C, S, R> {
    private static final Logger LOGGER = LoggerFactory.getLogger(Lane.class);
    private static final int TRIES_MAX = 6;
    private static final int BATCH_SECONDS_MAX = 20;
    /** From so many commands on a batch is followed by a pause. */
    private static final int SEVERAL = 4;

    private static final int GATHER_MILLIS_MAX = 3;

    private final Shared<C, S, R> shared;
    private final int batchMax;
    private final Duration lockTimeout;
    private final @Nullable Lane<C, S, R> aside;
    private final ArrayDeque<Pending<C, R>> queue = new ArrayDeque<>();
    private @Nullable PgConnection connection;
    private @Nullable Promise<Void> closing;
    private boolean busy;
    /** Whether there is a batch of which nothing has been answered yet, nor handed on. */
    private boolean isWriting;

    private final Looks looks = new Looks();
    /** Whether BEGIN was sent, and neither COMMIT nor ROLLBACK behind it. */
    private boolean begun;

    /**
     * @param batchMax commands in a batch
     * @param lockTimeout how long it waits for a row that somebody else has locked
     * @param aside where commands go whose rows are locked for longer; null in that lane itself
     */
    Lane(Shared<C, S, R> shared, int batchMax, Duration lockTimeout, @Nullable Lane<C, S, R> aside) {
        this.shared = shared;
        this.batchMax = batchMax;
        this.lockTimeout = lockTimeout;
        this.aside = aside;
    }

    /** Queues a command that has arrived, now or a while ago. */
    Future<R> submit(Pending<C, R> pending) {
        add(pending);
        return pending.promise().future();
    }

    private void add(Pending<C, R> pending) {
        if (queue.size() >= shared.options().queueMax() || closing != null) {
            pending.settle(unavailable());
            return;
        }
        queue.add(pending);
        if (!busy) {
            busy = true;
            // On the next turn, so that everything read in this one goes together.
            shared.context().runOnContext(turn -> flush());
        }
    }

    /** Commands that have not been begun. */
    int waiting() {
        return queue.size();
    }

    /** Commands that a new one would come behind, the batch that is being written counted as one. */
    int before() {
        return queue.size() + (isWriting ? 1 : 0);
    }

    /** Finishes what is queued, then lets the connection go. */
    Future<Void> close() {
        if (closing != null) {
            return closing.future();
        }
        Promise<Void> closed = Promise.promise();
        closing = closed;
        if (!busy) {
            release();
        }
        return closed.future();
    }

    private void flush() {
        List<Pending<C, R>> batch = take();
        if (batch.isEmpty()) {
            busy = false;
            if (closing != null) {
                release();
            }
            return;
        }
        isWriting = true;
        shared.sizes().record(batch.size());
        connected()
                .compose(open -> bounded(write(open, batch, 1)).onFailure(failure -> abandon(open)))
                .onFailure(failure -> failAll(batch, failure))
                .onComplete(done -> gather(batch.size(), GATHER_MILLIS_MAX));
    }

    /**
     * Behind several the next ones are close: those who were just answered ask again. A batch costs the database and
     * the node so much by itself that it is worth waiting a moment for as many as there were before.
     *
     * @param millis how much longer it may wait
     */
    private void gather(int before, int millis) {
        if (before < SEVERAL || queue.size() >= before || millis == 0 || closing != null) {
            flush();
        } else {
            shared.context().owner().setTimer(1, timer -> shared.context()
                    .runOnContext(turn -> gather(before, millis - 1)));
        }
    }

    /** Completes on the context, also when time is up. */
    private Future<Void> bounded(Future<Void> written) {
        Promise<Void> back = Promise.promise();
        written.timeout(BATCH_SECONDS_MAX, TimeUnit.SECONDS)
                .onComplete(done -> shared.context().runOnContext(turn -> back.handle(done)));
        return back.future();
    }

    private List<Pending<C, R>> take() {
        var batch = new ArrayList<Pending<C, R>>(Math.min(queue.size(), batchMax));
        while (!queue.isEmpty() && batch.size() < batchMax) {
            Pending<C, R> next = queue.remove();
            if (next.isStale(shared.options().staleAfter())) {
                next.settle(unavailable());
            } else {
                shared.waits().record(System.nanoTime() - next.since(), TimeUnit.NANOSECONDS);
                batch.add(next);
            }
        }
        return batch;
    }

    /** Writes a batch; the future fails only when the connection is of no more use. */
    private Future<Void> write(PgConnection open, List<Pending<C, R>> batch, int attempt) {
        List<C> commands = batch.stream().map(Pending::command).toList();
        Traces.Batch trace = shared.database().traces().batch(shared.options().name(), batch, Pending::trace);
        boolean mayLook = attempt == 1 && aside != null && looks.worthIt();
        return Future.succeededFuture()
                .compose(start -> mayLook ? look(open, commands, trace) : locked())
                .compose(written ->
                        written.map(Future::succeededFuture).orElseGet(() -> transaction(open, commands, trace)))
                .onComplete(trace::end)
                .transform(written -> written.succeeded()
                        ? settleAll(batch, written.result())
                        : open == connection
                                ? rolledBack(open).compose(done -> again(open, batch, attempt, written.cause()))
                                : Future.failedFuture(written.cause()));
    }

    /** A batch of which nothing is written: it takes locks. */
    private static <T> Future<Optional<T>> locked() {
        return Future.succeededFuture(Optional.empty());
    }

    /**
     * Without a transaction, where that will do: a failure changes nothing, and is found again under locks. Whoever has
     * waited for a lock in vain does not wait for it again.
     */
    private Future<Optional<List<Outcome<R>>>> look(PgConnection open, List<C> commands, Traces.Batch trace) {
        return trace.during(() -> shared.work().look(open, commands))
                .compose(seen ->
                        seen.isEmpty() ? futile() : trace.during(() -> writeAtOnce(open, commands, seen.orElseThrow())))
                .recover(failure -> {
                    looks.metANeighbour();
                    boolean mayLock = open == connection && !PgProblems.isLockTimeout(failure);
                    return mayLock ? locked() : Future.failedFuture(failure);
                });
    }

    private <T> Future<Optional<T>> futile() {
        looks.wasFutile();
        return locked();
    }

    /** A refusal may be due to what others are just writing, or be a repeat of it: only locks tell. */
    private Future<Optional<List<Outcome<R>>>> writeAtOnce(PgConnection open, List<C> commands, S state) {
        Decision<R> decision = decide(state, commands);
        if (!decision.isGuarded()) {
            return futile();
        }
        Changes changes = decision.changes();
        if (changes == null) {
            return Future.succeededFuture(Optional.of(decision.outcomes()));
        }
        if (!changes.isOneStatement()) {
            return futile();
        }
        return changes.send(open)
                .onSuccess(written -> looks.sufficed())
                .compose(written -> tell(changes))
                .map(Optional.of(decision.outcomes()));
    }

    private Decision<R> decide(S state, List<C> commands) {
        Decision<R> decision = shared.work().decide(state, commands);
        int outcomes = decision.outcomes().size();
        if (outcomes != commands.size()) {
            throw new IllegalStateException(outcomes + " outcomes of " + commands.size() + " commands");
        }
        return decision;
    }

    private Future<List<Outcome<R>>> transaction(PgConnection open, List<C> commands, Traces.Batch trace) {
        Future<S> loaded = trace.during(() -> load(open, commands));
        return loaded.compose(state -> trace.during(() -> finish(open, commands, state)));
    }

    private Future<S> load(PgConnection open, List<C> commands) {
        begun = true;
        Future<?> began = open.query("BEGIN").execute();
        Future<S> loaded = shared.work().load(open, commands);
        return Future.all(began, loaded).map(both -> both.resultAt(1));
    }

    private Future<List<Outcome<R>>> finish(PgConnection open, List<C> commands, S state) {
        Decision<R> decision = decide(state, commands);
        Changes changes = decision.changes();
        Future<Void> ended = changes == null ? rolledBack(open) : commit(open, changes);
        return ended.map(decision.outcomes());
    }

    private Future<Void> commit(PgConnection open, Changes changes) {
        Future<?> sent = changes.send(open);
        if (sent.failed()) {
            return Future.failedFuture(sent.cause()); // The client refused a parameter: nothing to commit.
        }
        Future<?> committed = open.query("COMMIT").execute();
        // COMMIT after a failed statement rolls back and still "succeeds": both must have gone well.
        return Future.join(sent, committed).transform(both -> {
            if (both.succeeded()) {
                begun = false;
                return tell(changes);
            }
            boolean refusedByClient = committed.succeeded() && sent.failed() && !(sent.cause() instanceof PgException);
            return Future.failedFuture(refusedByClient ? new PartlyWritten(sent.cause()) : both.cause());
        });
    }

    /** What is durable stays so: a failure here is no reason to write it again. */
    private Future<Void> tell(Changes changes) {
        try {
            changes.committed();
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue("domain", shared.options().name())
                    .setCause(e)
                    .log("committed_failed");
        }
        return Future.succeededFuture();
    }

    private Future<Void> again(PgConnection open, List<Pending<C, R>> batch, int attempt, Throwable failure) {
        if (PgProblems.isRetriable(failure) && attempt < TRIES_MAX) {
            return write(open, batch, attempt + 1);
        }
        boolean alone = batch.size() == 1;
        if (alone && PgProblems.isLockTimeout(failure)) {
            Pending<C, R> waited = batch.getFirst();
            shared.locked().remember(waited.subject());
            if (aside != null) {
                isWriting = false;
                aside.add(waited);
                return Future.succeededFuture();
            }
        }
        if (alone || failure instanceof PartlyWritten) {
            logFailure(failure);
            failAll(batch, failure);
            return Future.succeededFuture();
        }
        Future<Void> done = Future.succeededFuture();
        for (Pending<C, R> each : batch) {
            done = done.compose(before -> alone(open, each));
        }
        return done;
    }

    private Future<Void> alone(PgConnection open, Pending<C, R> pending) {
        if (pending.isStale(shared.options().staleAfter())) {
            pending.settle(unavailable());
            return Future.succeededFuture();
        }
        if (aside != null && shared.locked().contains(pending.subject())) {
            aside.add(pending);
            return Future.succeededFuture();
        }
        return write(open, List.of(pending), 1);
    }

    private Future<PgConnection> connected() {
        PgConnection open = connection;
        if (open != null) {
            return Future.succeededFuture(open);
        }
        return shared.database().dedicated(lockTimeout).map(fresh -> {
            connection = fresh;
            begun = false;
            fresh.closeHandler(gone -> connection = connection == fresh ? null : connection);
            return fresh;
        });
    }

    /** Gives up a connection that broke or does not answer; the next batch gets a new one. */
    private void abandon(PgConnection open) {
        if (connection == open) {
            connection = null;
        }
        open.close().onFailure(failure -> LOGGER.atDebug().log("connection_was_gone"));
    }

    private void release() {
        Promise<Void> closed = closing;
        if (closed == null) {
            return;
        }
        PgConnection open = connection;
        connection = null;
        (open == null ? Future.<Void>succeededFuture() : open.close()).onComplete(done -> closed.tryComplete());
    }

    private Future<Void> rolledBack(PgConnection open) {
        if (!begun) {
            return Future.succeededFuture();
        }
        begun = false;
        return open.query("ROLLBACK").execute().mapEmpty();
    }

    private Outcome<R> unavailable() {
        return new Outcome.Refused<>(Problem.unavailable());
    }

    private Future<Void> settleAll(List<Pending<C, R>> batch, List<Outcome<R>> outcomes) {
        isWriting = false;
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).settle(outcomes.get(i));
        }
        return Future.succeededFuture();
    }

    private void failAll(List<Pending<C, R>> batch, Throwable failure) {
        isWriting = false;
        for (Pending<C, R> each : batch) {
            var unused = each.promise().tryFail(failure);
        }
    }

    private void logFailure(Throwable failure) {
        if (!(failure instanceof ProblemException)) {
            LOGGER.atWarn()
                    .addKeyValue("domain", shared.options().name())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("batch_failed");
        }
    }

    /** What all lanes of a group commit have in common. */
    record Shared<C, S, R>(
            Options options,
            Database database,
            Work<C, S, R> work,
            Context context,
            LockedSubjects locked,
            DistributionSummary sizes,
            Timer waits) {

        /** A command, from now on until it is answered. */
        Pending<C, R> arrived(Object subject, C command) {
            Promise<R> promise = Promise.promise();
            Traces.Command trace = database.traces().command(options.name(), promise.future());
            return new Pending<>(subject, command, promise, System.nanoTime(), trace);
        }
    }

    /**
     * A command that is not answered yet.
     *
     * @param since when it came, by {@link System#nanoTime}
     */
    record Pending<C, R>(Object subject, C command, Promise<R> promise, long since, Traces.Command trace) {
        /** A caller that throws is no reason to write again what is already committed. */
        void settle(Outcome<R> outcome) {
            try {
                switch (outcome) {
                    case Outcome.Accepted<R>(R answer) -> promise.tryComplete(answer);
                    case Outcome.Refused<R>(Problem problem) -> promise.tryFail(problem.asException());
                }
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("caller_failed");
            }
        }

        boolean isStale(Duration staleAfter) {
            return System.nanoTime() - since > staleAfter.toNanos();
        }
    }

    /** A write never reached the server, but the commit of the others did. Doing it again would do those twice. */
    private static final class PartlyWritten extends RuntimeException {
        PartlyWritten(Throwable cause) {
            super("a write was not sent, its neighbours were committed", cause, false, false);
        }
    }
}
