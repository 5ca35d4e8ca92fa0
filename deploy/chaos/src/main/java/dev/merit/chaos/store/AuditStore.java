package dev.merit.chaos.store;

import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.Evidence.Balance;
import dev.merit.chaos.domain.Evidence.Enrolment;
import dev.merit.chaos.domain.Evidence.OutboxEvent;
import dev.merit.chaos.domain.Evidence.StampFact;
import dev.merit.chaos.domain.Evidence.StampProgress;
import dev.merit.chaos.domain.Evidence.Uses;
import dev.merit.chaos.domain.Evidence.VoucherUse;
import dev.merit.chaos.domain.LedgerRow;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One look at the whole database, whatever is written meanwhile. It reads all there is: a run is small. */
public final class AuditStore implements AutoCloseable {
    private static final int CONNECT_SECONDS = 5;

    private final Connection connection;

    private AuditStore(Connection connection) {
        this.connection = connection;
    }

    /** Opens a snapshot; everything read through it belongs to one moment. */
    public static AuditStore snapshot(String jdbcUrl) throws SQLException {
        Connection connection = connect(jdbcUrl);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return new AuditStore(connection);
    }

    /** Opens a connection whose every statement sees its own moment. */
    public static AuditStore live(String jdbcUrl) throws SQLException {
        return new AuditStore(connect(jdbcUrl));
    }

    private static Connection connect(String jdbcUrl) throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl + "&connectTimeout=" + CONNECT_SECONDS + "&socketTimeout=" + 2 * CONNECT_SECONDS);
    }

    @FunctionalInterface
    private interface Shape<T> {
        T row(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(String query, Shape<T> shape) throws SQLException {
        List<T> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(shape.row(rows));
            }
        }
        return found;
    }

    private static final String LIST_LEDGER = """
            SELECT v.entry_id, v.partner_id, v.member_id, v.card_id, v.account_sequence, v.points, v.balance_after,
                   v.event, e.reward_id, e.voucher_id, e.request_id
              FROM audit.v_ledger v
              LEFT JOIN ledger.entry e
                ON e.partner_id = v.partner_id AND e.member_id = v.member_id AND e.card_id = v.card_id
               AND e.account_sequence = v.account_sequence AND e.entry_id = v.entry_id
            """;

    public List<LedgerRow> listLedger() throws SQLException {
        return list(
                LIST_LEDGER,
                row -> new LedgerRow(
                        id(row, "entry_id"),
                        account(row),
                        row.getLong("account_sequence"),
                        row.getLong("points"),
                        row.getLong("balance_after"),
                        row.getString("event"),
                        idOrNull(row, "reward_id"),
                        idOrNull(row, "voucher_id"),
                        String.valueOf(row.getString("request_id"))));
    }

    private static final String LIST_BALANCES = "SELECT partner_id, member_id, card_id, balance FROM audit.v_balance";

    public List<Balance> listBalances() throws SQLException {
        return list(LIST_BALANCES, row -> new Balance(account(row), row.getLong("balance")));
    }

    private static final String LIST_ENROLMENTS = "SELECT partner_id, member_id FROM ledger.enrolment";

    public List<Enrolment> listEnrolments() throws SQLException {
        return list(LIST_ENROLMENTS, row -> new Enrolment(id(row, "partner_id"), id(row, "member_id")));
    }

    private static final String LIST_VOUCHER_USES = """
            SELECT v.redemption_id, v.partner_id, v.voucher_id, v.member_id, v.voided, r.card_id, r.request_id
              FROM audit.v_voucher_use v
              JOIN vouchers.redemption r ON r.partner_id = v.partner_id AND r.redemption_id = v.redemption_id
            """;

    private static final String LIST_STAMP_FACTS = """
            SELECT event_id, partner_id, stamp_card_id, member_id, event, stamps, card_id, request_id
              FROM stamps.stamp_event
            """;

    private static final String LIST_STAMP_PROGRESS = """
            SELECT partner_id, stamp_card_id, member_id, granted, current, completed, expired
              FROM audit.v_stamps
            """;

    public Uses listUses() throws SQLException {
        List<VoucherUse> vouchers = list(
                LIST_VOUCHER_USES,
                row -> new VoucherUse(
                        id(row, "redemption_id"),
                        id(row, "partner_id"),
                        id(row, "voucher_id"),
                        id(row, "member_id"),
                        row.getBoolean("voided"),
                        idOrNull(row, "card_id"),
                        row.getString("request_id")));
        List<StampFact> facts = list(
                LIST_STAMP_FACTS,
                row -> new StampFact(
                        id(row, "event_id"),
                        id(row, "partner_id"),
                        id(row, "stamp_card_id"),
                        id(row, "member_id"),
                        row.getString("event"),
                        row.getLong("stamps"),
                        idOrNull(row, "card_id"),
                        row.getString("request_id")));
        List<StampProgress> progress = list(
                LIST_STAMP_PROGRESS,
                row -> new StampProgress(
                        id(row, "partner_id"),
                        id(row, "stamp_card_id"),
                        id(row, "member_id"),
                        row.getLong("granted"),
                        row.getLong("current"),
                        row.getLong("completed"),
                        row.getLong("expired")));
        return new Uses(vouchers, facts, progress);
    }

    private static final String LIST_OUTBOX = "SELECT event_id, topic, published FROM audit.v_outbox";

    public List<OutboxEvent> listOutbox() throws SQLException {
        return list(
                LIST_OUTBOX,
                row -> new OutboxEvent(id(row, "event_id"), row.getString("topic"), row.getBoolean("published")));
    }

    private static final String COUNT_WAITING = "SELECT count(*) AS waiting FROM audit.v_outbox WHERE NOT published";

    /** Events that are on their way to Kafka. */
    public long countWaiting() throws SQLException {
        return list(COUNT_WAITING, row -> row.getLong("waiting")).getFirst();
    }

    /** In one statement, and so of one moment. Nothing of a run may make a balance negative. */
    private static final String LIST_DEVIATIONS = """
            SELECT coalesce(b.partner_id, e.partner_id) AS partner_id, coalesce(b.member_id, e.member_id) AS member_id,
                   coalesce(b.card_id, e.card_id) AS card_id, b.balance, e.points
              FROM audit.v_balance b
              FULL JOIN (SELECT partner_id, member_id, card_id, sum(points) AS points
                           FROM audit.v_ledger
                          GROUP BY partner_id, member_id, card_id) e
                ON e.partner_id = b.partner_id AND e.member_id = b.member_id AND e.card_id = b.card_id
             WHERE b.balance IS DISTINCT FROM e.points OR b.balance < 0
            """;

    /** Accounts that do not add up, or are below zero, at this moment. */
    public List<String> listDeviations() throws SQLException {
        return list(
                LIST_DEVIATIONS,
                row -> account(row) + " stood at " + row.getString("balance") + " with entries of "
                        + row.getString("points"));
    }

    private static final String LIST_SETTINGS = """
            SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')
            """;

    /** What decides whether a crash can lose what was acknowledged. */
    public Map<String, String> listSettings() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        var unused = list(LIST_SETTINGS, row -> settings.put(row.getString("name"), row.getString("setting")));
        return settings;
    }

    private static AccountKey account(ResultSet row) throws SQLException {
        return new AccountKey(id(row, "partner_id"), id(row, "member_id"), id(row, "card_id"));
    }

    private static UUID id(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    private static @Nullable UUID idOrNull(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
