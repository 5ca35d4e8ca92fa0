package dev.merit.node.store;

import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** One view of the whole database for as long as it takes, whatever is written meanwhile. It only reads. */
public final class Snapshot {
    private static final String BEGIN = """
            BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
            SET LOCAL statement_timeout = '15min';
            SET LOCAL idle_in_transaction_session_timeout = 0
            """;

    private Snapshot() {}

    /** A connection whose statements all see the same; they may take long. It ends with {@link #close}. */
    public static Future<SqlConnection> open(Database database) {
        return database.pool()
                .getConnection()
                .compose(connection -> connection.query(BEGIN).execute().map(begun -> connection));
    }

    public static Future<Void> close(SqlConnection snapshot) {
        return snapshot.query("ROLLBACK").execute().compose(ended -> snapshot.close());
    }
}
