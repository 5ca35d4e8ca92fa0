package dev.merit.analyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.merit.analyst.domain.AccountKey;
import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.BrokenAccount;
import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Liability.Days;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Scope;
import dev.merit.analyst.store.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file: whatever comes twice, and wherever reading was broken off, it holds the same. */
class WarehouseTest {
    private static final String TOPIC = Intake.TOPIC;
    private static final int ACCOUNTS = 40;
    private static final long SEED = 20_260_101;
    private static final Path GUIDE = Path.of("../docs/analytics.md");
    private static final LocalDate SHOWN_FROM = LocalDate.parse("2026-03-01");
    private static final LocalDate SHOWN_TO = LocalDate.parse("2026-03-05");
    private static final LocalDate DRAWN_FROM = LocalDate.parse("2026-01-01");
    private static final LocalDate DRAWN_TO = LocalDate.parse("2026-03-31");

    /** With this property the guide is written instead of compared: {@code -Dmerit.docs.write=true}. */
    private static final boolean WRITE = Boolean.getBoolean("merit.docs.write");

    private final List<LedgerHistory> histories = new ArrayList<>();
    private final List<Booked> topic = new ArrayList<>();

    private final Path directory;

    WarehouseTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void fillTopic() {
        for (int each = 0; each < ACCOUNTS; each++) {
            histories.add(LedgerHistory.play(SEED + each, 50));
        }
        // Accounts take turns, each in its own order.
        Random random = new Random(SEED);
        List<List<Booked>> left = new ArrayList<>();
        histories.forEach(history -> left.add(new ArrayList<>(history.events())));
        while (left.stream().anyMatch(each -> !each.isEmpty())) {
            List<Booked> one = left.get(random.nextInt(ACCOUNTS));
            if (!one.isEmpty()) {
                topic.add(one.removeFirst());
            }
        }
    }

    // Breaks when a lot is carried from one batch to the next with something lost, or a repeat is counted.
    @Test
    void holdsTheSameInWhateverBatchesAndHoweverOftenEventsCome() throws SQLException {
        List<String> once = contents("once", topic.size(), false);
        List<String> pieces = contents("pieces", 17, false);
        List<String> repeated = contents("repeated", 23, true);

        assertThat(pieces).isEqualTo(once);
        assertThat(repeated).isEqualTo(once);
    }

    @Test
    void keepsTheLotsOfTheLedger() throws SQLException {
        try (Warehouse warehouse = filled("lots", 31, true)) {
            for (LedgerHistory history : histories) {
                Map<Long, Long> lots = new TreeMap<>();
                String member = history.events().getFirst().account().member().toString();
                for (String row : rows(
                        warehouse,
                        "SELECT lot_sequence || ' ' || sum(points) FROM movement WHERE lot_sequence > 0 AND member_id"
                                + " = '"
                                + member + "' GROUP BY lot_sequence HAVING sum(points) > 0")) {
                    String[] words = row.split(" ", 2);
                    lots.put(Long.parseLong(words[0]), Long.parseLong(words[1]));
                }
                assertThat(lots).as(history.toString()).isEqualTo(history.lots());
            }
        }
    }

    // Breaks when a report loses a point anywhere between opening and closing.
    @Test
    void tiesOutForEverySpanOfMonths() throws SQLException {
        try (Warehouse warehouse = filled("report", 500, false)) {
            var liability = new Liability(warehouse, Scope.ALL);
            Statement all = liability.statement(null, null);
            assertThat(all.total().closing())
                    .isEqualTo(
                            histories.stream().mapToLong(LedgerHistory::balance).sum())
                    .isEqualTo(all.told());
            assertThat(all.total().opening()).isZero();
            long closing = 0;
            for (YearMonth month = all.from(); !month.isAfter(all.to()); month = month.plusMonths(1)) {
                Statement one = liability.statement(month, month);
                assertThat(one.tiesOut()).as(Table.of(one)).isTrue();
                assertThat(one.total().opening()).as(Table.of(one)).isEqualTo(closing);
                closing = one.total().closing();
            }
            assertThat(closing).isEqualTo(all.told());
            assertThat(rows(
                            warehouse,
                            "SELECT CAST(sum(outstanding) AS BIGINT) FROM (SELECT arg_max(outstanding, day)"
                                    + " AS outstanding FROM v_day GROUP BY partner_id, card_id)"))
                    .containsExactly(Long.toString(closing));
        }
    }

