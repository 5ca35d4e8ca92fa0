package dev.merit.points.app;

import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.PgProblems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens by itself: expired points are booked, old answers are forgotten. A bounded piece at a time, again
 * soon while there is more; safe on many nodes at once, since it does what any command would do.
 */
public final class Housekeeping {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeping.class);
    private static final long PAUSE_MILLIS = 30_000;
    private static final long NEXT_PIECE_MILLIS = 200;

    private final Vertx vertx;
    private final BookingService bookings;
    private final Idempotency idempotency;
    private final Duration kept;
    private boolean stopped;

    public Housekeeping(Vertx vertx, BookingService bookings, Database database, Duration kept) {
        this.vertx = vertx;
        this.bookings = bookings;
        this.idempotency = new Idempotency(database);
        this.kept = kept;
    }

    public void start() {
        repeat("points_expired", () -> bookings.sweep("expiry-sweep"));
        repeat("answers_forgotten", () -> idempotency.prune(kept));
    }

    public void stop() {
        stopped = true;
    }

    private void repeat(String job, Supplier<Future<Integer>> piece) {
        if (stopped) {
            return;
        }
        piece.get()
                .onSuccess(done -> {
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
