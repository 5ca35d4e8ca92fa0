package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes commands in batches, one transaction for each: while a batch is being written the next one gathers, so a lone
 * command waits for nothing and a crowd shares its flush. Behind a batch of several a lane waits a few milliseconds for
 * as many again.
 *
 * <p>A batch is BEGIN and {@link Work#load} in one flight, {@link Work#decide} in memory in order of arrival, and the
 * writes with COMMIT in one flight. Where {@link Work#look} can do without locks it is a read and a single statement,
 * which is its own transaction; whatever no key guards then, or was changed by others meanwhile, is decided again under
 * locks. Nothing is acknowledged before the commit has returned. A refusal refuses only itself; when a batch fails as a
 * whole its commands are tried one by one, so that a poisonous one fails alone.
 *
 * <p>Each lane has a connection of its own. Commands of one subject go to one lane, and those of many rows begin one
 * after another where they have some in common, so that lanes do not wait for each other; other nodes may write the
 * same rows, so there are locks all the same, held until the commit, or the keys behind a look. A subject whose rows
 * somebody keeps locked goes to a lane aside, so that only those wait who want the same rows.
 *
 * <p>Confined to the context it was made on.
 *
 * @param <C> a command
 * @param <S> what a batch needs to know, as read under locks
 * @param <R> what an accepted command answers
 */
public final class GroupCommit<C, S, R> {
    private static final Duration LOCK = Duration.ofMillis(100);

    private static final Duration LOCK_ASIDE = Duration.ofMillis(1_500);

    private static final Comparator<Lane<?, ?, ?>> FEWEST_BEFORE = Comparator.comparingInt(Lane::before);

    private final Lane.Shared<C, S, R> shared;
    private final List<Lane<C, S, R>> lanes = new ArrayList<>();
    private final Lane<C, S, R> aside;
    /** Their commands go aside. */
    private final LockedSubjects locked = new LockedSubjects();
    /** For commands whose rows are no lane's own. */
    private final Crossing crossing;

    /**
     * The limits of a group commit.
     *
     * @param queueMax commands that may wait in one lane, and as many for each lane of those whose rows are no lane's
     *     own; more are refused with SERVICE_UNAVAILABLE
     * @param staleAfter commands that waited longer are not begun: their callers have given up
     * @param lockTimeout how long a batch waits for a row that somebody else has locked, before its commands are tried
     *     one by one
     */
    public record Options(
            String name, int lanes, int batchMax, int queueMax, Duration staleAfter, Duration lockTimeout) {

        /** For commands of one subject each: lanes have no row in common, other nodes hold theirs for milliseconds. */
        public Options(String name, int lanes, int batchMax, int queueMax, Duration staleAfter) {
            this(name, lanes, batchMax, queueMax, staleAfter, LOCK);
        }
    }

    /** What a domain does with a batch. */
    public interface Work<C, S, R> {

        /** Locks and reads all that {@link #decide} needs; every statement is sent without waiting for another. */
        Future<S> load(SqlClient tx, List<C> commands);

        /**
         * Reads the same before a transaction, without locks; empty, as it is by default, where that will not do. Only
         * for commands whose changes cannot be written twice, nor on top of others that were not seen, because they
         * would break a unique key; and which cannot be written long after they were decided.
         */
        default Future<Optional<S>> look(SqlClient client, List<C> commands) {
            return Future.succeededFuture(Optional.empty());
        }

        /** Decides all commands in order; the later see what the earlier did. No I/O. */
        Decision<R> decide(S state, List<C> commands);
    }

    /**
     * What became of a batch.
     *
     * @param outcomes one for each command, in order
     * @param changes null when nothing is to be written
     * @param isGuarded whether it may be decided without locks: unique keys, of what is written or was found written,
     *     stand behind all of it. Behind a refusal by what was read there are none
     */
    public record Decision<R>(
            List<Outcome<R>> outcomes, @Nullable Changes changes, boolean isGuarded) {

        /** Where a command is either accepted or refused as a whole. */
        public Decision(List<Outcome<R>> outcomes, @Nullable Changes changes) {
            this(outcomes, changes, outcomes.stream().noneMatch(Outcome.Refused.class::isInstance));
        }
    }

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

        /** Whether {@link #send} sends one statement, which is a transaction by itself. */
        default boolean isOneStatement() {
            return false;
        }

        /** Called once they are durable, before anybody is answered. */
        default void committed() {}
    }

    public GroupCommit(Vertx vertx, Database database, MeterRegistry meters, Options options, Work<C, S, R> work) {
        var sizes = DistributionSummary.builder("merit.batch.size")
                .tag("domain", options.name())
                .register(meters);
        var waits =
                Timer.builder("merit.batch.wait").tag("domain", options.name()).register(meters);
        shared = new Lane.Shared<>(options, database, work, vertx.getOrCreateContext(), locked, sizes, waits);
        aside = new Lane<>(shared, 1, LOCK_ASIDE, null);
        for (int i = 0; i < options.lanes(); i++) {
            lanes.add(new Lane<>(shared, options.batchMax(), options.lockTimeout(), aside));
        }
        // One of them may be aside.
        crossing = new Crossing(options.lanes() + 1, options.lanes() * options.queueMax());
        Gauge.builder("merit.batch.queue", this, GroupCommit::waiting)
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
        Lane<C, S, R> lane = locked.contains(subject) ? aside : lanes.get(Math.floorMod(slice, lanes.size()));
        return lane.submit(shared.arrived(subject, command));
    }

    /**
     * Queues a command whose rows are no lane's own. It begins where the fewest wait, and only while no other such
     * command is under way that wants one of its rows.
     *
     * @param subject as above
     * @param rows all that it writes and others may write too, such as accounts
     */
    public Future<R> submitAcross(Object subject, Set<?> rows, C command) {
        Lane.Pending<C, R> pending = shared.arrived(subject, command);
        return crossing.pass(rows, () -> {
                    Lane<C, S, R> lane = locked.contains(subject) ? aside : Collections.min(lanes, FEWEST_BEFORE);
                    return lane.submit(pending);
                })
                .onFailure(pending.promise()::tryFail);
    }

    /** Commands that have not been begun. */
    public int waiting() {
        return crossing.waiting() + all().mapToInt(Lane::waiting).sum();
    }

    /** Finishes what is queued, then lets the connections go. */
    public Future<Void> close() {
        // What goes aside is known when the others are done.
        return crossing.close()
                .compose(crossed -> Future.join(lanes.stream().map(Lane::close).toList()))
                .eventually(aside::close)
                .mapEmpty();
    }

    private Stream<Lane<C, S, R>> all() {
        return Stream.concat(lanes.stream(), Stream.of(aside));
    }
}
