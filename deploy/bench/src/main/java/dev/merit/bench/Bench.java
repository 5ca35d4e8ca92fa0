package dev.merit.bench;

import dev.merit.bench.Contestant.Host;
import dev.merit.bench.baseline.BenchTables;
import dev.merit.bench.candidate.Deed;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.report.Contestants;
import dev.merit.bench.report.Machine;
import dev.merit.bench.report.Report;
import dev.merit.bench.report.Result;
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
import java.util.stream.Collectors;

/** One run: start everything, warm up, let the contestants take turns, check the books, report. */
final class Bench {
    private static final int OPEN_CALLERS = 128;
    private static final int SET_UP_STEPS = 4;
    private static final double NANOSECONDS_A_MILLISECOND = 1_000_000;

    private final Plan plan;
    private final Closing closing;
    private final List<Double> residentMebibytes = new ArrayList<>();

    Bench(Plan plan, Closing closing) {
        this.plan = plan;
        this.closing = closing;
    }

    Report run() throws SQLException, IOException {
        Machine machine = Machine.here();
        Plan.Ground ground = plan.ground();
        var progress = closing.add(new Progress(SET_UP_STEPS));
        progress.begin("starting PostgreSQL");
        Stage stage = Stage.open(closing, ground.databaseUrl(), ground.flushDelay());
        DatabaseServer.Database database = stage.server().createDatabase("");
        Map<String, String> settings = new LinkedHashMap<>(stage.settings());
        if (ground.flushDelay().isPositive()) {
            Duration commit = stage.server().proveDelay(ground.flushDelay());
            settings.put(Report.FLUSH_DELAY, ground.flushDelay().toMillis() + " ms");
            settings.put("commit_of_one_row", "%.2f ms".formatted(commit.toNanos() / NANOSECONDS_A_MILLISECOND));
        }
        // A login that may not do this is told so now, and not when everything has been set up.
        stage.server().checkpoint();
        progress.end("PostgreSQL " + settings);

        progress.begin("starting the node");
        NodeProcess.Options options = stage.options("node", database, ground.kafka());
        NodeProcess node = stage.start(options);
        progress.end("the node is ready: " + node.shownSettings());

        progress.begin("making " + ground.members() + " members");
        Store store = stage.add(Store.open(List.of(node), options, database.jdbcUrl(), ground.members()));
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl())) {
            BenchTables.create(connection, ground.members());
        }
        progress.end(ground.members() + " members made");

        progress.begin("starting peers");
        List<Contestant> turns = Lineup.of(plan, stage, database, store);
        progress.end(turns.size() + " contestants are ready");
        List<Open> opens =
                OPENS.stream().filter(open -> plan.includes(open.id())).toList();
        progress.expect(turns.size() * (1 + plan.turns().rounds())
                + opens.size() * plan.turns().rounds());
        warmUp(turns, progress);
        stage.server().analyze(database);
        List<Result> results = new ArrayList<>(takeTurns(turns, stage, node, progress));
        for (Open open : opens) {
            results.add(openLoop(open, stage, store, results, progress));
        }
        store.verifyBalances();
        return new Report(
                machine,
                settings,
                new Report.NodeFacts(
                        stage.distribution().flags(),
                        node.shownSettings(),
                        ground.kafka() ? "on, the node's own Kafka" : "off (--no-kafka)",
                        residentMebibytes),
                plan.shown(),
                results);
    }

    /** Every program is warm when the first round begins, and none of its contestants is new to it. */
    private void warmUp(List<Contestant> contestants, Progress progress) throws SQLException {
        Map<Host, Long> shared =
                contestants.stream().collect(Collectors.groupingBy(Contestant::host, Collectors.counting()));
        for (Contestant contestant : contestants) {
            Duration part = plan.turns().warmUp().dividedBy(shared.getOrDefault(contestant.host(), 1L));
            Duration least = plan.turns().warmUpEach();
            Duration stretch = part.compareTo(least) < 0 ? least : part;
            var unused = turn(contestant, "warm-up", stretch, progress);
        }
    }

    /**
     * A B C …, … C B A, A B C …: a machine that becomes slower meanwhile does so for everybody, and nobody always
     * follows the same.
     */
    private List<Result> takeTurns(List<Contestant> contestants, Stage stage, NodeProcess node, Progress progress)
            throws SQLException {
        Map<String, List<Reading>> readings = new LinkedHashMap<>();
        for (int round = 1; round <= plan.turns().rounds(); round++) {
            stage.server().checkpoint();
            for (Contestant contestant : round % 2 == 1 ? contestants : contestants.reversed()) {
                readings.computeIfAbsent(contestant.id(), id -> new ArrayList<>())
                        .add(turn(contestant, "round " + round, plan.turns().stretch(), progress));
            }
            node.residentMebibytes().ifPresent(mebibytes -> residentMebibytes.add((double) mebibytes));
        }
        return contestants.stream()
                .map(contestant -> Result.of(
                        contestant.id(), contestant.title(), readings.getOrDefault(contestant.id(), List.of())))
                .toList();
    }

    private static Reading turn(Contestant contestant, String when, Duration stretch, Progress progress)
            throws SQLException {
        progress.begin(when + ": " + contestant.title());
        Reading reading = contestant.turn().take(stretch);
        progress.end("%s: %s: %,.0f/s, p50 %.2f ms, p99 %.2f ms"
                .formatted(when, contestant.title(), reading.rate(), reading.p50(), reading.p99()));
        return reading;
    }

    /**
     * Load at half of what was just measured.
     *
     * @param id the best of its maxima says how much that is
     */
    private record Open(String id, String title, Deed deed) {
        Set<String> maxima() {
            return Contestants.MAXIMA.getOrDefault(id, Set.of());
        }
    }

    private static final List<Open> OPENS = List.of(
            new Open(Contestants.OPEN_PURCHASE, "HTTP purchase", Deed.PURCHASE),
            new Open(Contestants.OPEN_WALLET, "HTTP wallet", Deed.WALLET));

    private Result openLoop(Open open, Stage stage, Store store, List<Result> results, Progress progress)
            throws SQLException {
        double maximum = results.stream()
                .filter(result -> open.maxima().contains(result.id()))
                .mapToDouble(result -> result.rate().median())
                .max()
                .orElseThrow(() -> new BenchFailed(open.id() + " goes at half of a maximum, so one of "
                        + String.join(", ", open.maxima()) + " has to take part."));
        double rate = maximum / 2;
        Store.Call call =
                store.call(open.deed(), OPEN_CALLERS, Mix.spread(plan.ground().members()));
        var contestant = new Contestant(
                open.id(),
                String.format(Locale.ROOT, "%s, open loop at %,.0f/s", open.title(), rate),
                Host.NODE,
                stretch -> store.openLoop(call, rate, stretch, stage.clock()));
        List<Reading> readings = new ArrayList<>();
        for (int round = 1; round <= plan.turns().rounds(); round++) {
            stage.server().checkpoint();
            readings.add(turn(contestant, "round " + round, plan.turns().stretch(), progress));
        }
        return Result.of(contestant.id(), contestant.title(), readings);
    }
}
