package dev.merit.platform.pg;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Tells PostgreSQL's failures apart: which pass by themselves, which may be tried again, which are ours. */
public final class PgProblems {
    private static final String UNIQUE_VIOLATION = "23505";
    /** The server starts or stops, or was told to end the connection. */
    private static final String OPERATOR = "57";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    /**
     * A neighbour wrote the same row first, or two transactions waited for each other: the next try sees the result.
     */
    private static final Set<String> RETRIABLE = Set.of(UNIQUE_VIOLATION, "40P01", "40001");

    private PgProblems() {}

    /** Whether a dependency is slow, full or gone, as opposed to a fault in a statement. */
    public static boolean isTrouble(Throwable failure) {
        if (failure instanceof PgException pg) {
            String state = String.valueOf(pg.getSqlState());
            // Connection, resources, operator intervention, lock timeout, serialisation; 25006 is a read-only standby.
            return state.startsWith("08")
                    || state.startsWith("53")
                    || state.startsWith(OPERATOR)
                    || state.startsWith("40")
                    || state.equals(LOCK_NOT_AVAILABLE)
                    || state.equals("25006");
        }
        if (isBadParameter(failure)) {
            return false;
        }
        return failure instanceof IOException
                || failure instanceof ClosedConnectionException
                || failure instanceof TimeoutException
                || isConnectionTrouble(failure);
    }

    /** Whether the server is there and refused no more than this one thing: too many connections, a bad statement. */
    public static boolean isAlive(Throwable failure) {
        return failure instanceof PgException pg
                && !String.valueOf(pg.getSqlState()).startsWith(OPERATOR);
    }

    /** Whether the same statements may succeed when sent again. */
    public static boolean isRetriable(Throwable failure) {
        return failure instanceof PgException pg && RETRIABLE.contains(String.valueOf(pg.getSqlState()));
    }

    /** Whether a lock was not to be had in time. */
    public static boolean isLockTimeout(Throwable failure) {
        return failure instanceof PgException pg && LOCK_NOT_AVAILABLE.equals(pg.getSqlState());
    }

    /** Whether a row broke the unique constraint or index of this name. */
    public static boolean violates(Throwable failure, String constraint) {
        return failure instanceof PgException pg
                && UNIQUE_VIOLATION.equals(pg.getSqlState())
                && constraint.equals(pg.getConstraint());
    }

    /** A failure for the log: PostgreSQL's own text may quote a row, and with it personal data. */
    public static String describe(Throwable failure) {
        if (failure instanceof PgException pg) {
            return "SQLSTATE " + pg.getSqlState() + ", table " + pg.getTable() + ", constraint " + pg.getConstraint();
        }
        return isBadParameter(failure) ? "a parameter of a type that the statement does not take" : failure.toString();
    }

    /** The client refuses it before anything is sent, without a type of its own and quoting the value. */
    private static boolean isBadParameter(Throwable failure) {
        return failure instanceof VertxException
                && String.valueOf(failure.getMessage()).startsWith("Parameter at position");
    }

    /** The client and the pool say so without a type of their own. */
    private static boolean isConnectionTrouble(Throwable failure) {
        return (failure instanceof VertxException && !(failure instanceof PgException))
                || failure.getClass().getSimpleName().equals("NoStackTraceThrowable")
                || failure.getClass().getSimpleName().equals("ConnectionPoolTooBusyException");
    }
}
