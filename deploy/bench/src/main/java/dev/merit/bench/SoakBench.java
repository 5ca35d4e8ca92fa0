package dev.merit.bench;

import dev.merit.bench.candidate.Deed;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.ServerFigures;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.report.Refusals;
import dev.merit.bench.report.Table;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The same load for a long time: what checkpoints, vacuum and age do to it. */
final class SoakBench {
    private static final int CALLERS = 64;
    private static final int OPEN_CALLERS = 128;

    private final Plan plan;
    private final Closing closing;
    private final int minutes;

    SoakBench(Plan plan, Closing closing, int minutes) {
        this.plan = plan;
        this.closing = closing;
        this.minutes = minutes;
    }

    /** What was found, to be read. */
    Found run() throws SQLException, IOException {
        int members = plan.ground().members();
        Stage stage = Stage.open(closing, plan.ground().databaseUrl(), Duration.ZERO);
        DatabaseServer.Database database = stage.server().createDatabase("");
        NodeProcess.Options options =
                stage.options("node", database, plan.ground().kafka());
        NodeProcess node = stage.start(options);
        Store store = stage.add(Store.open(List.of(node), options, database.jdbcUrl(), members));
        ServerFigures figures = stage.add(new ServerFigures(database.jdbcUrl()));
        Store.Call mixed = store.call(Deed.MIXED, CALLERS, Mix.spread(members));
        var unused = store.closedLoop(mixed, plan.turns().warmUp(), stage.clock());
        double half =
                store.closedLoop(mixed, plan.turns().stretch(), stage.clock()).rate() / 2;
        Store.Call steady = store.call(Deed.MIXED, OPEN_CALLERS, Mix.spread(members));
        Progress progress = closing.add(new Progress(minutes));
        var table = new Table(
                "minute",
                "a second",
                "p50 ms",
                "p99 ms",
                "failed",
                "node MiB",
                "checkpoints",
                "vacuums",
                "dead rows",
                "MiB");
        var refusals = new Refusals();
        for (int minute = 1; minute <= minutes; minute++) {
            progress.begin("minute " + minute);
            Reading reading = store.openLoop(steady, half, Duration.ofMinutes(1), stage.clock());
            refusals.add("mixed", reading.failures());
            ServerFigures.Figures now = figures.read();
            table.add(List.of(
                    Integer.toString(minute),
                    String.format(Locale.ROOT, "%,.0f", reading.rate()),
                    String.format(Locale.ROOT, "%.2f", reading.p50()),
                    String.format(Locale.ROOT, "%.2f", reading.p99()),
                    Long.toString(reading.failed()),
                    shown(node.residentMebibytes()),
                    Long.toString(now.checkpoints()),
                    Long.toString(now.vacuums()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * now.deadShare()),
                    String.format(Locale.ROOT, "%,d", now.mebibytes())));
            progress.end("minute " + minute);
        }
        store.verifyBalances();
        String text = String.format(
                Locale.ROOT,
                "PostgreSQL %s%nmixed load, %,.0f a second; counts are since the start%n%s",
                stage.settings(),
                half,
                table.text());
        return new Found(text + refusals.text(), refusals.countAll() > 0);
    }

    private static String shown(OptionalLong mebibytes) {
        return mebibytes.isPresent() ? Long.toString(mebibytes.getAsLong()) : "n/a";
    }
}
