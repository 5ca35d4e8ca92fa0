package dev.merit.bench.candidate;

import dev.merit.bench.measure.BenchFailed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What the node's database says of what the node said. */
final class NodeTables {
    private static final Duration PUBLISH_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);

    private static final String COUNT_ENTRIES = "SELECT count(*) FROM audit.v_ledger";

    private static final String COUNT_ANSWERS = "SELECT count(*) FROM platform.idempotency";

    private static final String COUNT_WAITING = """
            SELECT coalesce(sum(cardinality(event_ids)), 0) FROM platform.outbox WHERE published_at IS NULL
            """;

    private static final String COUNT_WRONG = """
            SELECT count(*)
              FROM (SELECT partner_id, member_id, card_id, sum(points) AS points
                      FROM audit.v_ledger
                     GROUP BY partner_id, member_id, card_id) e
              FULL JOIN audit.v_balance b USING (partner_id, member_id, card_id)
             WHERE b.balance IS DISTINCT FROM e.points
            """;

    private final Connection connection;

    NodeTables(Connection connection) {
        this.connection = connection;
    }

    /** How much there is of what a purchase leaves behind. */
    record Count(long entries, long answers) {}

    Count count() throws SQLException {
        return new Count(number(COUNT_ENTRIES), number(COUNT_ANSWERS));
    }

    /** Events that are still on their way to Kafka. */
    long countWaiting() throws SQLException {
        return number(COUNT_WAITING);
    }

    /** Lets the node publish what it still has to, so that this work is not left to the next contestant's time. */
    Duration awaitPublished() throws SQLException {
        long start = System.nanoTime();
        while (countWaiting() > 0) {
            if (System.nanoTime() - start > PUBLISH_LIMIT.toNanos()) {
                throw new BenchFailed(
                        "The node did not publish its events within " + PUBLISH_LIMIT.toSeconds() + " s.");
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchFailed("Interrupted while the node was publishing.", e);
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Balances that are not the sum of their entries. */
    long countWrongBalances() throws SQLException {
        return number(COUNT_WRONG);
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
