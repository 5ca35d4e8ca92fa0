package dev.merit.events;

import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlClient;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The relay's one connection to PostgreSQL, opened again when it broke. However much waits in the outbox, those who
 * serve requests lose one backend to it and no place in the pool.
 */
final class RelayConnection {
    private static final int LIMIT_SECONDS = 15;

    private final Database database;
    private @Nullable Future<PgConnection> opened;

    RelayConnection(Database database) {
        this.database = database;
    }

    <T> Future<T> run(Function<SqlClient, Future<T>> work) {
        Future<PgConnection> connection = connection();
        return connection.compose(work).timeout(LIMIT_SECONDS, TimeUnit.SECONDS).onFailure(failure -> {
            // A server that does not answer at all gets no second question on the same connection.
            if (failure instanceof TimeoutException) {
                forget(connection);
            }
        });
    }

    Future<?> close() {
        Future<PgConnection> connection = opened;
        opened = null;
        return connection == null || !connection.succeeded()
                ? Future.succeededFuture()
                : connection.compose(PgConnection::close);
    }

    private Future<PgConnection> connection() {
        Future<PgConnection> connection = opened;
        if (connection == null || connection.failed()) {
            Future<PgConnection> fresh = database.dedicated();
            opened = fresh;
            fresh.onSuccess(open -> open.closeHandler(closed -> forget(fresh)));
            connection = fresh;
        }
        return connection;
    }

    private void forget(Future<PgConnection> connection) {
        if (opened == connection) {
            opened = null;
            if (connection.succeeded()) {
                var closing = connection.result().close();
                closing.onComplete(closed -> {});
            }
        }
    }
}
