package dev.merit.bench.candidate;

import dev.merit.bench.candidate.Ask.Effect;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.platform.Uuids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;

/** What the node's database says of what the node said. */
final class NodeTables {
    private static final Duration PUBLISH_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);

    private static final String TAKE_MARK = """
            SELECT clock_timestamp() AS now, (SELECT coalesce(sum(granted), 0) FROM audit.v_stamps) AS stamps
            """;

    /** Ids ascend with time, so that only what is new is looked at, however much there is. */
    private static final String COUNT_SINCE = """
            SELECT e.purchases, e.redemptions, v.uses, s.stamps, i.answers
              FROM (SELECT count(*) FILTER (WHERE event = 'staff_credited_points_for_purchase') AS purchases,
                           count(*) FILTER (WHERE event = 'staff_redeemed_points_for_reward') AS redemptions
                      FROM audit.v_ledger WHERE partner_id = ? AND entry_id >= ?) e,
                   (SELECT count(*) AS uses FROM audit.v_voucher_use WHERE partner_id = ? AND redemption_id >= ?) v,
                   (SELECT coalesce(sum(granted), 0) - ? AS stamps FROM audit.v_stamps) s,
                   (SELECT count(*) AS answers FROM platform.idempotency WHERE created_at >= ?) i
            """;

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
    private final UUID partner;

    NodeTables(Connection connection, UUID partner) {
        this.connection = connection;
        this.partner = partner;
    }

    /** A moment between two stretches, by the clocks of the node and of the server. */
    record Mark(UUID smallestId, OffsetDateTime at, long stamps) {}

    Mark mark() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TAKE_MARK)) {
            rows.next();
            return new Mark(
                    Uuids.floor(Instant.now()), rows.getObject("now", OffsetDateTime.class), rows.getLong("stamps"));
        }
    }

    /** What was written since then, and how many answers are kept for repeats. */
    record Count(Map<Effect, Long> effects, long answers) {
        Count {
            effects = Map.copyOf(effects);
        }
    }

    Count since(Mark mark) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(COUNT_SINCE)) {
            count.setObject(1, partner);
            count.setObject(2, mark.smallestId());
            count.setObject(3, partner);
            count.setObject(4, mark.smallestId());
            count.setLong(5, mark.stamps());
            count.setObject(6, mark.at());
            try (ResultSet rows = count.executeQuery()) {
                rows.next();
                return new Count(
                        Map.of(
                                Effect.PURCHASE, rows.getLong("purchases"),
                                Effect.REDEMPTION, rows.getLong("redemptions"),
                                Effect.VOUCHER_USE, rows.getLong("uses"),
                                Effect.STAMP, rows.getLong("stamps")),
                        rows.getLong("answers"));
            }
        }
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
