package dev.merit.bench.baseline;

import dev.merit.platform.Uuids;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Fifty purchases as the best that one round trip can do: what PostgreSQL can write at all on this machine. */
final class BatchStatement implements Till {
    private static final int BATCH = 50;

    private final Connection connection;
    private final PreparedStatement purchase;

    /**
     * The same effect as that of a single statement, fifty times. Accounts are taken in one order, so that two batches
     * with the same members wait for each other and do not lock each other out.
     */
    private static final String PURCHASE = """
            WITH request AS MATERIALIZED (
                SELECT m.id AS member_id, u.*
                  FROM unnest(?::uuid[], ?::text[], ?::bigint[], ?::numeric[], ?::uuid[]) WITH ORDINALITY
                       AS u (operation, email, points, amount, entry, ordinal)
                  JOIN bench.member m ON m.email = u.email
                 WHERE NOT EXISTS (SELECT FROM bench.idempotency i WHERE i.id = u.operation)),
            account AS (
                INSERT INTO bench.account AS a (partner_id, member_id, card_id, balance, lifetime, entry_count)
                SELECT ?::uuid, member_id, ?::uuid, sum(points)::bigint, sum(points)::bigint, count(*)
                  FROM request
                 GROUP BY member_id
                 ORDER BY member_id
                ON CONFLICT (partner_id, member_id, card_id) DO UPDATE
                   SET balance = a.balance + excluded.balance, lifetime = a.lifetime + excluded.lifetime,
                       entry_count = a.entry_count + excluded.entry_count, updated_at = now()
                RETURNING partner_id, member_id, card_id, balance, entry_count),
            booked AS MATERIALIZED (
                SELECT r.*, a.partner_id, a.card_id,
                       a.balance - (sum(r.points) OVER whole - sum(r.points) OVER running)::bigint AS balance_after,
                       a.entry_count - count(*) OVER whole + row_number() OVER running AS account_sequence
                  FROM request r
                  JOIN account a USING (member_id)
                WINDOW whole AS (PARTITION BY r.member_id),
                       running AS (PARTITION BY r.member_id ORDER BY r.ordinal)),
            entry AS (
                INSERT INTO bench.entry (partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event,
                                         points, balance_after, purchase_amount, note)
                SELECT partner_id, member_id, card_id, account_sequence, entry, operation, 1, points, balance_after,
                       amount, ?::text
                  FROM booked),
            answer AS MATERIALIZED (
                SELECT operation, email,
                       '{"transaction_id":"' || entry || '","member_id":"' || member_id || '","points_awarded":'
                       || points || ',"new_balance":' || balance_after || '}' AS body
                  FROM booked),
            event AS (
                INSERT INTO bench.outbox (payload) SELECT body FROM answer),
            kept AS (
                INSERT INTO bench.idempotency (id, body_hash, status, body)
                SELECT operation, email, 201, body FROM answer)
            SELECT count(*) FROM answer
            """;

    BatchStatement(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(true);
        purchase = connection.prepareStatement(PURCHASE);
    }

    @Override
    public void purchase(List<Order> orders) throws SQLException {
        purchase.setArray(1, array("uuid", orders, UUID[]::new, Order::idempotency));
        purchase.setArray(2, array("text", orders, String[]::new, Order::email));
        purchase.setArray(3, array("bigint", orders, Long[]::new, Order::points));
        purchase.setArray(4, array("numeric", orders, BigDecimal[]::new, Order::amount));
        purchase.setArray(5, array("uuid", orders, UUID[]::new, order -> Uuids.next()));
        purchase.setObject(6, BenchTables.PARTNER);
        purchase.setObject(7, BenchTables.CARD);
        purchase.setString(8, BenchTables.NOTE);
        try (ResultSet rows = purchase.executeQuery()) {
            rows.next();
            if (rows.getInt(1) != orders.size()) {
                throw new IllegalStateException("members of the baseline are gone");
            }
        }
    }

    private <T> Array array(String type, List<Order> orders, IntFunction<T[]> made, Function<Order, T> of)
            throws SQLException {
        return connection.createArrayOf(type, orders.stream().map(of).toArray(made));
    }

    @Override
    public int batch() {
        return BATCH;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
