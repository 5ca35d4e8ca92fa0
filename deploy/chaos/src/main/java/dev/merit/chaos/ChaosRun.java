package dev.merit.chaos;

import dev.merit.chaos.domain.Checker;
import dev.merit.chaos.domain.Evidence;
import dev.merit.chaos.domain.Findings;
import dev.merit.chaos.domain.History;
import dev.merit.chaos.domain.OperationHistory;
import dev.merit.chaos.domain.Promise;
import dev.merit.chaos.http.Api;
import dev.merit.chaos.journal.Journal;
import dev.merit.chaos.plan.Load;
import dev.merit.chaos.plan.Plant;
import dev.merit.chaos.plan.Schedule;
import dev.merit.chaos.plan.Shape;
import dev.merit.chaos.report.Availability;
import dev.merit.chaos.report.Summary;
import dev.merit.chaos.shop.Market;
import dev.merit.chaos.shop.Opening;
import dev.merit.chaos.store.AuditStore;
import dev.merit.chaos.store.PlantStore;
import dev.merit.chaos.till.Balancer;
import dev.merit.chaos.till.Caller;
import dev.merit.chaos.till.Tills;
import dev.merit.chaos.world.ChaosFailed;
import dev.merit.chaos.world.FaultRunner;
import dev.merit.chaos.world.FaultRunner.Happened;
import dev.merit.chaos.world.Nodes;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** One run from its seed to its summary. */
final class ChaosRun {
    private static final Duration LIMIT_AFTER_HEALING = Duration.ofSeconds(60);
    private static final Duration LOAD_SLACK = Duration.ofSeconds(90);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Options options;
    private final Closing closing;
    private final long origin = System.nanoTime();

    ChaosRun(Options options, Closing closing) {
        this.options = options;
        this.closing = closing;
    }

    /** What a load came to. */
    private record Driven(long begun, long healed, List<Happened> faults) {}

    Summary run() throws IOException, SQLException, InterruptedException {
        Files.createDirectories(options.out());
        Setup setup = new Setup(options, closing);
        Shape shape = setup.shape();
        Schedule schedule = Schedule.draw(options.seed(), shape, options.clustered());
        Load load = Load.draw(options.seed(), shape);
        write("schedule.txt", schedule.shown());
        write("operations.txt", load.shown());
        say("seed " + options.seed() + ", " + load.operations().size() + " operations, "
                + schedule.faults().size() + " faults; everything is written to " + options.out());
        setup.left().forEach(ChaosRun::say);
        schedule.faults().forEach(fault -> say(fault.shown()));

        FaultRunner.World world = setup.start();
        Api api = closing.add(new Api());
        say("making " + shape.tenants() + " shops and " + (shape.hot() + shape.cold()) + " members");
        Market market = new Opening(api, world.nodes().api(0), setup.adminKey()).open(shape);
        PlantStore.opened(world.postgres().jdbcUrl(), options.plant(), shape.nodes());
        Caller caller = new Caller(api, market, origin);
        Balancer balancer = closing.add(new Balancer(IntStream.range(0, shape.nodes())
                .mapToObj(node -> new Balancer.Place(
                        world.nodes().api(node), world.nodes().management(node)))
                .toList()));
        Path file = options.out().resolve("journal.jsonl");
        Journal journal = closing.add(Journal.create(file));
        Watcher watcher =
                closing.add(new Watcher(() -> AuditStore.live(world.postgres().jdbcUrl())));
        Tills tills = closing.add(new Tills(journal, market, balancer, caller));

        Driven driven = drive(
                tills,
                new FaultRunner(
                        world,
                        new FaultRunner.Eyes(
                                caller::now,
                                tills::inFlight,
                                node -> caller.isServedBy(balancer.api(node)),
                                ChaosRun::say)),
                schedule,
                load,
                caller);
        settle(tills, Journal.read(file));
        Duration drained = awaitPublished(world.postgres().jdbcUrl(), driven.healed(), caller);
        watcher.close();
        say("comparing the witnesses");
        History history = Journal.read(file);
        Evidence evidence = new Witnesses(
                        api,
                        market,
                        IntStream.range(0, shape.nodes())
                                .mapToObj(world.nodes()::api)
                                .toList())
                .hear(world.postgres().jdbcUrl(), world.kafka().bootstrapServers());
        Findings findings = Checker.check(history, evidence, market.terms());
        Checker.checkDoubts(history, driven.healed() + LIMIT_AFTER_HEALING.toNanos(), findings);
        watcher.judge(findings);
        judgeServers(world, findings);
        Availability availability = new Availability(history, driven.begun());
        availability.judge(driven.faults(), findings);

        Map<String, String> facts = facts(history, availability, evidence);
        facts.put("looks at all balances", Long.toString(watcher.looks()));
        facts.put("Kafka caught up", String.format(Locale.ROOT, "%.1f s after healing", drained.toMillis() / 1_000.0));
        facts.put(
                "took",
                (caller.now() / 1_000_000_000) + " s, of which load and faults "
                        + (driven.healed() - driven.begun()) / 1_000_000_000 + " s");
        Summary summary = new Summary(facts, findings, availability.recoveries(driven.faults()), setup.left());
        write("availability.txt", seconds(availability));
        write("summary.txt", summary.text());
        write("summary.json", summary.json());
        return summary;
    }

