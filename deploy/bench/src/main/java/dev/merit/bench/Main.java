package dev.merit.bench;

import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.report.Contestants;
import dev.merit.bench.report.Report;
import dev.merit.embedded.ServerStartFailed;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the bench. */
@Command(
        name = "merit bench",
        mixinStandardHelpOptions = true,
        description = "Compares the node over HTTP with simpler designs, in turn and through the same PostgreSQL.")
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;
    /** It ran to its end, and something was refused that a working node does not refuse. 2 is for a wrong option. */
    private static final int REFUSED = 3;

    private static final int INTERRUPTED = 130;
    private static final long ENTRIES_MIN = 1_000;
    private static final long ENTRIES_MAX = 100_000_000;
    private static final int MEMBERS_MAX = 10_000_000;
    private static final int MINUTES_MAX = 1_440;
    private static final int FLUSH_DELAY_MAX = 1_000;
    private static final Duration EVENTS_STEADY = Duration.ofSeconds(30);
    private static final Duration WARM_UP_EACH = Duration.ofSeconds(10);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--seconds", description = "One contestant's turn; default: ${DEFAULT-VALUE}.")
    private int seconds = 5;

    @Option(names = "--rounds", description = "How many turns each has; default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--warmup",
            description = "Seconds of load for each program before the first round, ten for each contestant at least;"
                    + " default: ${DEFAULT-VALUE}.")
    private int warmup = 15;

    @Option(names = "--members", description = "Purchases are spread over that many; default: ${DEFAULT-VALUE}.")
    private int members = 20_000;

    @Option(
            names = "--database-url",
            description =
                    "A PostgreSQL whose login may make databases and roles: postgresql://user:password@host:port/db. "
                            + "Without it one is started and thrown away.")
    private @Nullable String databaseUrl;

    @Option(names = "--no-kafka", description = "The node publishes nothing meanwhile; by default it starts a Kafka.")
    private boolean noKafka;

    @Option(names = "--json", description = "Where the figures go as JSON; default: ${DEFAULT-VALUE}.")
    private Path json = Path.of("deploy/bench/target/bench.json");

    @Option(names = "--smoke", description = "Only shows that everything works, in some seconds.")
    private boolean smoke;

    @Option(
            names = "--only",
            split = ",",
            description = "Contestants that take part, by their ids; a goal needs all that it compares.")
    private Set<String> only = Set.of();

    @Option(names = "--event-count", description = "The backlog of --events; default: ${DEFAULT-VALUE}.")
    private int eventCount = 500_000;

    @Option(names = "--event-rate", description = "The steady flow of --events, a second; default: ${DEFAULT-VALUE}.")
    private int eventRate = 5_000;

    @ArgGroup(heading = "Instead of the contestants, one of:%n")
    private @Nullable Modes modes;

    /** Other things to measure, one at a time. */
    static final class Modes {
        @Option(names = "--events", description = "Measures only how fast events reach Kafka.")
        private boolean events;

        @Option(
                names = "--start",
                description = "Measures only the start of the node, so many times as there are rounds, and its memory.")
        private boolean start;

        @Option(
                names = "--growth",
                split = ",",
                description =
                        "Measures only how ledgers with that many entries compare; 10000,10000000 is the promise.")
        private List<Long> growth = List.of();

        @Option(names = "--soak", description = "Measures only a steady load for that many minutes.")
        private @Nullable Integer soak;

        @Option(names = "--nodes", description = "Measures only what a cluster and a second node cost.")
        private boolean nodes;

        private Mode mode() {
            if (events) {
                return Mode.EVENTS;
            }
            if (start) {
                return Mode.START;
            }
            if (nodes) {
                return Mode.NODES;
            }
            return soak == null ? Mode.GROWTH : Mode.SOAK;
        }
    }

    @Option(
            names = "--flush-delay",
            description = "Milliseconds that each flush of PostgreSQL's disk takes longer; needs a C compiler.")
    private int flushDelay;

    Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        Modes other = modes;
        Plan plan = checkedPlan(other);
        var closing = new Closing();
        try (closing) {
            if (other == null) {
                Report.checkWritable(plan.json());
            }
            closing.onSignal();
            return other == null ? contestants(plan, closing) : other(other, plan, closing);
        } catch (SQLException | IOException | RuntimeException e) {
            if (closing.isSignalled()) {
                return INTERRUPTED;
            }
            System.err.println("merit bench: " + e.getMessage());
            if (!(e instanceof BenchFailed) && !(e instanceof ServerStartFailed)) {
                e.printStackTrace();
            }
            return FAILED;
        }
    }

    private static int contestants(Plan plan, Closing closing) throws SQLException, IOException {
        Report report = new Bench(plan, closing).run();
        // Everything has ended when the table comes, the bar too.
        closing.close();
        // What is hardest to come by is said first.
        System.out.println(report.text());
        report.write(plan.json());
        report.draw(plan.json())
                .ifPresent(failure -> System.err.println("merit bench: There is no picture: " + failure));
        return report.failed() ? REFUSED : 0;
    }

    /** When it is not the contestants that are measured. */
    private int other(Modes chosen, Plan plan, Closing closing) throws SQLException, IOException {
        Found found =
                switch (chosen.mode()) {
                    case CONTESTANTS -> throw new IllegalStateException("the contestants are no other mode");
                    case EVENTS -> new EventBench(eventSize(), closing).run(Optional.ofNullable(databaseUrl));
                    case START -> new StartBench(plan, closing).run();
                    case GROWTH -> new GrowthBench(plan, closing, chosen.growth).run();
                    case SOAK -> new SoakBench(plan, closing, minutes(chosen)).run();
                    case NODES -> new NodesBench(plan, closing).run();
                };
        closing.close();
        System.out.println(found.text());
        return found.failed() ? REFUSED : 0;
    }

    private static int minutes(Modes chosen) {
        return chosen.soak == null ? 1 : chosen.soak;
    }

    private EventBench.Size eventSize() {
        var size = new EventBench.Size(eventCount, eventRate, EVENTS_STEADY, members);
        return smoke ? size.smoke() : size;
    }

    private Plan checkedPlan(@Nullable Modes other) {
        CommandLine commandLine =
                Objects.requireNonNull(spec, "picocli injects it").commandLine();
        try {
            Set<String> given = commandLine.getParseResult().matchedOptions().stream()
                    .map(OptionSpec::longestName)
                    .collect(Collectors.toSet());
            (other == null ? Mode.CONTESTANTS : other.mode()).check(given);
            return plan(other);
        } catch (BenchFailed e) {
            throw new ParameterException(commandLine, e.getMessage(), e);
        }
    }

    private Plan plan(@Nullable Modes other) {
        require(
                seconds >= 1 && rounds >= 1 && warmup >= 0 && members >= 1 && members <= MEMBERS_MAX,
                "Seconds, rounds and members must be positive, and members 10 million at most.");
        require(
                eventCount >= 1 && eventRate >= 50 && eventRate <= 1_000_000,
                "The events must be positive, and 50 to 1,000,000 a second.");
        require(flushDelay >= 0 && flushDelay <= FLUSH_DELAY_MAX, "A flush may be delayed by 1,000 ms at most.");
        require(
                flushDelay == 0 || databaseUrl == null,
                "Only a PostgreSQL that the bench starts can be made to flush slowly.");
        if (other != null) {
            require(
                    other.growth.stream().allMatch(entries -> entries >= ENTRIES_MIN && entries <= ENTRIES_MAX),
                    "A ledger has 1,000 entries at least and 100 million at most.");
            require(minutes(other) >= 1 && minutes(other) <= MINUTES_MAX, "A soak takes 1 to 1,440 minutes.");
        }
        checkContestants();
        var plan = new Plan(
                new Plan.Ground(members, !noKafka, Optional.ofNullable(databaseUrl), Duration.ofMillis(flushDelay)),
                new Plan.Turns(Duration.ofSeconds(seconds), rounds, Duration.ofSeconds(warmup), WARM_UP_EACH),
                only,
                json);
        return smoke ? plan.smoke() : plan;
    }

    private void checkContestants() {
        Set<String> known = new LinkedHashSet<>(Contestants.ALL);
        if (flushDelay > 0) {
            known.addAll(Contestants.ON_A_SLOW_DISK);
        }
        require(known.containsAll(only), "The contestants are " + String.join(", ", known) + ".");
        for (String id : only) {
            Set<String> maxima = Contestants.MAXIMA.getOrDefault(id, Set.of(id));
            require(
                    !Collections.disjoint(maxima, only),
                    id + " goes at half of a maximum, so one of " + String.join(", ", maxima) + " has to take part.");
        }
    }

    private static void require(boolean met, String otherwise) {
        if (!met) {
            throw new BenchFailed(otherwise);
        }
    }
}
