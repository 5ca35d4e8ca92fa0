package dev.merit.bench.candidate;

import dev.merit.bench.measure.BenchFailed;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** What the outbox says of its publishing. */
public final class OutboxTables implements AutoCloseable {
    private static final Duration PUBLISH_LIMIT = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(250);

    private static final String IS_WAITING = "SELECT EXISTS (SELECT FROM platform.outbox WHERE published_at IS NULL)";

    /** What was published with the first mark was under way before the clock started. */
    private static final String MEASURE_DRAIN = """
            SELECT coalesce(sum(cardinality(o.event_ids)) FILTER (WHERE o.published_at > bounds.first), 0) AS events,
                   extract(epoch FROM bounds.last - bounds.first) * 1000 AS millis
              FROM platform.outbox o
             CROSS JOIN (SELECT min(published_at) AS first, max(published_at) AS last FROM platform.outbox) AS bounds
             GROUP BY bounds.first, bounds.last
            """;

    private static final String MEASURE_LAG = """
            SELECT count(*) AS events,
                   extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY lag)) * 1000 AS p50,
                   extract(epoch FROM percentile_disc(0.99) WITHIN GROUP (ORDER BY lag)) * 1000 AS p99,
                   extract(epoch FROM max(lag)) * 1000 AS max
              FROM (SELECT published_at - created_at AS lag
                      FROM platform.outbox, unnest(event_ids)) AS each
            """;

    private static final String EMPTY = "TRUNCATE platform.outbox";

    private final Connection connection;

    public OutboxTables(String jdbcUrl) throws SQLException {
        this.connection = DriverManager.getConnection(jdbcUrl);
    }

    /** How fast a backlog went. */
    public record Drain(long events, double millis) {
        public double rate() {
            return millis == 0 ? 0 : events * 1_000.0 / millis;
        }
    }

    /** From the beginning of an event's transaction to the mark, which follows Kafka's acknowledgement; milliseconds. */
    public record Lag(long events, double p50, double p99, double max) {}

    public void awaitPublished() throws SQLException {
        long begun = System.nanoTime();
        while (isWaiting()) {
            if (System.nanoTime() - begun > PUBLISH_LIMIT.toNanos()) {
                throw new BenchFailed("The node did not publish within " + PUBLISH_LIMIT.toSeconds() + " s.");
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchFailed("Interrupted while the node was publishing.", e);
            }
        }
    }

    public Drain drain() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MEASURE_DRAIN)) {
            rows.next();
            return new Drain(rows.getLong("events"), rows.getDouble("millis"));
        }
    }

    public Lag lag() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MEASURE_LAG)) {
            rows.next();
            return new Lag(rows.getLong("events"), rows.getDouble("p50"), rows.getDouble("p99"), rows.getDouble("max"));
        }
    }

    public void empty() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(EMPTY);
        }
    }

    private boolean isWaiting() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(IS_WAITING)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
