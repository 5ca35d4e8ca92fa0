package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.platform.telemetry.Traces;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes commands in batches, one transaction a batch, without a timer: while a batch is being written the next one
 * gathers, so a lone command waits for nothing and a crowd shares its flush.
 *
 * <p>A batch is BEGIN and {@link Work#load} in one flight, {@link Work#decide} in memory in order of arrival, and the
 * writes with COMMIT in one flight. Nothing is acknowledged before the commit has returned. A refusal refuses only
 * itself; when a batch fails as a whole its commands are tried one by one, so that a poisonous one fails alone.
 *
 * <p>Each lane has a connection of its own. Commands of one member go to one lane, so that lanes do not wait for each
 * other; other nodes may write the same rows, so locks are held until the commit all the same. A subject whose rows
 * somebody keeps locked goes to a lane aside, so that only those wait who want the same rows.
 *
 * <p>Confined to the context it was made on.
 *
 * @param <C> a command
 * @param <S> what a batch needs to know, as read under locks
 * @param <R> what an accepted command answers
 */
public final class GroupCommit<C, S, R> {
    private static final Logger LOGGER = LoggerFactory.getLogger(GroupCommit.class);
    private static final int TRIES_MAX = 6;
    private static final int BATCH_SECONDS_MAX = 20;
    /** How long a subject stays aside after somebody waited for its rows in vain. */
    private static final Duration ASIDE = Duration.ofSeconds(2);

    private static final int ASIDE_MAX = 1_000;
    /** Other batches hold locks for some milliseconds. */
    private static final Duration LOCK = Duration.ofMillis(100);

    private static final Duration LOCK_ASIDE = Duration.ofMillis(1_500);

    private final Options options;
    private final Database database;
    private final Work<C, S, R> work;
    private final Context context;
    private final List<Lane> lanes = new ArrayList<>();
    private final Lane aside;
    /** Subjects whose rows were locked, and until when their commands go aside. */
    private final Map<Object, Long> locked = new HashMap<>();

    private final DistributionSummary sizes;
    private final Timer waits;

    /**
     * The limits of a group commit.
     *
     * @param queueMax commands that may wait in one lane; more are refused with SERVICE_UNAVAILABLE
     * @param staleAfter commands that waited longer are not begun: their callers have given up
     */
    public record Options(String name, int lanes, int batchMax, int queueMax, Duration staleAfter) {}

    /** What a domain does with a batch. */
    public interface Work<C, S, R> {

        /** Locks and reads all that {@link #decide} needs; every statement is sent without waiting for another. */
        Future<S> load(SqlClient tx, List<C> commands);

        /** Decides all commands in order; the later see what the earlier did. No I/O. */
        Decision<R> decide(S state, List<C> commands);
    }

    /**
     * What became of a batch.
     *
     * @param outcomes one for each command, in order
     * @param changes null when nothing is to be written
     */
    public record Decision<R>(
            List<Outcome<R>> outcomes, @Nullable Changes changes) {}

    /** What became of one command. */
    public sealed interface Outcome<R> {
        record Accepted<R>(R answer) implements Outcome<R> {}

        record Refused<R>(Problem problem) implements Outcome<R> {}
    }

    /** The writes of a batch. */
    public interface Changes {

        /**
         * Sends every write without waiting for another. Fails as soon as one fails ({@link Future#all}, not {@code
         * join}): what the client itself refuses has to be known before COMMIT is sent.
         */
        Future<?> send(SqlClient tx);

        /** Called once they are durable, before anybody is answered. */
        default void committed() {}
    }

    public GroupCommit(Vertx vertx, Database database, MeterRegistry meters, Options options, Work<C, S, R> work) {
        this.options = options;
        this.database = database;
        this.work = work;
        this.context = vertx.getOrCreateContext();
        this.sizes = DistributionSummary.builder("merit.batch.size")
                .tag("domain", options.name())
                .register(meters);
        this.waits =
                Timer.builder("merit.batch.wait").tag("domain", options.name()).register(meters);
        for (int i = 0; i < options.lanes(); i++) {
            lanes.add(new Lane(options.batchMax()));
        }
        aside = new Lane(1);
        Gauge.builder("merit.batch.queue", this, commit -> commit.waiting())
                .tag("domain", options.name())
                .strongReference(false)
                .register(meters);
    }

    /**
     * Queues a command and completes when it is decided and, if accepted, durable.
     *
     * @param slice commands of one slice are written by one lane, in order of arrival
     * @param subject whose rows it writes, such as an account; small, as it may be remembered for a while
     */
    public Future<R> submit(int slice, Object subject, C command) {
        Lane lane = isLocked(subject) ? aside : lanes.get(Math.floorMod(slice, lanes.size()));
        return lane.submit(subject, command);
    }

    /** Commands that have not been begun. */
    public int waiting() {
        return all().mapToInt(lane -> lane.queue.size()).sum();
    }

    /** Finishes what is queued, then lets the connections go. */
    public Future<Void> close() {
        // What goes aside is known when the others are done.
        return Future.join(lanes.stream().map(Lane::close).toList())
                .eventually(aside::close)
                .mapEmpty();
    }

    private Stream<Lane> all() {
        return Stream.concat(lanes.stream(), Stream.of(aside));
    }

    private boolean isLocked(Object subject) {
        Long until = locked.get(subject);
        if (until != null && System.nanoTime() - until > 0) {
            locked.remove(subject);
            return false;
        }
        return until != null;
    }

    private void remember(Object subject) {
        locked.values().removeIf(until -> System.nanoTime() - until > 0);
        if (locked.size() < ASIDE_MAX) {
            locked.put(subject, System.nanoTime() + ASIDE.toNanos());
        }
    }

    private record Pending<C, R>(Object subject, C command, Promise<R> promise, long since, Traces.Command trace) {
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

    private final class Lane {
        private final int batchMax;
        private final ArrayDeque<Pending<C, R>> queue = new ArrayDeque<>();
        private @Nullable PgConnection connection;
        private @Nullable Promise<Void> closing;
        private boolean busy;

        Lane(int batchMax) {
            this.batchMax = batchMax;
        }

        Future<R> submit(Object subject, C command) {
            Promise<R> promise = Promise.promise();
            Traces.Command trace = database.traces().command(options.name(), promise.future());
            Pending<C, R> pending = new Pending<>(subject, command, promise, System.nanoTime(), trace);
            add(pending);
            return promise.future();
        }

        private void add(Pending<C, R> pending) {
            if (queue.size() >= options.queueMax() || closing != null) {
                pending.settle(unavailable());
                return;
            }
            queue.add(pending);
            if (!busy) {
                busy = true;
                // On the next turn, so that everything read in this one goes together.
                context.runOnContext(turn -> flush());
            }
        }

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
            sizes.record(batch.size());
            connected()
                    .compose(open -> write(open, batch, 1)
                            .timeout(BATCH_SECONDS_MAX, TimeUnit.SECONDS)
                            .onFailure(failure -> abandon(open)))
                    .onFailure(failure -> failAll(batch, failure))
                    .onComplete(done -> flush());
        }

        private List<Pending<C, R>> take() {
            var batch = new ArrayList<Pending<C, R>>(Math.min(queue.size(), batchMax));
            while (!queue.isEmpty() && batch.size() < batchMax) {
                Pending<C, R> next = queue.remove();
                if (next.isStale(options.staleAfter())) {
                    next.settle(unavailable());
                } else {
                    waits.record(System.nanoTime() - next.since(), TimeUnit.NANOSECONDS);
                    batch.add(next);
                }
            }
            return batch;
        }

        /** Writes a batch; the future fails only when the connection is of no more use. */
        private Future<Void> write(PgConnection open, List<Pending<C, R>> batch, int attempt) {
            List<C> commands = batch.stream().map(Pending::command).toList();
            Traces.Batch trace = database.traces().batch(options.name(), batch, Pending::trace);
            return Future.succeededFuture()
                    .compose(start -> transaction(open, commands, trace))
                    .onComplete(trace::end)
                    .transform(written -> written.succeeded()
                            ? settleAll(batch, written.result())
                            : open == connection
                                    ? rolledBack(open).compose(done -> again(open, batch, attempt, written.cause()))
                                    : Future.failedFuture(written.cause()));
        }

        private Future<List<Outcome<R>>> transaction(PgConnection open, List<C> commands, Traces.Batch trace) {
            Future<S> loaded = trace.during(() -> load(open, commands));
            return loaded.compose(state -> trace.during(() -> finish(open, commands, state)));
        }

        private Future<S> load(PgConnection open, List<C> commands) {
            Future<?> begun = open.query("BEGIN").execute();
            Future<S> loaded = work.load(open, commands);
            return Future.all(begun, loaded).map(both -> both.resultAt(1));
        }

        private Future<List<Outcome<R>>> finish(PgConnection open, List<C> commands, S state) {
            Decision<R> decision = work.decide(state, commands);
            List<Outcome<R>> outcomes = decision.outcomes();
            if (outcomes.size() != commands.size()) {
                throw new IllegalStateException(outcomes.size() + " outcomes of " + commands.size() + " commands");
            }
            Changes changes = decision.changes();
            return changes == null
                    ? rolledBack(open).map(outcomes)
                    : commit(open, changes).map(outcomes);
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
                    return tell(changes);
                }
                boolean refusedByClient =
                        committed.succeeded() && sent.failed() && !(sent.cause() instanceof PgException);
                return Future.failedFuture(refusedByClient ? new PartlyWritten(sent.cause()) : both.cause());
            });
        }

        /** What is durable stays so: a failure here is no reason to write it again. */
        private Future<Void> tell(Changes changes) {
            try {
                changes.committed();
            } catch (RuntimeException e) {
                LOGGER.atError()
                        .addKeyValue("domain", options.name())
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
                remember(waited.subject());
                if (this != aside) {
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
            if (pending.isStale(options.staleAfter())) {
                pending.settle(unavailable());
                return Future.succeededFuture();
            }
            if (this != aside && isLocked(pending.subject())) {
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
            return database.dedicated(this == aside ? LOCK_ASIDE : LOCK).map(fresh -> {
                connection = fresh;
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
    }

    private static Future<Void> rolledBack(PgConnection open) {
        return open.query("ROLLBACK").execute().mapEmpty();
    }

    private Outcome<R> unavailable() {
        return new Outcome.Refused<>(Problem.unavailable());
    }

    private Future<Void> settleAll(List<Pending<C, R>> batch, List<Outcome<R>> outcomes) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).settle(outcomes.get(i));
        }
        return Future.succeededFuture();
    }

    private void failAll(List<Pending<C, R>> batch, Throwable failure) {
        for (Pending<C, R> each : batch) {
            var unused = each.promise().tryFail(failure);
        }
    }

    private void logFailure(Throwable failure) {
        if (!(failure instanceof ProblemException)) {
            LOGGER.atWarn()
                    .addKeyValue("domain", options.name())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("batch_failed");
        }
    }
}
