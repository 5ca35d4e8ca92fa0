package dev.merit.bench.candidate;

import dev.merit.bench.measure.BenchFailed;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Makes a ledger as large as years of business would: rows as the node writes them, copied from one of its own
 * purchases. The node must rest meanwhile.
 */
public final class LedgerFill implements AutoCloseable {
    private static final int ROWS_AT_ONCE = 500_000;

    private static final String COUNT = "SELECT count(*) FROM audit.v_ledger";

    private static final String COUNT_MEMBERS = "SELECT count(*) FROM registry.member";

    /** An ordinary purchase: no welcome bonus. With the answers of its batch, which all others get. */
    private static final String CHOOSE_MODEL = """
            CREATE TEMPORARY TABLE model AS
            SELECT e.*, i.body_hash, i.status, k.pack, cardinality(k.keeps) AS kept, a.club_id
              FROM ledger.entry e
              JOIN platform.idempotency i ON i.id = e.operation_id
              JOIN platform.idempotency k ON k.id = i.kept_with
              JOIN ledger.account a USING (partner_id, member_id, card_id)
             WHERE e.partner_id = ? AND e.event = 'staff_credited_points_for_purchase' AND e.account_sequence > 1
             ORDER BY kept DESC
             LIMIT 1
            """;

    /** Those with the fewest entries first. */
    private static final String NOTE_ACCOUNTS = """
            CREATE TEMPORARY TABLE base ON COMMIT DROP AS
            SELECT m.id AS member_id, coalesce(a.balance, 0) AS balance, coalesce(a.entry_count, 0) AS entries
              FROM registry.member m
             CROSS JOIN model
              LEFT JOIN ledger.account a
                     ON a.partner_id = model.partner_id AND a.member_id = m.id AND a.card_id = model.card_id
             ORDER BY coalesce(a.entry_count, 0), m.id
             LIMIT ?
            """;

    private static final String ENROL = """
            INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at)
            SELECT model.partner_id, base.member_id, now() FROM base, model
            ON CONFLICT DO NOTHING
            """;

    /** In the order of time, so that a member's rows lie far apart, as they come to lie in life. */
    private static final String APPEND = """
            WITH purchase AS (
                SELECT base.member_id, base.entries + s.n AS sequence, base.balance + s.n * model.points AS balance_after
                  FROM base, model, generate_series(1, ?) AS s (n)
                 ORDER BY s.n, base.member_id),
            entry AS (
                INSERT INTO ledger.entry (partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event,
                                          points, balance_after, points_expire_at, purchase_amount, currency, base_points,
                                          tier_bonus_points, initial_bonus_points, multiplier, rules, attributed_to, note,
                                          request_id, occurred_at, created_at)
                SELECT m.partner_id, p.member_id, m.card_id, p.sequence, uuidv7(), gen_random_uuid(), m.event,
                       m.points, p.balance_after, m.points_expire_at, m.purchase_amount, m.currency, m.base_points,
                       m.tier_bonus_points, m.initial_bonus_points, m.multiplier, m.rules, m.attributed_to, m.note,
                       m.request_id, now(), now()
                  FROM purchase p, model m
                RETURNING partner_id, member_id, card_id, account_sequence, operation_id, points, points_expire_at),
            lot AS (
                INSERT INTO ledger.lot (partner_id, member_id, card_id, account_sequence, points, remaining, expires_at)
                SELECT partner_id, member_id, card_id, account_sequence, points, points, points_expire_at FROM entry),
            answer AS (
                SELECT operation_id AS id, (row_number() OVER () - 1) AS number FROM entry),
            kept AS (
                INSERT INTO platform.idempotency (id, body_hash, status, kept_with, place, keeps, pack)
                SELECT a.id, m.body_hash, m.status, first_value(a.id) OVER batch, a.number % m.kept,
                       CASE WHEN a.number % m.kept = 0 THEN array_agg(a.id) OVER batch END,
                       CASE WHEN a.number % m.kept = 0 THEN m.pack END
                  FROM answer a, model m
                WINDOW batch AS (PARTITION BY a.number / m.kept ORDER BY a.number
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
            SELECT count(*) FROM entry
            """;

    private static final String SET_ACCOUNTS = """
            INSERT INTO ledger.account AS a (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                             purchase_count, next_expiry, created_at, updated_at)
            SELECT m.partner_id, b.member_id, m.card_id, m.club_id, m.points * t.n, m.points * t.n, t.n, t.n,
                   m.points_expire_at, now(), now()
              FROM base b, model m, (SELECT ?::bigint AS n) t
             ORDER BY b.member_id
            ON CONFLICT (partner_id, member_id, card_id) DO UPDATE
               SET balance = a.balance + excluded.balance, lifetime = a.lifetime + excluded.lifetime,
                   entry_count = a.entry_count + excluded.entry_count,
                   purchase_count = a.purchase_count + excluded.purchase_count,
                   next_expiry = least(a.next_expiry, excluded.next_expiry), updated_at = excluded.updated_at
            """;

    private static final String MEASURE = """
            SELECT c.oid::regclass::text AS name, pg_table_size(c.oid) AS table_bytes, pg_indexes_size(c.oid) AS index_bytes
              FROM pg_class c
             WHERE c.oid IN ('ledger.entry'::regclass, 'ledger.lot'::regclass, 'ledger.account'::regclass,
                             'platform.idempotency'::regclass, 'platform.outbox'::regclass)
             ORDER BY 1
            """;

    private final Connection connection;

    /** @param partner whose last purchase is the model: there must be one that is not the member's first */
    public LedgerFill(String jdbcUrl, UUID partner) throws SQLException {
        this.connection = DriverManager.getConnection(jdbcUrl);
        try (PreparedStatement model = connection.prepareStatement(CHOOSE_MODEL)) {
            model.setObject(1, partner);
            if (model.executeUpdate() != 1) {
                throw new BenchFailed("There is no purchase to be copied.");
            }
        }
        connection.setAutoCommit(false);
    }

    /** Adds purchases, as evenly over all members as can be, until there are that many entries. */
    public void fillUpTo(long entries) throws SQLException {
        long members = number(COUNT_MEMBERS);
        for (long missing = entries - number(COUNT); missing > 0; missing = entries - number(COUNT)) {
            append(Math.min(members, missing), Math.clamp(missing / members, 1, Math.max(1, ROWS_AT_ONCE / members)));
        }
    }

    private void append(long members, long each) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement note = connection.prepareStatement(NOTE_ACCOUNTS);
                PreparedStatement append = connection.prepareStatement(APPEND);
                PreparedStatement accounts = connection.prepareStatement(SET_ACCOUNTS)) {
            note.setLong(1, members);
            note.executeUpdate();
            statement.execute("ANALYZE base");
            statement.execute(ENROL);
            append.setLong(1, each);
            append.execute();
            accounts.setLong(1, each);
            accounts.executeUpdate();
            connection.commit();
        }
    }

    /** How large one of its tables is. */
    public record Size(long tableBytes, long indexBytes) {}

    /** Those that a purchase writes, by their names. */
    public Map<String, Size> sizes() throws SQLException {
        Map<String, Size> sizes = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MEASURE)) {
            while (rows.next()) {
                sizes.put(rows.getString("name"), new Size(rows.getLong("table_bytes"), rows.getLong("index_bytes")));
            }
        }
        connection.commit();
        return sizes;
    }

    public long countEntries() throws SQLException {
        return number(COUNT);
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            long number = rows.getLong(1);
            connection.commit();
            return number;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
