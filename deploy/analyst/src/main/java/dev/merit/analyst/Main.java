package dev.merit.analyst;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.merit.analyst.domain.TopicBroken;
import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line of the example consumer. */
@Command(
        name = "merit analyst",
        mixinStandardHelpOptions = true,
        description = "Reads the topic merit.transactions into a DuckDB file, and reports from it.")
public final class Main implements Runnable {
    private static final int OK = 0;
    private static final int DIFFERENT = 1;
    private static final int TROUBLE = 2;
    private static final int STOP_SECONDS = 10;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Option(
            names = "--file",
            scope = CommandLine.ScopeType.INHERIT,
            description = "The DuckDB file; default: analyst.duckdb in the data directory (MERIT_DATA_DIR, else data).")
    private @Nullable Path file;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and answers the exit code: 1 when a report does not tie out, 2 on trouble. */
    public static int run(String... arguments) {
        return new CommandLine(new Main())
                .registerConverter(YearMonth.class, YearMonth::parse)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof SQLException
                            || failure instanceof IOException
                            || failure instanceof KafkaException
                            || failure instanceof TopicBroken) {
                        System.err.println("merit analyst: " + failure.getMessage());
                        return TROUBLE;
                    }
                    throw failure;
                })
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "Say what to do: load or report.");
    }

    @Command(
            name = "load",
            description = {
                "Reads on from where it stopped, to where the topic ends now.",
                "Ends with 2 when the topic tells something that cannot be; then the file is left as it was."
            })
    int load(
            @Option(
                            names = "--kafka",
                            description =
                                    "host:port of the broker; default: MERIT_KAFKA_BOOTSTRAP_SERVERS, else that of"
                                            + " the node that runs on the data directory.")
                    @Nullable
                    String kafka,
            @Option(names = "--follow", description = "Goes on until it is stopped.") boolean follow)
            throws SQLException, IOException {
        try (Warehouse warehouse = Warehouse.open(file());
                Intake intake = new Intake(warehouse, kafka == null ? bootstrapServers() : kafka)) {
            long begun = System.nanoTime();
            long added = intake.readToEnd(events -> tell(events, begun));
            System.out.println(added + " new events in " + file());
            if (follow) {
                followUntilSignal(intake);
            }
            return OK;
        }
    }

    private static void followUntilSignal(Intake intake) throws SQLException {
        var stop = new AtomicBoolean();
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.set(true);
            try {
                // What is being written is written before the program ends.
                var unused = stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try {
            var unused = intake.follow(events -> {}, stop::get);
        } finally {
            stopped.countDown();
        }
    }

    @Command(
            name = "report",
            description =
                    "Prints what became of points, by the month in which they were earned. Ends with 1 when it does"
                            + " not tie out.")
    int report(
            @Option(names = "--from", description = "The first month, as 2026-01; default: the first there is.")
                    @Nullable
                    YearMonth from,
            @Option(names = "--to", description = "The last month, inclusive; default: the last there is.") @Nullable
                    YearMonth to,
            @Option(names = "--png", description = "Draws it into this file as well.") @Nullable Path png,
            @Option(names = "--svg", description = "Draws it into this file as well.") @Nullable Path svg)
            throws SQLException, IOException {
        try (Warehouse warehouse = Warehouse.open(file())) {
            Statement statement = new Liability(warehouse).statement(from, to);
            System.out.print(Table.of(statement));
            if (png != null) {
                Picture.png(statement, png);
            }
            if (svg != null) {
                Picture.svg(statement, svg);
            }
            return statement.tiesOut() ? OK : DIFFERENT;
        }
    }

    private static void tell(long events, long begun) {
        long perSecond = events * Duration.ofSeconds(1).toNanos() / Math.max(1, System.nanoTime() - begun);
        System.err.println(events + " events added, " + perSecond + " a second");
    }

    private Path file() throws IOException {
        Path chosen = file == null ? dataDirectory().resolve("analyst.duckdb") : file;
        Path parent = chosen.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return chosen;
    }

    private static Path dataDirectory() {
        return Path.of(Objects.requireNonNullElse(System.getenv("MERIT_DATA_DIR"), "data"));
    }

    private static String bootstrapServers() throws IOException {
        String given = System.getenv("MERIT_KAFKA_BOOTSTRAP_SERVERS");
        if (given != null && !given.isBlank()) {
            return given;
        }
        Path description = dataDirectory().resolve("node.json");
        JsonNode servers = Files.exists(description)
                ? JsonMapper.builder().build().readTree(description.toFile()).get("kafka_bootstrap_servers")
                : null;
        if (servers == null || !servers.isTextual()) {
            throw new IOException(
                    "No broker: give --kafka host:port, or start a node with Kafka on this data directory.");
        }
        return servers.textValue();
    }
}
