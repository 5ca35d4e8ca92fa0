package dev.merit.analyst.store;

import dev.merit.analyst.domain.AccountKey;
import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.Kind;
import dev.merit.analyst.domain.Lot;
import dev.merit.analyst.domain.LotBook;
import dev.merit.analyst.domain.Movement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** The file. One process at a time has it open. */
public final class Warehouse implements AutoCloseable {
    private static final String MEMORY_MAX = "512MB";

    private final DuckDBConnection connection;

    private Warehouse(DuckDBConnection connection) {
        this.connection = connection;
    }

    /** Opens the file, and makes it when it is missing. */
    public static Warehouse open(Path file) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("memory_limit", MEMORY_MAX);
        settings.setProperty("threads", "2");
        var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, settings);
        try (var statement = connection.createStatement()) {
            var unused = statement.execute(script());
        }
        connection.setAutoCommit(false);
        return new Warehouse(connection);
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
     *
     * @return how many were new
     */
    public int add(List<Booked> events, String topic, Map<Integer, Long> positions) throws SQLException {
        try {
            int added = addNew(events);
            setPositions(topic, positions);
            connection.commit();
            return added;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private int addNew(List<Booked> events) throws SQLException {
        stage(events);
        Set<UUID> known = listKnown();
        Map<AccountKey, LotBook> books = listBooks();
        Map<UUID, List<Movement>> undone = listUndone();
        List<Booked> added = new ArrayList<>();
        Map<UUID, List<Movement>> movements = new HashMap<>();
        for (Booked event : events) {
            if (known.add(event.id())) {
                LotBook book = books.computeIfAbsent(event.account(), LotBook::unopened);
                UUID reversed = event.reverses();
                List<Movement> earlier = reversed == null
                        ? List.of()
                        : Objects.requireNonNullElse(movements.get(reversed), undone.getOrDefault(reversed, List.of()));
                movements.put(event.id(), book.fold(event, earlier));
                added.add(event);
            }
        }
        append(added, movements);
        return added.size();
    }

    private void stage(List<Booked> events) throws SQLException {
        try (var statement = connection.createStatement()) {
            var unused = statement.execute("DELETE FROM incoming");
        }
        try (DuckDBAppender appender = connection.createAppender("temp", "main", "incoming")) {
            for (Booked event : events) {
                appender.beginRow().append(event.id());
                Rows.append(appender, event.account());
                Rows.append(appender, event.reverses());
                appender.endRow();
            }
        }
    }

    private static final String KNOWN = "SELECT event_id FROM event SEMI JOIN incoming USING (event_id)";

    private Set<UUID> listKnown() throws SQLException {
        Set<UUID> known = new HashSet<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(KNOWN)) {
            while (row.next()) {
                known.add(Rows.uuid(row, "event_id"));
            }
        }
        return known;
    }

    private static final String STATES = """
            SELECT partner_id, member_id, card_id, max(account_sequence) AS sequence,
                   arg_max(balance_after, account_sequence) AS balance
              FROM event SEMI JOIN incoming USING (partner_id, member_id, card_id)
             GROUP BY ALL
            """;

    private Map<AccountKey, LotBook> listBooks() throws SQLException {
        Map<AccountKey, List<Lot>> lots = listLots();
        Map<AccountKey, LotBook> books = new HashMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATES)) {
            while (row.next()) {
                AccountKey key = Rows.account(row);
                books.put(
                        key,
                        new LotBook(
                                key,
                                row.getLong("sequence"),
                                row.getLong("balance"),
                                lots.getOrDefault(key, List.of())));
            }
        }
        return books;
    }

    /** Lots with something left, and those that something may come back to. */
    private static final String LOTS = """
            WITH touched AS (
                SELECT partner_id, member_id, card_id, lot_sequence, sum(points) AS remaining
                  FROM movement SEMI JOIN incoming USING (partner_id, member_id, card_id)
                 WHERE lot_sequence > 0
                 GROUP BY ALL
            ), back AS (
                SELECT DISTINCT m.partner_id, m.member_id, m.card_id, m.lot_sequence
                  FROM movement m JOIN incoming i ON i.reverses = m.event_id
            )
            SELECT e.partner_id, e.member_id, e.card_id, e.account_sequence, e.event_id,
                   CAST(t.remaining AS BIGINT) AS remaining, e.expires_at, e.booked_at
              FROM touched t
              LEFT JOIN back b USING (partner_id, member_id, card_id, lot_sequence)
              JOIN event e ON e.partner_id = t.partner_id AND e.member_id = t.member_id AND e.card_id = t.card_id
                          AND e.account_sequence = t.lot_sequence
             WHERE t.remaining > 0 OR b.lot_sequence IS NOT NULL
            """;

    private Map<AccountKey, List<Lot>> listLots() throws SQLException {
        Map<AccountKey, List<Lot>> lots = new HashMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOTS)) {
            while (row.next()) {
                Instant earnedAt = Objects.requireNonNull(Rows.moment(row, "booked_at"));
                lots.computeIfAbsent(Rows.account(row), key -> new ArrayList<>())
                        .add(new Lot(
                                row.getLong("account_sequence"),
                                Rows.uuid(row, "event_id"),
                                row.getLong("remaining"),
                                Rows.moment(row, "expires_at"),
                                earnedAt));
            }
        }
        return lots;
    }

    private static final String UNDONE = """
            SELECT event_id, lot_sequence, kind, points, earned_at
              FROM movement
             WHERE event_id IN (SELECT reverses FROM incoming WHERE reverses IS NOT NULL)
            """;

    private Map<UUID, List<Movement>> listUndone() throws SQLException {
        Map<UUID, List<Movement>> undone = new HashMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(UNDONE)) {
            while (row.next()) {
                UUID event = Rows.uuid(row, "event_id");
                undone.computeIfAbsent(event, key -> new ArrayList<>())
                        .add(new Movement(
                                event,
                                row.getLong("lot_sequence"),
                                Kind.valueOf(row.getString("kind")),
                                row.getLong("points"),
                                Rows.moment(row, "earned_at")));
            }
        }
        return undone;
    }

    private void append(List<Booked> events, Map<UUID, List<Movement>> movements) throws SQLException {
        try (DuckDBAppender appender = connection.createAppender("event")) {
            for (Booked event : events) {
                appender.beginRow().append(event.id());
                Rows.append(appender, event.account());
                appender.append(event.sequence())
                        .append(event.event())
                        .append(event.points())
                        .append(event.balanceAfter());
                Rows.append(appender, event.expiresAt());
                Rows.append(appender, event.reverses());
                Rows.append(appender, event.at());
                appender.endRow();
            }
        }
        try (DuckDBAppender appender = connection.createAppender("movement")) {
            for (Booked event : events) {
                for (Movement movement : movements.getOrDefault(event.id(), List.of())) {
                    appender.beginRow().append(event.id());
                    Rows.append(appender, event.account());
                    appender.append(movement.lot())
                            .append(movement.kind().name())
                            .append(movement.points());
                    Rows.append(appender, movement.earnedAt());
                    Rows.append(appender, event.at());
                    appender.endRow();
                }
            }
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

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
