package dev.merit.node.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** Asks the database for a sign of life. */
public final class DatabaseProbe {
    private static final String ALIVE = "SELECT 1";

    private DatabaseProbe() {}

    /** Fails when the database does not answer; how long to wait is the caller's choice. */
    public static Future<Void> ask(SqlClient client) {
        return client.query(ALIVE).execute().mapEmpty();
    }

    /** The same, three times if need be: the first connection of a program that has just begun may be too late for its limit. */
    public static Future<Void> insist(SqlClient client) {
        return ask(client).recover(late -> ask(client)).recover(late -> ask(client));
    }
}