    private void judgeServers(FaultRunner.World world, Findings findings) throws SQLException {
        if (options.plant() == Plant.NONE) {
            // A planted mistake has to be found by what it breaks, not by how it was put in.
            judgeDurability(world.postgres().jdbcUrl(), findings);
        }
        // Every run ends with an orderly stop of all nodes, while all servers are well.
        world.nodes().close();
        Checker.checkEnds(world.nodes().ends(), findings);
    }

    /** Lets clients and faults loose on each other, and comes back when both are through and all nodes are ready. */
    private Driven drive(Tills tills, FaultRunner faults, Schedule schedule, Load load, Caller caller)
            throws InterruptedException {
        long begun = caller.now();
        tills.begin(load, options.shape().clients());
        faults.run(schedule, begun);
        long limit = begun + options.shape().load().plus(LOAD_SLACK).toNanos();
        // A load that lasts longer than the faults ends first; then the minute of grace begins.
        while (!tills.isOver()
                && tills.done() < load.operations().size() - options.shape().clients()) {
            if (caller.now() > limit) {
                break;
            }
            Thread.sleep(LOOK_EVERY);
        }
        long healed = caller.now();
        tills.giveUpAt(healed + LIMIT_AFTER_HEALING.toNanos());
        while (!tills.isOver()) {
            if (caller.now() > healed + LIMIT_AFTER_HEALING.multipliedBy(2).toNanos()) {
                throw new ChaosFailed("Clients did not end; operations through: " + tills.done());
            }
            Thread.sleep(LOOK_EVERY);
        }
        if (!tills.broken().isEmpty()) {
            throw new ChaosFailed(
                    "A client broke: " + tills.broken().getFirst(),
                    tills.broken().getFirst());
        }
        say("all " + tills.done() + " operations are through");
        return new Driven(begun, healed, faults.happened());
    }

    /** An attempt that was lost may have waited in a stopped node, and a refusal after it did not know of it. */
    private static void settle(Tills tills, History history) throws InterruptedException {
        for (OperationHistory each : history.operations()) {
            if (each.isInDoubt()) {
                var unused = tills.ask(each.operation());
            }
        }
    }

    private static Duration awaitPublished(String jdbcUrl, long healed, Caller caller)
            throws SQLException, InterruptedException {
        long limit = healed + LIMIT_AFTER_HEALING.toNanos();
        try (AuditStore store = AuditStore.live(jdbcUrl)) {
            while (store.countWaiting() > 0 && caller.now() < limit) {
                Thread.sleep(LOOK_EVERY);
            }
        }
        return Duration.ofNanos(caller.now() - healed);
    }

    private static void judgeDurability(String jdbcUrl, Findings findings) throws SQLException {
        try (AuditStore store = AuditStore.live(jdbcUrl)) {
            store.listSettings().forEach((name, value) -> {
                findings.looked(Promise.DURABLE, 1);
                if (!value.equals("on")) {
                    findings.add(Promise.DURABLE, name + " is " + value);
                }
            });
        }
    }

    private Map<String, String> facts(History history, Availability availability, Evidence evidence) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("seed", Long.toString(options.seed()));
        facts.put("from", String.valueOf(options.from() == null ? "this version alone" : options.from()));
        facts.put("nodes", nodes());
        facts.put("operations", Integer.toString(history.operations().size()));
        facts.put(
                "acknowledged",
                Long.toString(history.operations().stream()
                        .filter(OperationHistory::isAcknowledged)
                        .count()));
        facts.put(
                "refused",
                Long.toString(history.operations().stream()
                        .filter(OperationHistory::isRefused)
                        .count()));
        facts.put(
                "in doubt at some time",
                Long.toString(history.operations().stream()
                        .filter(each -> each.calls().stream()
                                .anyMatch(call -> !call.outcome().isDefinite()))
                        .count()));
        facts.put("calls", availability.all() + ", of which without an answer " + availability.failed());
        facts.put("slowest answer", String.format(Locale.ROOT, "%.2f s", availability.slowest() / 1e9));
        facts.put("given up after 5 s", Long.toString(availability.timeouts()));
        facts.put("balances read", Integer.toString(history.reads().size()));
        facts.put("ledger entries", Integer.toString(evidence.ledger().size()));
        facts.put("records in Kafka", Integer.toString(evidence.stream().size()));
        return facts;
    }

    private String nodes() {
        int count = options.shape().nodes();
        String together = options.clustered() ? ", clustered" : ", sharing the servers";
        boolean split = Nodes.isRouterOnly(count - 1, count, options.clustered());
        return count + together + (split ? ", the last with a router only" : "");
    }

    private static String seconds(Availability availability) {
        StringBuilder text = new StringBuilder("second good all\n");
        availability
                .seconds()
                .forEach((second, count) -> text.append(second + " " + count.good() + " " + count.all() + "\n"));
        return text.toString();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(options.out().resolve(name), text);
    }

    static void say(String what) {
        System.err.println(what);
    }
}