    // Breaks when a day is left out, or counts for the wrong card.
    @Test
    void tellsEachDayWhatIsOutstandingOnEachCard() throws SQLException {
        try (Warehouse warehouse = filled("days", 500, false)) {
            Days days = new Liability(warehouse, Scope.ALL).days(null, null);
            assertThat(days.isWhole()).isTrue();
            assertThat(days.outstanding())
                    .isEqualTo(
                            histories.stream().mapToLong(LedgerHistory::balance).sum());
            Map<UUID, Long> outstanding = new TreeMap<>();
            for (Liability.Day day : days.days()) {
                long moved = day.issued() + day.redeemed() + day.expired() + day.corrected();
                assertThat(day.outstanding())
                        .as(day.toString())
                        .isEqualTo(outstanding.getOrDefault(day.card(), 0L) + moved);
                outstanding.put(day.card(), day.outstanding());
            }
            Days march = new Liability(warehouse, Scope.ALL).days(SHOWN_FROM, SHOWN_TO);
            assertThat(march.tiesOut()).isTrue();
            assertThat(march.days())
                    .isNotEmpty()
                    .isEqualTo(days.days().stream()
                            .filter(day -> !day.day().isBefore(SHOWN_FROM)
                                    && !day.day().isAfter(SHOWN_TO))
                            .toList());
        }
    }

    // Breaks when a partner is shown what another one owes.
    @Test
    void reportsOfOnePartnerOrOneCardAlone() throws SQLException {
        try (Warehouse warehouse = filled("scopes", 500, false)) {
            long closing = 0;
            for (UUID partner : List.of(LedgerHistory.PARTNER, LedgerHistory.OTHER_PARTNER)) {
                Statement one = new Liability(warehouse, new Scope(partner, null)).statement(null, null);
                assertThat(one.isWhole()).isTrue();
                assertThat(one.total().closing())
                        .isEqualTo(balance(each -> each.partner().equals(partner)));
                closing += one.total().closing();
            }
            assertThat(closing).isEqualTo(balance(each -> true));
            UUID card = histories.getFirst().events().getFirst().account().card();
            var scope = new Scope(null, card);
            assertThat(new Liability(warehouse, scope)
                            .statement(null, null)
                            .total()
                            .closing())
                    .isEqualTo(balance(each -> each.card().equals(card)));
            assertThat(new Liability(warehouse, scope).days(null, null).days())
                    .extracting(Liability.Day::card)
                    .containsOnly(card);
            assertThat(warehouse.holds(new Scope(LedgerHistory.OTHER_PARTNER, new UUID(1, 3))))
                    .isFalse();
        }
    }

    // Breaks when one lost event keeps everybody's out, or when sums are told as whole that are not.
    @Test
    void setsAsideAnAccountOfWhichAnEventIsMissing() throws Exception {
        LedgerHistory history = histories.get(3);
        Booked lost = history.events().get(7);
        Booked next = history.events().get(8);
        topic.remove(lost);
        List<String> once = contents("lost", topic.size(), false);

        assertThat(contents("lost-pieces", 17, false)).isEqualTo(once);
        assertThat(contents("lost-repeated", 23, true)).isEqualTo(once);
        try (Warehouse warehouse = Warehouse.openToRead(directory.resolve("lost.duckdb"))) {
            Statement statement = new Liability(warehouse, Scope.ALL).statement(null, null);
            assertThat(statement.broken().accounts())
                    .extracting(BrokenAccount::account, BrokenAccount::firstMissing, BrokenAccount::sinceEvent)
                    .containsExactly(tuple(lost.account(), lost.sequence(), next.id()));
            assertThat(statement.tiesOut()).isTrue();
            assertThat(statement.isWhole()).isFalse();
            assertThat(statement.total().closing()).isEqualTo(balance(each -> !each.equals(lost.account())));
            assertThat(Table.of(statement))
                    .contains(
                            "1 account is set aside", "member " + lost.account().member())
                    .contains("from entry 8 on, since event " + next.id());
            Days days = new Liability(warehouse, Scope.ALL).days(null, null);
            assertThat(days.outstanding()).isEqualTo(statement.total().closing());
            assertThat(days.isWhole()).isFalse();
            assertThat(rows(
                            warehouse,
                            "SELECT count(*) FROM v_balance WHERE member_id = '"
                                    + lost.account().member() + "'"))
                    .containsExactly("0");
            UUID other = lost.account().partner().equals(LedgerHistory.PARTNER)
                    ? LedgerHistory.OTHER_PARTNER
                    : LedgerHistory.PARTNER;
            assertThat(new Liability(warehouse, new Scope(other, null))
                            .statement(null, null)
                            .isWhole())
                    .isTrue();
        }
    }

