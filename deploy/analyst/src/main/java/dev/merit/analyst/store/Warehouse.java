package dev.merit.analyst.store;

import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.BrokenAccount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/** The file. One process at a time may write it. */
public final class Warehouse implements AutoCloseable {
    private static final String MEMORY_MAX = "512MB";
    private static final int FORM = 2;

    private final DuckDBConnection connection;

    private Warehouse(DuckDBConnection connection) {
        this.connection = connection;
    }

    /**
     * What came of a batch.
     *
     * @param events how many were new and fit
     * @param broken accounts that are set aside since this batch
     */
    public record Added(int events, List<BrokenAccount> broken) {}

    /**
     * Accounts that are set aside.
     *
     * @param accounts the first of them
     */
    public record Broken(long count, List<BrokenAccount> accounts) {}

    /** Opens the file to add to it, and makes it when it is missing. */
    public static Warehouse open(Path file) throws SQLException {
        DuckDBConnection connection = connect(file, false);
        try {
            requireForm(connection, file, true);
            try (var statement = connection.createStatement()) {
                var unused = statement.execute(script());
            }
            connection.setAutoCommit(false);
            return new Warehouse(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a file that is there, to read it: nothing is made or changed. */
    public static Warehouse openToRead(Path file) throws SQLException, IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            throw new SQLException("There is nothing in " + file + ": `merit analyst load` fills it.");
        }
        DuckDBConnection connection = connect(file, true);
        try {
            requireForm(connection, file, false);
            return new Warehouse(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static DuckDBConnection connect(Path file, boolean readOnly) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("memory_limit", MEMORY_MAX);
        settings.setProperty("threads", "2");
        if (readOnly) {
            settings.setProperty("access_mode", "READ_ONLY");
        }
        return (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, settings);
    }

    private static final String TABLES = """
        SELECT count(*) AS tables, count(*) FILTER (WHERE table_name = 'file_form') AS forms
          FROM duckdb_tables()
         WHERE NOT temporary
        """;
    private static final String READ_FORM = "SELECT max(version) AS version FROM file_form";

    private static void requireForm(Connection connection, Path file, boolean mayBeEmpty) throws SQLException {
        boolean empty;
        boolean known;
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            var unused = row.next();
            empty = row.getLong("tables") == 0;
            known = row.getLong("forms") == 1;
        }
        if (known) {
            try (var statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(READ_FORM)) {
                known = row.next() && row.getInt("version") == FORM;
            }
        }
        if (!known && !(empty && mayBeEmpty)) {
            throw new SQLException(
                    file + " is no file of this version of `merit analyst`: read the topic into a new one.");
        }
    }

    private static String script() {
        try (InputStream script =
                Objects.requireNonNull(Warehouse.class.getResourceAsStream("/warehouse.sql"), "warehouse.sql")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For reports: a statement sees what was committed. */
    public Connection connection() {
        return connection;
    }

    private static final String POSITIONS = "SELECT part, next_offset FROM topic_position WHERE topic = ?";

    /** Where to read on: the next offset of each partition that was read. */
    public Map<Integer, Long> positions(String topic) throws SQLException {
        Map<Integer, Long> positions = new HashMap<>();
        try (var statement = connection.prepareStatement(POSITIONS)) {
            statement.setString(1, topic);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    positions.put(row.getInt("part"), row.getLong("next_offset"));
                }
            }
        }
        return positions;
    }

    /**
     * Adds events, those of an account in the topic's order, and how far the topic is read with them, all or nothing.
     * An account whose events cannot be folded is set aside; that keeps nobody else's out.
     */
    public Added add(List<Booked> events, String topic, Map<Integer, Long> positions) throws SQLException {
        try {
            Added added = new Batch(connection, events).add();
            setPositions(topic, positions);
            connection.commit();
            return added;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private static final String SET_POSITION = "INSERT OR REPLACE INTO topic_position VALUES (?, ?, ?)";

    private void setPositions(String topic, Map<Integer, Long> positions) throws SQLException {
        try (var statement = connection.prepareStatement(SET_POSITION)) {
            for (var position : positions.entrySet()) {
                statement.setString(1, topic);
                statement.setInt(2, position.getKey());
                statement.setLong(3, position.getValue());
                var unused = statement.executeUpdate();
            }
        }
    }

    private static final String HELD = """
        SELECT (SELECT count(*) FROM account
                 WHERE partner_id = coalesce(CAST(? AS UUID), partner_id)
                   AND card_id = coalesce(CAST(? AS UUID), card_id))
             + (SELECT count(*) FROM broken_account
                 WHERE partner_id = coalesce(CAST(? AS UUID), partner_id)
                   AND card_id = coalesce(CAST(? AS UUID), card_id)) AS accounts
        """;

    /** Whether anything was told of these accounts. */
    public boolean holds(Scope scope) throws SQLException {
        try (var statement = connection.prepareStatement(HELD)) {
            scope.bind(statement, 1);
            scope.bind(statement, 3);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getLong("accounts") > 0;
            }
        }
    }

    private static final String BROKEN = """
        SELECT partner_id, member_id, card_id, first_missing, since_event_id, since, reason, count(*) OVER () AS total
          FROM broken_account
         WHERE partner_id = coalesce(CAST(? AS UUID), partner_id)
           AND card_id = coalesce(CAST(? AS UUID), card_id)
         ORDER BY since, since_event_id
         LIMIT ?
        """;

    /** Accounts that are set aside, and the first {@code limit} of them by name. */
    public Broken listBroken(Scope scope, int limit) throws SQLException {
        List<BrokenAccount> accounts = new ArrayList<>();
        long count = 0;
        try (var statement = connection.prepareStatement(BROKEN)) {
            scope.bind(statement, 1);
            statement.setInt(3, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    count = row.getLong("total");
                    accounts.add(new BrokenAccount(
                            Rows.account(row),
                            row.getLong("first_missing"),
                            Rows.uuid(row, "since_event_id"),
                            Objects.requireNonNull(Rows.moment(row, "since")),
                            row.getString("reason")));
                }
            }
        }
        return new Broken(count, accounts);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
