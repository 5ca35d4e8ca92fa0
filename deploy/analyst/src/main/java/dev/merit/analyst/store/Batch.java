package dev.merit.analyst.store;

import dev.merit.analyst.domain.AccountKey;
import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.BrokenAccount;
import dev.merit.analyst.domain.Folded;
import dev.merit.analyst.domain.Kind;
import dev.merit.analyst.domain.Lot;
import dev.merit.analyst.domain.LotBook;
import dev.merit.analyst.domain.Movement;
import dev.merit.analyst.store.Warehouse.Added;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Some events on their way into the file, within one transaction. */
final class Batch {
    private final DuckDBConnection connection;
    private final List<Booked> events;
    private final Map<AccountKey, Open> accounts = new LinkedHashMap<>();
    private final Map<AccountKey, BrokenAccount> broken = new LinkedHashMap<>();
    private final Set<AccountKey> setAside = new HashSet<>();
    private final List<Booked> added = new ArrayList<>();
    private final Map<UUID, List<Movement>> movements = new HashMap<>();

    /**
     * An account that events of the batch belong to.
     *
     * @param entries how many of its entries the file had before the batch
     */
    private record Open(long number, long entries, LotBook book) {}

    Batch(DuckDBConnection connection, List<Booked> events) {
        this.connection = connection;
        this.events = events;
    }

    Added add() throws SQLException {
        stage();
        readSetAside();
        Map<UUID, List<Movement>> undone = undoesSomething() ? listUndone() : Map.of();
        readAccounts(undone);
        Set<UUID> known = events.stream().anyMatch(this::isRepeat) ? listKnown() : new HashSet<>();
        long number = lastNumber();
        for (Booked event : events) {
            if (!setAside.contains(event.account())) {
                if (!accounts.containsKey(event.account())) {
                    accounts.put(event.account(), new Open(++number, 0, LotBook.unopened()));
                }
                fold(event, known, undone);
            }
        }
        appendEvents();
        appendMovements();
        setAccounts();
        setLots();
        appendBroken();
        return new Added(added.size(), List.copyOf(broken.values()));
    }

    private boolean isRepeat(Booked event) {
        Open open = accounts.get(event.account());
        return open != null && event.sequence() <= open.entries();
    }

    private void fold(Booked event, Set<UUID> known, Map<UUID, List<Movement>> undone) {
        LotBook book = Objects.requireNonNull(accounts.get(event.account())).book();
        long next = book.sequence() + 1;
        if (event.sequence() < next) {
            if (!known.contains(event.id())) {
                breakOff(event, event.sequence(), "entry " + event.sequence() + " is told twice, as two events");
            }
            return;
        }
        UUID reverses = event.reverses();
        List<Movement> earlier = reverses == null
                ? List.of()
                : Objects.requireNonNullElse(movements.get(reverses), undone.getOrDefault(reverses, List.of()));
        switch (book.fold(event, earlier)) {
            case Folded.Moved moved -> {
                known.add(event.id());
                movements.put(event.id(), moved.movements());
                added.add(event);
            }
            case Folded.Unfit unfit -> breakOff(event, next, unfit.reason());
        }
    }

    private void breakOff(Booked event, long firstMissing, String reason) {
        setAside.add(event.account());
        broken.put(event.account(), new BrokenAccount(event.account(), firstMissing, event.id(), event.at(), reason));
    }

    private void stage() throws SQLException {
        try (var statement = connection.createStatement()) {
            var unused = statement.execute("DELETE FROM incoming");
        }
        try (DuckDBAppender appender = connection.createAppender("temp", "main", "incoming")) {
            for (Booked event : events) {
                appender.beginRow().append(event.id());
                Rows.append(appender, event.account());
                Rows.append(appender, event.undoesRedemption() ? event.reverses() : null);
                appender.endRow();
            }
        }
    }

    private static final String SET_ASIDE = """
        SELECT partner_id, member_id, card_id
          FROM broken_account SEMI JOIN incoming USING (partner_id, member_id, card_id)
        """;