    // Breaks when what is owed counts as earned in some month, as it does where date_trunc makes the months.
    @Test
    void tellsWhatIsOwedFromWhatWasEarned() throws SQLException {
        try (Warehouse warehouse = filled("owed", 500, false)) {
            String months = "SELECT CAST(earned_month AS VARCHAR) FROM v_cohort WHERE earned_month IS ";

            assertThat(rows(warehouse, months + "NOT NULL")).isNotEmpty().doesNotContainNull();
            assertThat(rows(warehouse, months + "NULL")).isNotEmpty().containsOnlyNulls();
        }
    }

    // Breaks when somebody who writes to the topic can change what is known of an account, unnoticed.
    @Test
    void setsAsideAnAccountWhoseEventsContradictEachOther() throws SQLException {
        Booked twice = histories.get(1).events().get(4);
        Booked wrong = histories.get(2).events().getLast();
        try (Warehouse warehouse = filled("contradicting", 100, false)) {
            var added = warehouse.add(
                    List.of(
                            changed(twice, new UUID(9, 1), twice.sequence(), twice.points()),
                            changed(wrong, new UUID(9, 2), wrong.sequence() + 1, 5)),
                    TOPIC,
                    Map.of(0, (long) topic.size() + 2));

            assertThat(added.events()).isZero();
            assertThat(added.broken())
                    .extracting(BrokenAccount::account, BrokenAccount::firstMissing)
                    .containsExactly(
                            tuple(twice.account(), twice.sequence()), tuple(wrong.account(), wrong.sequence() + 1));
            Statement statement = new Liability(warehouse, Scope.ALL).statement(null, null);
            assertThat(statement.tiesOut()).isTrue();
            assertThat(statement.total().closing())
                    .isEqualTo(balance(each -> !each.equals(twice.account()) && !each.equals(wrong.account())));
        }
    }

    private static Booked changed(Booked event, UUID id, long sequence, long points) {
        return new Booked(
                id,
                event.account(),
                sequence,
                event.event(),
                points,
                event.balanceAfter() + 1_000,
                event.expiresAt(),
                event.reverses(),
                event.at());
    }

    private long balance(Predicate<AccountKey> which) {
        return histories.stream()
                .filter(each -> which.test(each.events().getFirst().account()))
                .mapToLong(LedgerHistory::balance)
                .sum();
    }

    // Breaks when folding goes on from something else than the events say.
    @Test
    void keepsBalancesAndOpenLotsBesideTheEvents() throws SQLException {
        try (Warehouse warehouse = filled("kept", 31, true)) {
            assertThat(rows(
                            warehouse,
                            "SELECT member_id || ' ' || balance || ' ' || entries FROM account ORDER BY ALL"))
                    .isEqualTo(rows(
                            warehouse,
                            "SELECT member_id || ' ' || arg_max(balance_after, account_sequence) || ' ' || count(*)"
                                    + " FROM event GROUP BY member_id ORDER BY ALL"));
            assertThat(rows(
                            warehouse,
                            "SELECT member_id || ' ' || lot_sequence || ' ' || remaining FROM open_lot"
                                    + " JOIN account ON number = account ORDER BY ALL"))
                    .isEqualTo(rows(
                            warehouse,
                            "SELECT member_id || ' ' || lot_sequence || ' ' || sum(points) FROM movement"
                                    + " WHERE lot_sequence > 0 GROUP BY member_id, lot_sequence HAVING sum(points) > 0"
                                    + " ORDER BY ALL"));
        }
    }

