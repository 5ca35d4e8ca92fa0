package dev.merit.analyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.TopicBroken;
import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
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
    private static final Pattern SHOWN = Pattern.compile("<!-- report -->.*<!-- /report -->", Pattern.DOTALL);

    /** With this property the guide is written instead of compared: {@code -Dmerit.docs.write=true}. */
    private static final boolean WRITE = Boolean.getBoolean("merit.docs.write");

    private final List<LedgerHistory> histories = new ArrayList<>();
    private final List<Booked> topic = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

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
                        "SELECT lot_sequence || ' ' || sum(points) FROM movement WHERE lot_sequence > 0 AND member_id = '"
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
            var liability = new Liability(warehouse);
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

    // Breaks when the guide shows another report than the program prints.
    @Test
    void drawsTheReportThatTheGuideShows() throws Exception {
        Path svg = directory.resolve("report.svg");
        Statement statement;
        try (Warehouse warehouse = filled("picture", 500, false)) {
            statement = new Liability(warehouse).statement(null, null);
            Picture.svg(statement, svg);
            Picture.png(statement, directory.resolve("report.png"));
        }
        // Letters are drawn, not written.
        assertThat(Files.readString(svg)).contains("<svg").contains("<path");
        assertThat(Files.size(directory.resolve("report.png"))).isGreaterThan(1_000);
        String guide = Files.readString(GUIDE);
        String shown = SHOWN.matcher(guide)
                .replaceFirst("<!-- report -->\n```\n" + Matcher.quoteReplacement(Table.of(statement))
                        + "```\n<!-- /report -->");
        if (WRITE) {
            Files.writeString(GUIDE, shown);
            Files.copy(svg, GUIDE.resolveSibling("analytics.svg"), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(Files.readString(GUIDE))
                .as("regenerate with -Dmerit.docs.write=true and review the change")
                .isEqualTo(shown);
    }

    // Breaks when half of a batch stays in the file, or its offset does.
    @Test
    void leavesTheFileAsItWasWhenAnEventCannotBe() throws SQLException {
        try (Warehouse warehouse = filled("broken", 100, false)) {
            List<String> before = dump(warehouse);
            Booked last = topic.getLast();
            var gap = new Booked(
                    new UUID(9, 9),
                    last.account(),
                    last.sequence() + 1_000,
                    last.event(),
                    5,
                    last.balanceAfter() + 5,
                    null,
                    null,
                    last.at());

            assertThatThrownBy(() -> warehouse.add(List.of(gap), TOPIC, Map.of(0, 999_999L)))
                    .isInstanceOf(TopicBroken.class);

            assertThat(dump(warehouse)).isEqualTo(before);
        }
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
        for (int from = 0; from < topic.size(); from += batch) {
            int to = Math.min(topic.size(), from + batch);
            List<Booked> events = new ArrayList<>(topic.subList(repeating ? Math.max(0, from - batch / 2) : from, to));
            if (repeating) {
                events.addAll(topic.subList(from, to));
            }
            assertThat(warehouse.add(events, TOPIC, Map.of(0, (long) to))).isEqualTo(to - from);
            if (++batches % 20 == 0) {
                warehouse.close();
                warehouse = Warehouse.open(file);
            }
        }
        assertThat(warehouse.positions(TOPIC)).containsExactly(Map.entry(0, (long) topic.size()));
        return warehouse;
    }

    private static List<String> dump(Warehouse warehouse) throws SQLException {
        List<String> rows = rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM event t ORDER BY ALL");
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM movement t ORDER BY ALL"));
        rows.addAll(rows(warehouse, "SELECT CAST(t AS VARCHAR) FROM v_day t ORDER BY ALL"));
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
