package dev.merit.bench;

import dev.merit.bench.baseline.BenchTables;
import dev.merit.bench.baseline.Tills;
import dev.merit.bench.candidate.Deed;
import dev.merit.bench.candidate.LedgerFill;
import dev.merit.bench.candidate.Listing;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.measure.Spread;
import dev.merit.bench.report.Goal;
import dev.merit.bench.report.Refusals;
import dev.merit.bench.report.Table;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What becomes of purchases and reads when the ledger grows, and in the first seconds after a restart of its server. */
final class GrowthBench {
    private static final int CALLERS = 64;
    private static final int READERS = 8;
    private static final int MEMBERS_MAX = 100_000;
    private static final int COLD_WINDOWS = 10;
    private static final Duration COLD_WINDOW_MAX = Duration.ofSeconds(1);
    private static final int BASELINE_CLIENTS = 8;

    private static final String PURCHASE = "purchase, 64 callers";
    private static final String WALLET = "wallet, 64 callers";
    private static final String BASELINE = "single statement, 8 clients, its own small tables";

    private static final String HISTORY = Listing.TRANSACTIONS_OF_A_MEMBER.title();

    /** Whatever the size of the ledger, nothing of these is refused; a list may take too long for an answer. */
    private static final Set<String> NEVER_REFUSED = Set.of(BASELINE, PURCHASE, WALLET);

    private final Plan plan;
    private final Closing closing;
    private final List<Long> sizes;
    private final StringBuilder found = new StringBuilder();
    private final Refusals refusals = new Refusals();
    private final Refusals pages = new Refusals();

    /** How many entries there were when each size was measured: warming up adds some, and measuring adds more. */
    private final List<Long> measured = new ArrayList<>();

    /** All rates by what was done, in the order of the sizes. */
    private final Map<String, List<List<Double>>> rates = new TreeMap<>();

    GrowthBench(Plan plan, Closing closing, List<Long> sizes) {
        this.plan = plan;
        this.closing = closing;
        this.sizes = sizes.stream().sorted().toList();
    }

