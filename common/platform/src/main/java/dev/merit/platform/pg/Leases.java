package dev.merit.platform.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;

/**
 * Work that one node at a time should do. PostgreSQL decides, by its own clock. A holder that was paused may still be
 * at it when the next one begins, so the work itself must stand being done twice.
 */
public final class Leases {
    private final Database database;
    private final UUID owner = UUID.randomUUID();

    public Leases(Database database) {
        this.database = database;
    }

    private static final String HOLD = """
            INSERT INTO platform.lease AS l (name, owner, fence, expires_at)
            VALUES ($1, $2, 1, now() + $3 * interval '1 millisecond')
            ON CONFLICT (name) DO UPDATE
               SET owner = excluded.owner,
                   fence = l.fence + CASE WHEN l.owner = excluded.owner THEN 0 ELSE 1 END,
                   expires_at = excluded.expires_at
             WHERE l.owner = excluded.owner OR l.expires_at <= now()
            """;

    /** Takes or renews the lease of this name for {@code life}; false while somebody else has it. */
    public Future<Boolean> hold(String name, Duration life) {
        return database.pool()
                .preparedQuery(HOLD)
                .execute(Tuple.of(name, owner, (double) life.toMillis()))
                .map(written -> written.rowCount() == 1);
    }

    private static final String RELEASE = """
            UPDATE platform.lease SET expires_at = now() - interval '1 second' WHERE owner = $1
            """;

    /** Lets others have all that this one holds. */
    public Future<?> release() {
        return database.pool().preparedQuery(RELEASE).execute(Tuple.of(owner));
    }
}
