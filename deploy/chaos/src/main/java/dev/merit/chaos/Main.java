package dev.merit.chaos;

import dev.merit.chaos.plan.Plant;
import dev.merit.chaos.plan.Shape;
import dev.merit.chaos.report.Summary;
import dev.merit.chaos.shop.Opening.OpeningFailed;
import dev.merit.chaos.stream.Topics.TopicsUnreadable;
import dev.merit.chaos.world.ChaosFailed;
import dev.merit.embedded.ServerStartFailed;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the chaos run. */
@Command(
        name = "merit chaos",
        mixinStandardHelpOptions = true,
        description =
                "Breaks nodes, PostgreSQL, Kafka and the network under load, and proves what became of every point.",
        footer = {
            "",
            "Exit code 0 when every promise holds, 1 when one is broken, 3 when only availability fell short,",
            "2 when the run could not be done."
        })
public final class Main implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int TROUBLE = 2;
    private static final int LATE = 3;
    private static final int INTERRUPTED = 130;

    @Option(names = "--seed", description = "The same seed gives the same operations and faults; default: a new one.")
    private @Nullable Long seed;

    @Option(names = "--minutes", description = "How long the load lasts, in whole dozens of faults.")
    private @Nullable Integer minutes;

    @Option(names = "--short", description = "One dozen of faults and 5,000 operations; the default.")
    private boolean isShort;

    @Option(names = "--smoke", description = "Only shows that everything works: two kills, 300 operations.")
    private boolean smoke;

    @Option(
            names = "--rolling",
            description = "No faults, but each node stopped in order and started again, so many times.")
    private @Nullable Integer rolling;

    @Option(
            names = "--from",
            description =
                    "With --rolling: the folder of another packaged node (deploy/node/target/dist), which the nodes"
                            + " are at first; each restart changes between it and this one.")
    private @Nullable Path from;

    @Option(
            names = "--skew",
            description = "Hours by which the second node's clock is ahead and the third's behind; needs libfaketime.")
    private int skew;

    @Option(
            names = "--pace",
            description = "How long faults and the rests between them last, in per cent of the usual.")
    private @Nullable Integer pace;

    @Option(names = "--nodes", description = "How many nodes; default: 3, with --smoke 2.")
    private @Nullable Integer nodes;

    @Option(names = "--operations", description = "How many operations, instead of the run's own number.")
    private @Nullable Integer operations;

    @Option(
            names = "--cluster",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Nodes form one cluster; with --no-cluster they share only PostgreSQL and Kafka.")
    private boolean cluster = true;

    @Option(
            names = "--partitions",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Cut nodes off, which needs root, iproute2 and nftables; --no-partitions leaves it out.")
    private boolean partitions = true;

    @Option(names = "--out", description = "A new directory for journal, lists, logs and summary.")
    private @Nullable Path out;

    @Option(names = "--plant", hidden = true, description = "Puts in a mistake that has to be found.")
    private Plant plant = Plant.NONE;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        var closing = new Closing();
        closing.onSignal();
        try (closing) {
            Summary summary = new ChaosRun(options(), closing).run();
            closing.close();
            System.out.println(summary.text());
            if (summary.isGood()) {
                return 0;
            }
            return summary.isCorrect() ? LATE : BROKEN;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } catch (SQLException | IOException | RuntimeException e) {
            if (closing.isSignalled()) {
                return INTERRUPTED;
            }
            System.err.println("merit chaos: " + e.getMessage());
            if (!isExplained(e)) {
                e.printStackTrace();
            }
            return TROUBLE;
        }
    }

    private static boolean isExplained(Exception e) {
        return e instanceof ChaosFailed
                || e instanceof OpeningFailed
                || e instanceof TopicsUnreadable
                || e instanceof ServerStartFailed;
    }

    private Options options() {
        long drawn = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
        Path directory =
                out == null ? Path.of("deploy/chaos/target/runs/" + drawn + "-" + System.currentTimeMillis()) : out;
        return new Options(drawn, shape(), cluster, partitions, from, skew, directory.toAbsolutePath(), plant);
    }

    private Shape shape() {
        int count = nodes == null ? (smoke ? 2 : 3) : nodes;
        if (count < 1 || count > 9) {
            throw new ChaosFailed("There can be 1 to 9 nodes.");
        }
        if ((isShort ? 1 : 0) + (smoke ? 1 : 0) + (minutes == null ? 0 : 1) + (rolling == null ? 0 : 1) > 1) {
            throw new ChaosFailed("Choose one of --short, --smoke, --minutes and --rolling.");
        }
        if (rolling != null && (rolling < 1 || rolling > 100)) {
            throw new ChaosFailed("Each node is restarted 1 to 100 times.");
        }
        if (from != null && rolling == null) {
            throw new ChaosFailed("--from needs --rolling.");
        }
        if (skew < 0 || skew > 24) {
            throw new ChaosFailed("Clocks are wrong by 24 hours at most.");
        }
        if (pace != null && (pace < 10 || pace > 1_000)) {
            throw new ChaosFailed("The pace is 10 to 1,000 per cent.");
        }
        if (minutes != null && (minutes < 1 || minutes > 24 * 60)) {
            throw new ChaosFailed("The load lasts 1 minute to a day.");
        }
        Shape shape = kind(count);
        shape = pace == null ? shape : shape.withPace(pace);
        return operations == null ? shape : shape.withOperations(operations);
    }

    private Shape kind(int count) {
        if (rolling != null) {
            return Shape.rolling(count, rolling);
        }
        if (minutes != null) {
            return Shape.lasting(count, Duration.ofMinutes(minutes));
        }
        return smoke ? Shape.smoke(count) : Shape.standard(count);
    }
}
