package dev.merit.platform.pg;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker towards PostgreSQL. It asks every second on a connection of its own; after two answers that did
 * not come, whoever would need the database is refused at once instead of waiting in a queue for nothing, until the
 * next answer comes. A slow statement or a locked row does not open it: only a server that does not answer at all.
 */
public final class DatabaseWatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(DatabaseWatch.class);
    private static final long EVERY_MILLIS = 1_000;
    private static final long ANSWER_MILLIS = 1_500;
    private static final int FAILURES_MAX = 2;
    private static final String PROBE = "SELECT 1";

    private final Vertx vertx;
    private final Database database;
    private @Nullable PgConnection connection;
    private boolean asking;
    private int failures;
    private volatile boolean away;

    public DatabaseWatch(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    /** Asks from now on, until the Vert.x instance is closed. */
    public void start() {
        vertx.setPeriodic(EVERY_MILLIS, timer -> ask());
    }

    /** From any thread: whether the server has not answered lately. */
    public boolean isAway() {
        return away;
    }

    private void ask() {
        if (asking) {
            return;
        }
        asking = true;
        connected()
                .compose(open -> open.query(PROBE).execute())
                .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(answered -> answered())
                .onFailure(this::failed)
                .onComplete(asked -> asking = false);
    }

    private Future<PgConnection> connected() {
        PgConnection open = connection;
        if (open != null) {
            return Future.succeededFuture(open);
        }
        return database.dedicated().onSuccess(fresh -> {
            connection = fresh;
            fresh.closeHandler(gone -> connection = connection == fresh ? null : connection);
        });
    }

    private void answered() {
        failures = 0;
        if (away) {
            away = false;
            LOGGER.atInfo().log("database_back");
        }
    }

    private void failed(Throwable cause) {
        PgConnection broken = connection;
        connection = null;
        if (broken != null) {
            broken.close().onFailure(failure -> LOGGER.atDebug().log("connection_was_gone"));
        }
        if (PgProblems.isAlive(cause)) {
            answered();
        } else if (++failures >= FAILURES_MAX && !away) {
            away = true;
            LOGGER.atError().addKeyValue("cause", PgProblems.describe(cause)).log("database_away");
        }
    }
}