    private void readSetAside() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SET_ASIDE)) {
            while (row.next()) {
                setAside.add(Rows.account(row));
            }
        }
    }

    private static final String ACCOUNTS = """
        SELECT number, partner_id, member_id, card_id, entries, balance
          FROM account SEMI JOIN incoming USING (partner_id, member_id, card_id)
         ORDER BY number
        """;

    private void readAccounts(Map<UUID, List<Movement>> undone) throws SQLException {
        Map<Long, List<Lot>> lots = new HashMap<>();
        readLots(OPEN_LOTS, lots);
        Map<AccountKey, Known> known = new LinkedHashMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ACCOUNTS)) {
            while (row.next()) {
                known.put(
                        Rows.account(row),
                        new Known(row.getLong("number"), row.getLong("entries"), row.getLong("balance")));
            }
        }
        if (!undone.isEmpty()) {
            stageEmptied(undone, known, lots);
            readLots(EMPTIED_LOTS, lots);
        }
        known.forEach((key, account) -> {
            var book =
                    new LotBook(account.entries(), account.balance(), lots.getOrDefault(account.number(), List.of()));
            accounts.put(key, new Open(account.number(), account.entries(), book));
        });
    }

    /** What the file says of an account. */
    private record Known(long number, long entries, long balance) {}

    /** Stages the lots that points come back to, and of which nothing was left. */
    private void stageEmptied(Map<UUID, List<Movement>> undone, Map<AccountKey, Known> known, Map<Long, List<Lot>> lots)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            var unused = statement.execute("DELETE FROM emptied_lot");
        }
        Set<List<Long>> staged = new HashSet<>();
        try (DuckDBAppender appender = connection.createAppender("temp", "main", "emptied_lot")) {
            for (Booked event : events) {
                Known account = event.undoesRedemption() ? known.get(event.account()) : null;
                List<Movement> back = event.reverses() == null ? null : undone.get(event.reverses());
                if (account == null || back == null) {
                    continue;
                }
                lots.getOrDefault(account.number(), List.of())
                        .forEach(lot -> staged.add(List.of(account.number(), lot.sequence())));
                for (Movement movement : back) {
                    if (movement.earnedAt() != null && staged.add(List.of(account.number(), movement.lot()))) {
                        appender.beginRow().append(account.number());
                        Rows.append(appender, event.account());
                        appender.append(movement.lot());
                        Rows.append(appender, movement.earnedAt());
                        appender.endRow();
                    }
                }
            }
        }
    }

    private static final String OPEN_LOTS = """
        SELECT account, lot_sequence, event_id, remaining, expires_at, earned_at
          FROM open_lot
         WHERE account IN (SELECT number FROM account SEMI JOIN incoming USING (partner_id, member_id, card_id))
        """;
    private static final String EMPTIED_LOTS = """
        SELECT l.account, l.lot_sequence, e.event_id, 0 AS remaining, e.expires_at, l.earned_at
          FROM event e
          JOIN emptied_lot l ON e.booked_at = l.earned_at AND e.account_sequence = l.lot_sequence
                            AND e.partner_id = l.partner_id AND e.member_id = l.member_id AND e.card_id = l.card_id
        """;

    private void readLots(String query, Map<Long, List<Lot>> lots) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                lots.computeIfAbsent(row.getLong("account"), key -> new ArrayList<>())
                        .add(new Lot(
                                row.getLong("lot_sequence"),
                                Rows.uuid(row, "event_id"),
                                row.getLong("remaining"),
                                Rows.moment(row, "expires_at"),
                                Objects.requireNonNull(Rows.moment(row, "earned_at"))));
            }
        }
    }

    private boolean undoesSomething() {
        return events.stream().anyMatch(Booked::undoesRedemption);
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

    private static final String UNDONE = """
        SELECT event_id, lot_sequence, kind, points, earned_at
          FROM movement
         WHERE event_id IN (SELECT undoes FROM incoming WHERE undoes IS NOT NULL)
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

    private static final String LAST_NUMBER = "SELECT coalesce(max(number), 0) AS number FROM account";

    private long lastNumber() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LAST_NUMBER)) {
            return row.next() ? row.getLong("number") : 0;
        }
    }

    private void appendEvents() throws SQLException {
        try (DuckDBAppender appender = connection.createAppender("event")) {
            for (Booked event : added) {
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
    }

    private void appendMovements() throws SQLException {
        try (DuckDBAppender appender = connection.createAppender("movement")) {
            for (Booked event : added) {
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

    private static final String SET_ACCOUNTS = """
        UPDATE account SET entries = c.entries, balance = c.balance
          FROM changed_account c
         WHERE account.number = c.number AND NOT c.broken
        """;
    private static final String DELETE_BROKEN = """
        DELETE FROM account WHERE number IN (SELECT number FROM changed_account WHERE broken);
        DELETE FROM open_lot WHERE account IN (SELECT number FROM changed_account WHERE broken)
        """;

    private void setAccounts() throws SQLException {
        try (var statement = connection.createStatement()) {
            var unused = statement.execute("DELETE FROM changed_account");
        }
        try (DuckDBAppender changed = connection.createAppender("temp", "main", "changed_account");
                DuckDBAppender opened = connection.createAppender("account")) {
            for (var each : accounts.entrySet()) {
                Open open = each.getValue();
                boolean unfit = broken.containsKey(each.getKey());
                if (open.entries() > 0) {
                    changed.beginRow()
                            .append(open.number())
                            .append(open.book().sequence())
                            .append(open.book().balance())
                            .append(unfit)
                            .endRow();
                } else if (!unfit) {
                    opened.beginRow().append(open.number());
                    Rows.append(opened, each.getKey());
                    opened.append(open.book().sequence()).append(open.book().balance());
                    opened.endRow();
                }
            }
        }
        try (var statement = connection.createStatement()) {
            var unused = statement.execute(SET_ACCOUNTS);
            if (!broken.isEmpty()) {
                var unusedToo = statement.execute(DELETE_BROKEN);
            }
        }
    }

    private static final String DELETE_CHANGED_LOTS = """
        DELETE FROM open_lot USING changed_lot c
         WHERE open_lot.account = c.account AND open_lot.lot_sequence = c.lot_sequence
        """;

    /** A lot that changed is written anew, if anything is left of it. */
    private void setLots() throws SQLException {
        List<Open> whole = accounts.entrySet().stream()
                .filter(each -> !broken.containsKey(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        try (var statement = connection.createStatement()) {
            var unused = statement.execute("DELETE FROM changed_lot");
        }
        try (DuckDBAppender changed = connection.createAppender("temp", "main", "changed_lot")) {
            for (Open open : whole) {
                for (Lot lot : open.book().changed()) {
                    if (lot.sequence() <= open.entries()) {
                        changed.beginRow()
                                .append(open.number())
                                .append(lot.sequence())
                                .endRow();
                    }
                }
            }
        }
        try (var statement = connection.createStatement()) {
            var unused = statement.execute(DELETE_CHANGED_LOTS);
        }
        try (DuckDBAppender appender = connection.createAppender("open_lot")) {
            for (Open open : whole) {
                for (Lot lot : open.book().changed()) {
                    if (lot.remaining() > 0) {
                        appender.beginRow()
                                .append(open.number())
                                .append(lot.sequence())
                                .append(lot.entry())
                                .append(lot.remaining());
                        Rows.append(appender, lot.expiresAt());
                        Rows.append(appender, lot.earnedAt());
                        appender.endRow();
                    }
                }
            }
        }
    }

    private void appendBroken() throws SQLException {
        try (DuckDBAppender appender = connection.createAppender("broken_account")) {
            for (BrokenAccount each : broken.values()) {
                appender.beginRow();
                Rows.append(appender, each.account());
                appender.append(each.firstMissing()).append(each.sinceEvent());
                Rows.append(appender, each.since());
                appender.append(each.reason());
                appender.endRow();
            }
        }
    }
}
