package dev.merit.bench;

import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.report.Report;
import dev.merit.embedded.ServerStartFailed;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the bench. */
@Command(
        name = "merit bench",
        mixinStandardHelpOptions = true,
        description = "Compares purchases over HTTP with simpler designs, in turn and through the same PostgreSQL.")
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;
    private static final Duration EVENTS_STEADY = Duration.ofSeconds(30);

    @Option(names = "--seconds", description = "One contestant's turn; default: ${DEFAULT-VALUE}.")
    private int seconds = 5;

    @Option(names = "--rounds", description = "How many turns each has; default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--warmup",
            description = "Seconds of each contestant before the first round; default: ${DEFAULT-VALUE}.")
    private int warmup = 5;

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

    @Option(names = "--events", description = "Measures only how fast events reach Kafka.")
    private boolean events;

    @Option(names = "--event-count", description = "The backlog of --events; default: ${DEFAULT-VALUE}.")
    private int eventCount = 500_000;

    @Option(names = "--event-rate", description = "The steady flow of --events, a second; default: ${DEFAULT-VALUE}.")
    private int eventRate = 5_000;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        var closing = new Closing();
        closing.onSignal();
        try (closing) {
            if (events) {
                String found = new EventBench(eventSize(), closing).run(Optional.ofNullable(databaseUrl));
                closing.close();
                System.out.println(found);
                return 0;
            }
            Plan plan = plan();
            Report report = new Bench(plan, closing).run();
            report.write(plan.json());
            // Everything has ended when the table comes, the bar too.
            closing.close();
            System.out.println(report.text());
            return report.results().stream().allMatch(result -> result.failed() == 0) ? 0 : FAILED;
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

    private EventBench.Size eventSize() {
        if (eventCount < 1 || eventRate < 50 || eventRate > 1_000_000 || members < 1) {
            throw new BenchFailed("The events must be positive, and 50 to 1,000,000 a second.");
        }
        var size = new EventBench.Size(eventCount, eventRate, EVENTS_STEADY, members);
        return smoke ? size.smoke() : size;
    }

    private Plan plan() {
        if (seconds < 1 || rounds < 1 || warmup < 0 || members < 1 || members > 10_000_000) {
            throw new BenchFailed("Seconds, rounds and members must be positive, and members 10 million at most.");
        }
        var plan = new Plan(
                Duration.ofSeconds(seconds),
                rounds,
                Duration.ofSeconds(warmup),
                members,
                !noKafka,
                Optional.ofNullable(databaseUrl),
                json);
        return smoke ? plan.smoke() : plan;
    }
}
