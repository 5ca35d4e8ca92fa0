package dev.merit.bench;

import dev.merit.bench.baseline.BenchTables;
import dev.merit.bench.baseline.Tills;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.report.Machine;
import dev.merit.bench.report.Report;
import dev.merit.bench.report.Result;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.embedded.program.Closing;
import dev.merit.embedded.program.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One run: start everything, warm up, let the contestants take turns, check the books, report. */
final class Bench {
    private static final int MANY_CALLERS = 256;
    private static final int CALLERS = 64;
    private static final int OPEN_CALLERS = 128;
    private static final int REPEAT_EVERY = 20;
    private static final int SET_UP_STEPS = 3;

    private final Plan plan;
    private final Closing closing;
    private final CpuClock clock = new CpuClock();

    Bench(Plan plan, Closing closing) {
        this.plan = plan;
        this.closing = closing;
    }

    /** One of those that take turns. */
    private record Contestant(String id, String title, Turn turn) {}

    @FunctionalInterface
    private interface Turn {
        Reading take(Duration stretch) throws SQLException;
    }

    Report run() throws SQLException, IOException {
        Machine machine = Machine.here();
        Distribution distribution = Distribution.find();
        int contestants = 9;
        var progress = closing.add(new Progress(SET_UP_STEPS + contestants * (1 + plan.rounds()) + plan.rounds()));
        Path directory = temporaryDirectory();

        progress.begin("starting PostgreSQL");
        DatabaseServer server = closing.add(DatabaseServer.start(directory.resolve("postgres"), plan.databaseUrl()));
        server.createDatabase();
        Map<String, String> settings = server.checkSettings();
        server.pid().ifPresent(pid -> clock.watch(Program.POSTGRES, pid));
        progress.end("PostgreSQL " + settings);

        progress.begin("starting the node");
        var options = new NodeProcess.Options(
                Files.createDirectory(directory.resolve("node")), server.url(), adminKey(), plan.kafka());
        NodeProcess node = closing.add(NodeProcess.start(distribution, options));
        clock.watch(Program.NODE, node.pid());
        clock.watch(Program.KAFKA, node.pid());
        progress.end("the node is ready: " + node.shownSettings());

        progress.begin("making " + plan.members() + " members");
        Store store = closing.add(Store.open(node, options, server.jdbcUrl(), plan.members()));
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl())) {
            BenchTables.create(connection, plan.members());
        }
        progress.end(plan.members() + " members made");

        List<Contestant> turns = contestants(server.jdbcUrl(), store);
        warmUp(turns, progress);
        server.analyze();
        List<Result> results = new ArrayList<>(takeTurns(turns, progress));
        results.add(openLoop(store, results, progress));
        store.verifyBalances();
        return new Report(
                machine,
                settings,
                new Report.NodeFacts(
                        distribution.flags(),
                        node.shownSettings(),
                        plan.kafka() ? "on, the node's own Kafka" : "off (--no-kafka)"),
                plan.shown(),
                results);
    }

    private List<Contestant> contestants(String jdbcUrl, Store store) throws SQLException {
        var spread = Mix.spread(plan.members());
        return List.of(
                baseline(Report.SEVERAL, "several statements, 8 clients", Tills.Form.SEVERAL, 8, jdbcUrl),
                baseline(Report.SINGLE_8, "single statement, 8 clients", Tills.Form.SINGLE, 8, jdbcUrl),
                baseline(Report.SINGLE_16, "single statement, 16 clients", Tills.Form.SINGLE, 16, jdbcUrl),
                purchase(Report.PURCHASE_64, "HTTP purchase, 64 callers", store, new Store.Call(CALLERS, spread)),
                purchase(
                        Report.PURCHASE_256, "HTTP purchase, 256 callers", store, new Store.Call(MANY_CALLERS, spread)),
                purchase(
                        Report.REPEATS,
                        "HTTP purchase, 64 callers, 5 % repeats",
                        store,
                        new Store.Call(CALLERS, new Mix(plan.members(), REPEAT_EVERY))),
                purchase(
                        Report.HOT,
                        "HTTP purchase, 64 callers, one hot member",
                        store,
                        new Store.Call(CALLERS, Mix.spread(1))),
                baseline(Report.SINGLE_1, "single statement, 1 client", Tills.Form.SINGLE, 1, jdbcUrl),
                purchase(Report.PURCHASE_1, "HTTP purchase, 1 caller", store, new Store.Call(1, spread)));
    }

    private Contestant baseline(String id, String title, Tills.Form form, int clients, String jdbcUrl)
            throws SQLException {
        Tills tills = closing.add(Tills.open(form, clients, jdbcUrl, plan.members()));
        return new Contestant(id, title, stretch -> tills.run(stretch, clock));
    }

    private Contestant purchase(String id, String title, Store store, Store.Call call) {
        return new Contestant(id, title, stretch -> store.closedLoop(call, stretch, clock));
    }

    private void warmUp(List<Contestant> contestants, Progress progress) throws SQLException {
        for (Contestant contestant : contestants) {
            var unused = turn(contestant, "warm-up", plan.warmUp(), progress);
        }
    }

    /** A B C …, A B C …: a machine that becomes slower meanwhile does so for everybody. */
    private List<Result> takeTurns(List<Contestant> contestants, Progress progress) throws SQLException {
        Map<String, List<Reading>> readings = new LinkedHashMap<>();
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contestant contestant : contestants) {
                readings.computeIfAbsent(contestant.id(), id -> new ArrayList<>())
                        .add(turn(contestant, "round " + round, plan.stretch(), progress));
            }
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

    /** At half of what the node was just measured to do. */
    private Result openLoop(Store store, List<Result> results, Progress progress) throws SQLException {
        double maximum = results.stream()
                .filter(result ->
                        result.id().equals(Report.PURCHASE_64) || result.id().equals(Report.PURCHASE_256))
                .mapToDouble(result -> result.rate().median())
                .max()
                .orElseThrow();
        double rate = maximum / 2;
        var contestant = new Contestant(
                Report.OPEN,
                String.format(Locale.ROOT, "HTTP purchase, open loop at %,.0f/s", rate),
                stretch ->
                        store.openLoop(new Store.Call(OPEN_CALLERS, Mix.spread(plan.members())), rate, stretch, clock));
        List<Reading> readings = new ArrayList<>();
        for (int round = 1; round <= plan.rounds(); round++) {
            readings.add(turn(contestant, "round " + round, plan.stretch(), progress));
        }
        return Result.of(contestant.id(), contestant.title(), readings);
    }

    static String adminKey() {
        return KeyFormat.compose(
                Role.ADMIN,
                new SecureRandom()
                        .ints(KeyFormat.RANDOM_LENGTH, 0, KeyFormat.ALPHABET.length())
                        .mapToObj(index -> String.valueOf(KeyFormat.ALPHABET.charAt(index)))
                        .collect(Collectors.joining()));
    }

    private Path temporaryDirectory() throws IOException {
        Path directory = Files.createTempDirectory("merit-bench-");
        var unused = closing.add(() -> deleteTree(directory));
        return directory;
    }

    static void deleteTree(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
