package dev.merit.platform.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Makes transactions wait for each other where there is no row to lock: when rows are counted before one is added. */
public final class Locks {
    private Locks() {}

    private static final String ADVISORY = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    /** Waits for, and holds until the transaction ends, the lock of this name. */
    public static Future<Void> advisory(SqlClient tx, String name) {
        return tx.preparedQuery(ADVISORY).execute(Tuple.of(name)).mapEmpty();
    }
}
