package dev.merit.bench;

import dev.merit.bench.candidate.Deed;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.measure.Spread;
import dev.merit.bench.program.ChildProgram;
import dev.merit.bench.report.Goal;
import dev.merit.bench.report.Refusals;
import dev.merit.bench.report.Table;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a cluster costs, and what a second node on the same machine costs or brings. Each case has nodes and a database
 * of its own; all are up, and one has load.
 */
final class NodesBench {
    private static final int CALLERS = 64;
    private static final String ALONE = "one node, no cluster";
    private static final String CLUSTERED = "one node, clustered";
    private static final String TWO = "two nodes, clustered";

    private final Plan plan;
    private final Closing closing;
    private final Refusals refusals = new Refusals();

    NodesBench(Plan plan, Closing closing) {
        this.plan = plan;
        this.closing = closing;
    }

    /** What was found, to be read. */
    Found run() throws SQLException, IOException {
        Stage stage = Stage.open(closing, plan.ground().databaseUrl(), Duration.ZERO);
        Map<String, Store> cases = new LinkedHashMap<>();
        cases.put(ALONE, open(stage, "alone", 0));
        cases.put(CLUSTERED, open(stage, "clustered", 1));
        cases.put(TWO, open(stage, "two", 2));
        var table = new Table("no Kafka, 64 callers", "a second", "p50 ms", "p99 ms", "failed");
        Map<String, List<Double>> purchases = turns(stage, cases, Deed.PURCHASE, "purchase", table);
        Map<String, List<Double>> wallets = turns(stage, cases, Deed.WALLET, "wallet", table);
        for (Store store : cases.values()) {
            store.verifyBalances();
        }
        List<Goal> goals = new ArrayList<>(goals("purchase", purchases));
        goals.addAll(goals("wallet", wallets));
        return new Found(table.text() + "\n" + Goal.text(goals) + refusals.text(), refusals.countAll() > 0);
    }

    private List<Goal> goals(String title, Map<String, List<Double>> rates) {
        return List.of(
                Goal.atLeast(
                                title + ": clustered single node ÷ not clustered",
                                ratio(rates, CLUSTERED, ALONE),
                                0.9,
                                0.97)
                        .withFailures(refusals.count(turn(title, CLUSTERED), turn(title, ALONE))),
                Goal.atLeast(title + ": two nodes ÷ one", ratio(rates, TWO, CLUSTERED), 0.8, 1)
                        .withFailures(refusals.count(turn(title, TWO), turn(title, CLUSTERED))));
    }

    private static Spread ratio(Map<String, List<Double>> rates, String these, String those) {
        return Spread.ofRatios(rates.getOrDefault(these, List.of()), rates.getOrDefault(those, List.of()));
    }

    private static String turn(String title, String name) {
        return title + ", " + name;
    }

    /** @param clustered how many nodes the cluster has; 0 for one node without any */
    private Store open(Stage stage, String name, int clustered) throws SQLException, IOException {
        DatabaseServer.Database database = stage.server().createDatabase("_" + name);
        List<Integer> ports = new ArrayList<>();
        for (int node = 0; node < clustered; node++) {
            ports.add(ChildProgram.freePort());
        }
        List<NodeProcess> nodes = new ArrayList<>();
        NodeProcess.Options first = stage.options(name, database, false);
        if (ports.isEmpty()) {
            nodes.add(stage.start(first));
        }
        for (int port : ports) {
            nodes.add(stage.start(new NodeProcess.Options(
                    stage.directory(name + port),
                    database.url(),
                    first.adminKey(),
                    false,
                    cluster(name, port, ports))));
        }
        return stage.add(
                Store.open(nodes, first, database.jdbcUrl(), plan.ground().members()));
    }

    private static Map<String, String> cluster(String name, int port, List<Integer> ports) {
        return Map.of(
                "MERIT_CLUSTER",
                "tcp",
                "MERIT_CLUSTER_HOST",
                "127.0.0.1",
                "MERIT_CLUSTER_PORT",
                Integer.toString(port),
                "MERIT_CLUSTER_BUS_PORT",
                "0",
                "MERIT_CLUSTER_MEMBERS",
                String.join(",", ports.stream().map(each -> "127.0.0.1:" + each).toList()),
                "MERIT_CLUSTER_SECRET",
                "the bench's own " + name);
    }

    private Map<String, List<Double>> turns(Stage stage, Map<String, Store> cases, Deed deed, String title, Table table)
            throws SQLException {
        Mix spread = Mix.spread(plan.ground().members());
        for (Store store : cases.values()) {
            var unused = store.closedLoop(
                    store.call(deed, CALLERS, spread), plan.turns().warmUp(), stage.clock());
        }
        Map<String, List<Reading>> readings = new LinkedHashMap<>();
        for (int round = 1; round <= plan.turns().rounds(); round++) {
            for (Map.Entry<String, Store> each : cases.entrySet()) {
                Store store = each.getValue();
                readings.computeIfAbsent(each.getKey(), key -> new ArrayList<>())
                        .add(store.closedLoop(
                                store.call(deed, CALLERS, spread), plan.turns().stretch(), stage.clock()));
            }
        }
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        readings.forEach((name, all) -> {
            Reading.Failures failures = Reading.Failures.of(all);
            refusals.add(turn(title, name), failures);
            rates.put(name, all.stream().map(Reading::rate).toList());
            table.add(List.of(
                    turn(title, name),
                    Spread.of(rates.getOrDefault(name, List.of())).wholeText(),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            median(all.stream().map(Reading::p50).toList())),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            median(all.stream().map(Reading::p99).toList())),
                    Long.toString(failures.count())));
        });
        return rates;
    }

    private static double median(List<Double> values) {
        return Spread.of(values).median();
    }
}