    /** What was found, to be read. */
    Found run() throws SQLException, IOException {
        Stage stage = Stage.open(closing, plan.ground().databaseUrl(), Duration.ZERO);
        DatabaseServer.Database database = stage.server().createDatabase("");
        NodeProcess.Options options =
                stage.options("node", database, plan.ground().kafka());
        NodeProcess node = stage.start(options);
        int members = members(sizes.getFirst());
        Store store = stage.add(Store.open(List.of(node), options, database.jdbcUrl(), members));
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl())) {
            BenchTables.create(connection, members);
        }
        Tills baseline = stage.add(Tills.open(Tills.Form.SINGLE, BASELINE_CLIENTS, database.jdbcUrl(), members));
        found.append(String.format(Locale.ROOT, "PostgreSQL %s%n", stage.settings()));
        Progress progress = closing.add(new Progress(1 + 2 * sizes.size()));
        progress.begin("warming up");
        warmUp(new Place(stage, store, baseline, members));
        progress.end("warm");
        for (long size : sizes) {
            progress.begin(String.format(Locale.ROOT, "filling up to %,d entries", size));
            store.enrol(members, members(size));
            members = members(size);
            try (var fill = new LedgerFill(database.jdbcUrl(), store.partner())) {
                fill.fillUpTo(size);
                stage.server().analyze(database);
                stage.server().checkpoint();
                progress.end(String.format(Locale.ROOT, "%,d entries", fill.countEntries()));
                progress.begin("measuring");
                measure(new Place(stage, store, baseline, members), fill);
                progress.end("measured");
            }
            store.verifyBalances();
        }
        List<Goal> goals = goals();
        if (!goals.isEmpty()) {
            found.append(Goal.text(goals)).append('\n');
        }
        cold(stage, database, node, store, members);
        found.append(refusals.text()).append(pages.text());
        return new Found(found.toString(), refusals.countAll() > 0 || pages.count(HISTORY) > 0);
    }

    private static int members(long entries) {
        return (int) Math.min(entries, MEMBERS_MAX);
    }

    /** Where one size is measured. */
    private record Place(Stage stage, Store store, Tills baseline, int members) {}

    private void measure(Place place, LedgerFill fill) throws SQLException {
        long entries = fill.countEntries();
        measured.add(entries);
        Map<String, LedgerFill.Size> before = fill.sizes();
        Map<String, List<Reading>> readings = new LinkedHashMap<>();
        for (int round = 1; round <= plan.turns().rounds(); round++) {
            // There are many lists.
            Duration stretch = plan.turns().stretch();
            round(place, stretch, stretch.dividedBy(2))
                    .forEach((what, reading) -> readings.computeIfAbsent(what, key -> new ArrayList<>())
                            .add(reading));
        }
        var table =
                new Table(String.format(Locale.ROOT, "%,d entries", entries), "a second", "p50 ms", "p99 ms", "failed");
        readings.forEach((what, all) -> {
            Reading.Failures failures = Reading.Failures.of(all);
            (NEVER_REFUSED.contains(what) ? refusals : pages).add(what, failures);
            List<Double> these = all.stream().map(Reading::rate).toList();
            rates.computeIfAbsent(what, key -> new ArrayList<>()).add(these);
            table.add(List.of(
                    what,
                    Spread.of(these).wholeText(),
                    Spread.of(all.stream().map(Reading::p50).toList()).text(),
                    Spread.of(all.stream().map(Reading::p99).toList()).text(),
                    Long.toString(failures.count())));
        });
        found.append(table.text()).append('\n').append(bytes(before, fill.sizes(), fill.countEntries() - entries));
    }

    /** Everything that will be measured, so that the smallest ledger does not pay for a cold program. */
    private void warmUp(Place place) throws SQLException {
        Duration warmUp = plan.turns().warmUp();
        var unused = round(place, warmUp.dividedBy(3), warmUp.dividedBy(Listing.values().length));
    }

    private static Map<String, Reading> round(Place place, Duration stretch, Duration pageStretch) throws SQLException {
        Map<String, Reading> readings = new LinkedHashMap<>();
        Store store = place.store();
        CpuClock clock = place.stage().clock();
        Mix spread = Mix.spread(place.members());
        readings.put(BASELINE, place.baseline().run(stretch, clock));
        readings.put(PURCHASE, store.closedLoop(store.call(Deed.PURCHASE, CALLERS, spread), stretch, clock));
        readings.put(WALLET, store.closedLoop(store.call(Deed.WALLET, CALLERS, spread), stretch, clock));
        for (Listing listing : Listing.values()) {
            readings.put(
                    listing.title(),
                    store.closedLoopAsFarAsItGoes(store.call(listing, READERS, spread), pageStretch, clock));
        }
        return readings;
    }

    private static String bytes(
            Map<String, LedgerFill.Size> before, Map<String, LedgerFill.Size> after, long purchases) {
        var table = new Table("bytes a purchase", "table", "indexes");
        after.forEach((name, size) -> {
            LedgerFill.Size earlier = before.getOrDefault(name, new LedgerFill.Size(0, 0));
            table.add(List.of(
                    name,
                    String.format(
                            Locale.ROOT, "%,d", (size.tableBytes() - earlier.tableBytes()) / Math.max(1, purchases)),
                    String.format(
                            Locale.ROOT, "%,d", (size.indexBytes() - earlier.indexBytes()) / Math.max(1, purchases))));
        });
        return table.text() + "\n";
    }

    /** From the smallest ledger to the largest. The promises are for ten thousand and ten million. */
    private List<Goal> goals() {
        if (sizes.size() < 2) {
            return List.of();
        }
        String span = String.format(Locale.ROOT, "%,d → %,d entries: ", measured.getFirst(), measured.getLast());
        return List.of(
                Goal.atLeast(span + "purchase", growth(PURCHASE), 0.7, 0.9).withFailures(refusals.count(PURCHASE)),
                Goal.atLeast(span + "wallet", growth(WALLET), 0.8, 0.9).withFailures(refusals.count(WALLET)),
                Goal.atLeast(span + "history page", growth(HISTORY), 0.4, 0.9).withFailures(pages.count(HISTORY)));
    }

    private Spread growth(String what) {
        List<List<Double>> all = rates.getOrDefault(what, List.of());
        return Spread.ofRatios(all.getLast(), all.getFirst());
    }

    /** The server's own memory is empty, and every page that is touched goes to its log whole. */
    private void cold(Stage stage, DatabaseServer.Database database, NodeProcess node, Store store, int members)
            throws SQLException {
        if (plan.ground().databaseUrl().isPresent()) {
            found.append("No restart: the server is not the bench's own.\n");
            return;
        }
        stage.server().restart();
        stage.watchServer();
        node.awaitReady();
        store.awaitService();
        Duration stretch = plan.turns().stretch();
        Duration window = stretch.compareTo(COLD_WINDOW_MAX) < 0 ? stretch : COLD_WINDOW_MAX;
        var table = new Table(
                "after the restart, each " + window.toMillis() + " ms", "a second", "p50 ms", "p99 ms", "failed");
        try (Store running = store.through(List.of(node), database.jdbcUrl())) {
            Store.Call call = running.call(Deed.PURCHASE, CALLERS, Mix.spread(members));
            for (int number = 1; number <= COLD_WINDOWS; number++) {
                Reading reading = running.closedLoop(call, window, stage.clock());
                refusals.add("purchase after the restart", reading.failures());
                table.add(List.of(
                        Integer.toString(number),
                        String.format(Locale.ROOT, "%,.0f", reading.rate()),
                        String.format(Locale.ROOT, "%.2f", reading.p50()),
                        String.format(Locale.ROOT, "%.2f", reading.p99()),
                        Long.toString(reading.failed())));
            }
            running.verifyBalances();
        }
        found.append(table.text());
    }
}
