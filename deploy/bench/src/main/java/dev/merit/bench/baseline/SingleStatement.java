package dev.merit.bench.baseline;

import dev.merit.platform.Uuids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A purchase as the best that one round trip can do: one statement, which is its own transaction. */
final class SingleStatement implements Till {
    private final Connection connection;
    private final PreparedStatement purchase;

    /**
     * No row: that idempotency key was used before. Key and card are taken for known, as a program that caches them
     * does.
     */
    private static final String PURCHASE = """
            WITH request AS (
                SELECT ?::uuid AS operation, ?::text AS email, ?::bigint AS points, ?::numeric AS amount,
                       ?::uuid AS partner, ?::uuid AS card, ?::uuid AS entry, ?::text AS note),
            member AS (
                SELECT m.id, r.*
                  FROM request r
                  JOIN bench.member m ON m.email = r.email
                 WHERE NOT EXISTS (SELECT FROM bench.idempotency i WHERE i.id = r.operation)),
            account AS (
                INSERT INTO bench.account AS a (partner_id, member_id, card_id, balance, lifetime, entry_count)
                SELECT partner, id, card, points, points, 1 FROM member
                ON CONFLICT (partner_id, member_id, card_id) DO UPDATE
                   SET balance = a.balance + excluded.balance, lifetime = a.lifetime + excluded.lifetime,
                       entry_count = a.entry_count + 1, updated_at = now()
                RETURNING member_id, balance, entry_count),
            entry AS (
                INSERT INTO bench.entry (partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event,
                                         points, balance_after, purchase_amount, note)
                SELECT m.partner, m.id, m.card, a.entry_count, m.entry, m.operation, 1, m.points, a.balance, m.amount,
                       m.note
                  FROM member m, account a
                RETURNING entry_id, member_id, points, balance_after, operation_id),
            answer AS (
                SELECT operation_id, entry_id, member_id, balance_after,
                       '{"transaction_id":"' || entry_id || '","member_id":"' || member_id || '","points_awarded":'
                       || points || ',"new_balance":' || balance_after || '}' AS body
                  FROM entry),
            event AS (
                INSERT INTO bench.outbox (payload) SELECT body FROM answer),
            kept AS (
                INSERT INTO bench.idempotency (id, body_hash, status, body)
                SELECT a.operation_id, r.email, 201, a.body FROM answer a, request r)
            SELECT entry_id, member_id, balance_after FROM answer
            """;

    SingleStatement(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(true);
        purchase = connection.prepareStatement(PURCHASE);
    }

    @Override
    public void purchase(List<Order> orders) throws SQLException {
        Order order = orders.getFirst();
        purchase.setObject(1, order.idempotency());
        purchase.setString(2, order.email());
        purchase.setLong(3, order.points());
        purchase.setBigDecimal(4, order.amount());
        purchase.setObject(5, BenchTables.PARTNER);
        purchase.setObject(6, BenchTables.CARD);
        purchase.setObject(7, Uuids.next());
        purchase.setString(8, BenchTables.NOTE);
        try (ResultSet rows = purchase.executeQuery()) {
            if (!rows.next()) {
                throw new IllegalStateException("the member of the baseline is gone");
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
