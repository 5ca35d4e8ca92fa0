package dev.merit.platform;

import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Leases;
import dev.merit.platform.pg.PgProblems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens by itself, such as booking what has expired. A bounded piece at a time, again soon while there is more.
 * One node does it, under a lease for each job; jobs are safe on many nodes at once all the same, since they do what
 * any command would do.
 */
public final class Housekeeping {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeping.class);
    private static final long PAUSE_MILLIS = 30_000;
    private static final long NEXT_PIECE_MILLIS = 200;
    private static final long STOP_MILLIS_MAX = 5_000;
    private static final String LEASE_PREFIX = "job-";
    /** A node that died is followed by another after this. */
    private static final Duration LEASE = Duration.ofSeconds(90);

    private final Vertx vertx;
    private final Leases leases;
    private final Map<String, Supplier<Future<Integer>>> jobs;
    private final Map<String, Future<?>> running = new HashMap<>();
    private boolean stopped;

    /**
     * Begins nothing yet.
     *
     * @param jobs what each piece of a job is, by the name of its log event; a piece says how much it did
     */
    public Housekeeping(Vertx vertx, Database database, Map<String, Supplier<Future<Integer>>> jobs) {
        this.vertx = vertx;
        this.leases = new Leases(database);
        this.jobs = Map.copyOf(jobs);
    }

    public void start() {
        jobs.forEach(this::repeat);
    }

    /** Begins no further piece, waits for those under way, and lets another node go on at once. */
    public Future<?> stop() {
        stopped = true;
        return Future.join(List.copyOf(running.values()))
                .timeout(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .eventually(leases::release)
                .otherwiseEmpty();
    }

    private void repeat(String job, Supplier<Future<Integer>> piece) {
        if (stopped) {
            return;
        }
        Future<Integer> begun = leases.hold(LEASE_PREFIX + job, LEASE)
                .compose(ours -> ours && !stopped ? piece.get() : Future.succeededFuture(0));
        running.put(job, begun);
        begun.onSuccess(done -> {
                    if (done > 0) {
                        LOGGER.atInfo().addKeyValue("count", done).log(job);
                    }
                    again(job, piece, done > 0 ? NEXT_PIECE_MILLIS : PAUSE_MILLIS);
                })
                .onFailure(failure -> {
                    LOGGER.atWarn()
                            .addKeyValue("job", job)
                            .addKeyValue("cause", PgProblems.describe(failure))
                            .log("job_failed");
                    again(job, piece, PAUSE_MILLIS);
                });
    }

    private void again(String job, Supplier<Future<Integer>> piece, long pauseMillis) {
        vertx.setTimer(pauseMillis, fired -> repeat(job, piece));
    }
}
