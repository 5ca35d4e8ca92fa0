package dev.merit.bench.candidate;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the server does behind the load: checkpoints, vacuum, and rows that are of no use any more. */
public final class ServerFigures implements AutoCloseable {
    private static final String READ = """
            SELECT (SELECT num_timed + num_requested FROM pg_stat_checkpointer) AS checkpoints,
                   coalesce(sum(autovacuum_count), 0) AS vacuums,
                   coalesce(sum(n_dead_tup)::float8 / nullif(sum(n_live_tup + n_dead_tup), 0), 0) AS dead_share,
                   pg_database_size(current_database()) / 1048576 AS mebibytes
              FROM pg_stat_user_tables
            """;

    private final Connection connection;

    public ServerFigures(String jdbcUrl) throws SQLException {
        this.connection = DriverManager.getConnection(jdbcUrl);
    }

    /**
     * Counts since the server's start.
     *
     * @param deadShare of all rows, those that vacuum has not yet made room of
     */
    public record Figures(long checkpoints, long vacuums, double deadShare, long mebibytes) {}

    public Figures read() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(READ)) {
            rows.next();
            return new Figures(
                    rows.getLong("checkpoints"),
                    rows.getLong("vacuums"),
                    rows.getDouble("dead_share"),
                    rows.getLong("mebibytes"));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
