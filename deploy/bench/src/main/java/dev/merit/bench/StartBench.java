package dev.merit.bench;

import dev.merit.bench.candidate.Deed;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.measure.Spread;
import dev.merit.bench.report.Goal;
import dev.merit.bench.report.Refusals;
import dev.merit.bench.report.Table;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** How long a node takes from its command line to the first answer to a key, and how much memory it holds then and later. */
final class StartBench {
    private static final int CALLERS = 64;
    private static final double MILLIS = 1_000;

    private final Plan plan;
    private final Closing closing;

    StartBench(Plan plan, Closing closing) {
        this.plan = plan;
        this.closing = closing;
    }

    /** What was found, to be read. */
    Found run() throws SQLException, IOException {
        int members = plan.ground().members();
        Stage stage = Stage.open(closing, plan.ground().databaseUrl(), Duration.ZERO);
        DatabaseServer.Database database = stage.server().createDatabase("");
        // Nothing is published: the database alone is running already, and a broker of the node's own is not.
        NodeProcess.Options options = stage.options("node", database, false);
        Store store;
        try (NodeProcess first = NodeProcess.start(stage.distribution(), options)) {
            store = stage.add(Store.open(List.of(first), options, database.jdbcUrl(), members));
        }
        var refusals = new Refusals();
        var table = new Table("start", "s to the first answer", "MiB then", "purchases a second", "MiB then", "failed");
        List<Double> seconds = new ArrayList<>();
        List<Double> fresh = new ArrayList<>();
        List<Double> loaded = new ArrayList<>();
        for (int round = 1; round <= plan.turns().rounds(); round++) {
            long begun = System.nanoTime();
            try (NodeProcess node = closing.add(NodeProcess.launch(stage.distribution(), options))) {
                seconds.add(node.awaitFirstAnswer(begun).toMillis() / MILLIS);
                OptionalLong atFirst = node.residentMebibytes();
                atFirst.ifPresent(mebibytes -> fresh.add((double) mebibytes));
                Reading reading = buy(stage, database, store, node);
                refusals.add("purchase", reading.failures());
                OptionalLong atLast = node.residentMebibytes();
                atLast.ifPresent(mebibytes -> loaded.add((double) mebibytes));
                table.add(List.of(
                        Integer.toString(round),
                        String.format(Locale.ROOT, "%.2f", seconds.getLast()),
                        shown(atFirst),
                        String.format(Locale.ROOT, "%,.0f", reading.rate()),
                        shown(atLast),
                        Long.toString(reading.failed())));
            }
        }
        store.verifyBalances();
        List<Goal> goals = new ArrayList<>(
                List.of(Goal.atMost("start to the first authenticated answer, s", Spread.of(seconds), 1.5, 0.6)));
        if (!loaded.isEmpty()) {
            goals.add(Goal.atMost("resident memory under load, MiB", Spread.of(loaded), 350, 250)
                    .withFailures(refusals.countAll()));
        }
        String text = String.format(
                Locale.ROOT,
                "PostgreSQL %s was running; nothing published; %d starts%nresident after start, MiB: %s%n%n%s%n%s%s",
                stage.settings().get("server_version"),
                plan.turns().rounds(),
                fresh.isEmpty() ? "n/a" : Spread.of(fresh).wholeText(),
                table.text(),
                Goal.text(goals),
                refusals.text());
        return new Found(text, refusals.countAll() > 0);
    }

    private Reading buy(Stage stage, DatabaseServer.Database database, Store store, NodeProcess node)
            throws SQLException {
        try (Store running = store.through(List.of(node), database.jdbcUrl())) {
            Mix spread = Mix.spread(plan.ground().members());
            Store.Call call = running.call(Deed.PURCHASE, CALLERS, spread);
            return running.closedLoop(call, plan.turns().warmUp(), stage.clock());
        }
    }

    private static String shown(OptionalLong mebibytes) {
        return mebibytes.isPresent() ? Long.toString(mebibytes.getAsLong()) : "n/a";
    }
}