    // Breaks when the guide shows another report than the program prints.
    @Test
    void drawsTheReportsThatTheGuideShows() throws Exception {
        Path months = directory.resolve("report.svg");
        Path drawnDays = directory.resolve("days.svg");
        Statement statement;
        Days days;
        try (Warehouse warehouse = filled("picture", 500, false)) {
            statement = new Liability(warehouse, Scope.ALL).statement(null, null);
            Picture.of(statement).write(directory.resolve("report.png"), months);
            var partner = new Liability(warehouse, new Scope(LedgerHistory.PARTNER, null));
            days = partner.days(SHOWN_FROM, SHOWN_TO);
            Picture.of(partner.days(DRAWN_FROM, DRAWN_TO)).write(directory.resolve("days.png"), drawnDays);
        }
        // Letters are drawn, not written.
        assertThat(Files.readString(months)).contains("<svg").contains("<path");
        assertThat(Files.readString(drawnDays)).contains("<svg").contains("<path");
        assertThat(Files.size(directory.resolve("report.png"))).isGreaterThan(1_000);
        assertThat(Files.size(directory.resolve("days.png"))).isGreaterThan(1_000);
        String shown = shown(Files.readString(GUIDE), "report", Table.of(statement));
        shown = shown(shown, "days", Table.of(days));
        if (WRITE) {
            Files.writeString(GUIDE, shown);
            Files.copy(months, GUIDE.resolveSibling("analytics.svg"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(drawnDays, GUIDE.resolveSibling("analytics-days.svg"), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(Files.readString(GUIDE))
                .as("regenerate with -Dmerit.docs.write=true and review the change")
                .isEqualTo(shown);
    }

    /** The guide with this text between its marks. */
    private static String shown(String guide, String mark, String text) {
        assertThat(guide).contains("<!-- " + mark + " -->");
        return Pattern.compile("<!-- " + mark + " -->.*<!-- /" + mark + " -->", Pattern.DOTALL)
                .matcher(guide)
                .replaceFirst(Matcher.quoteReplacement(
                        "<!-- " + mark + " -->\n```\n" + text + "```\n<!-- /" + mark + " -->"));
    }

    // Breaks when half of a batch stays in the file, or its offset does.
    @Test
    void leavesTheFileAsItWasWhenABatchFails() throws SQLException {
        Booked last = topic.removeLast();
        try (Warehouse warehouse = filled("broken", 100, false)) {
            List<String> before = dump(warehouse);
            Map<Integer, Long> positions = new HashMap<>();
            positions.put(0, null);

            assertThatThrownBy(() -> warehouse.add(List.of(last), TOPIC, positions))
                    .isInstanceOf(NullPointerException.class);

            assertThat(dump(warehouse)).isEqualTo(before);
        }
    }

    // Breaks when a file is taken for empty that holds something else.
    @Test
    void refusesAFileOfAnotherForm() throws Exception {
        Path file = directory.resolve("other.duckdb");
        try (var other = DriverManager.getConnection("jdbc:duckdb:" + file);
                var statement = other.createStatement()) {
            var unused = statement.execute("CREATE TABLE event (event_id UUID PRIMARY KEY)");
        }

        assertThatThrownBy(() -> Warehouse.open(file)).hasMessageContaining("read the topic into a new one");
        assertThatThrownBy(() -> Warehouse.openToRead(file)).hasMessageContaining("read the topic into a new one");
    }

    private List<String> contents(String name, int batch, boolean repeating) throws SQLException {
        try (Warehouse warehouse = filled(name, batch, repeating)) {
            return dump(warehouse);
        }
    }

    /** Fills a file, closing it now and then as a program that is stopped does. */
    private Warehouse filled(String name, int batch, boolean repeating) throws SQLException {
        Path file = directory.resolve(name + ".duckdb");
        Warehouse warehouse = Warehouse.open(file);
        int batches = 0;
        int came = 0;
        for (int from = 0; from < topic.size(); from += batch) {
            int to = Math.min(topic.size(), from + batch);
            List<Booked> events = new ArrayList<>(topic.subList(repeating ? Math.max(0, from - batch / 2) : from, to));
            if (repeating) {
                events.addAll(topic.subList(from, to));
            }
            var added = warehouse.add(events, TOPIC, Map.of(0, (long) to));
            assertThat(added.events()).isLessThanOrEqualTo(to - from);
            came += added.events();
            if (++batches % 20 == 0) {
                warehouse.close();
                warehouse = Warehouse.open(file);
            }
        }
        assertThat(rows(warehouse, "SELECT count(*) FROM event")).containsExactly(Integer.toString(came));
        assertThat(warehouse.positions(TOPIC)).containsExactly(Map.entry(0, (long) topic.size()));
        return warehouse;
    }

    private static List<String> dump(Warehouse warehouse) throws SQLException {
        List<String> rows = rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM event t ORDER BY ALL");
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM movement t ORDER BY ALL"));
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM v_day t ORDER BY ALL"));
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM v_balance t ORDER BY ALL"));
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM broken_account t ORDER BY ALL"));
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM topic_position t ORDER BY ALL"));
        return rows;
    }

    private static List<String> rows(Warehouse warehouse, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var statement = warehouse.connection().createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }
}
