package dev.merit.analyst;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.merit.analyst.domain.BrokenAccount;
import dev.merit.analyst.domain.TopicBroken;
import dev.merit.analyst.store.Liability;
import dev.merit.analyst.store.Liability.Days;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Scope;
import dev.merit.analyst.store.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
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
    private static final int NAMED_MAX = 20;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Option(
            names = "--file",
            scope = CommandLine.ScopeType.INHERIT,
            description = "The DuckDB file; default: analyst.duckdb in the data directory (MERIT_DATA_DIR, else data).")
    private @Nullable Path file;

    /** What a report is of, and where it is drawn. */
    static final class Selection {
        @Option(names = "--partner", description = "Only this partner's points, by its id.")
        private @Nullable UUID partner;

        @Option(names = "--card", description = "Only the points of this card, by its id.")
        private @Nullable UUID card;

        @Option(names = "--png", description = "Draws it into this file as well.")
        private @Nullable Path png;

        @Option(names = "--svg", description = "Draws it into this file as well.")
        private @Nullable Path svg;

        private Scope scopeIn(Warehouse warehouse, Path file) throws SQLException {
            if (!warehouse.holds(Scope.ALL)) {
                throw new SQLException("There are no events in " + file + " yet.");
            }
            if (partner != null && !warehouse.holds(new Scope(partner, null))) {
                throw new SQLException("There is nothing of a partner " + partner + " in " + file + ".");
            }
            var scope = new Scope(partner, card);
            if (!warehouse.holds(scope)) {
                throw new SQLException("There is nothing of a card " + card
                        + (partner == null ? "" : " of partner " + partner) + " in " + file + ".");
            }
            return scope;
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and answers the exit code: 1 when a report does not tie out, 2 on trouble. */
    public static int run(String... arguments) {
        try {
            return new CommandLine(new Main())
                    .registerConverter(YearMonth.class, YearMonth::parse)
                    .registerConverter(LocalDate.class, LocalDate::parse)
                    .setExecutionExceptionHandler((failure, command, parsed) -> trouble(failure))
                    .execute(arguments);
        } catch (Error e) {
            // An exit code of 1 would say that the sums are wrong.
            return trouble(e);
        }
    }

    private static int trouble(Throwable failure) {
        boolean known = failure instanceof SQLException
                || failure instanceof IOException
                || failure instanceof KafkaException
                || failure instanceof TopicBroken;
        String said = known && failure.getMessage() != null ? failure.getMessage() : failure.toString();
        if (failure instanceof NoSuchFileException) {
            said = "There is no " + said + ".";
        }
        System.err.println("merit analyst: " + said);
        return TROUBLE;
    }

    @Override
    public void run() {
        throw refused("Say what to do: load, report or days.");
    }

    private ParameterException refused(String why) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
    }

    @Command(
            name = "load",
            description = {
                "Reads on from where it stopped, to where the topic ends now.",
                "An account of which the topic does not tell everything is set aside and named.",
                "Ends with 2 when the topic is not there or cannot be read; then the file is left as it was."
            })
    int load(
            @Option(
                            names = "--kafka",
                            description =
                                    "host:port of the broker; default: MERIT_KAFKA_BOOTSTRAP_SERVERS, else that of"
                                            + " the node that runs on the data directory.")
                    @Nullable
                    String kafka,
            @Option(
                            names = "--topic",
                            defaultValue = Intake.TOPIC,
                            description = "The topic; default: ${DEFAULT-VALUE}.")
                    String topic,
            @Option(
                            names = "--follow",
                            description = "Goes on until it is stopped, and waits for a topic that is not there yet.")
                    boolean follow)
            throws SQLException, IOException {
        String servers = kafka == null ? bootstrapServers() : kafka;
        try (StopSignal stop = follow ? StopSignal.awaited() : StopSignal.none();
                var reader = new TopicReader(servers, topic)) {
            if (!reader.isThere()) {
                String missing = "There is no topic " + topic + " on " + servers;
                if (!follow) {
                    throw new TopicBroken(missing + "; a node that publishes there makes it.");
                }
                System.err.println("merit analyst: " + missing + " yet; waiting for it.");
                while (!stop.isGiven() && !reader.isThere()) {
                    stop.await(LOOK_AGAIN);
                }
            }
            if (!stop.isGiven()) {
                read(reader, follow, stop);
            }
            return OK;
        }
    }

    private void read(TopicReader reader, boolean follow, StopSignal stop) throws SQLException, IOException {
        Path chosen = file();
        Path parent = chosen.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        long begun = System.nanoTime();
        try (Warehouse warehouse = Warehouse.open(chosen)) {
            var intake = new Intake(warehouse, reader, (events, broken) -> tell(events, broken, begun));
            System.out.println(intake.readToEnd() + " new events in " + chosen);
            System.out.print(Table.of(warehouse.listBroken(Scope.ALL, NAMED_MAX)));
            if (follow) {
                intake.follow(stop::isGiven);
            }
        }
    }

    private static void tell(long events, List<BrokenAccount> broken, long begun) {
        long perSecond = events * Duration.ofSeconds(1).toNanos() / Math.max(1, System.nanoTime() - begun);
        System.err.println(events + " events added, " + perSecond + " a second");
        broken.stream().limit(NAMED_MAX).forEach(each -> System.err.println("set aside: " + Table.of(each)));
    }

    @Command(
            name = "report",
            description = "Prints what became of points, by the month in which they were earned. Ends with 1 when it"
                    + " does not tie out, or when accounts are set aside.")
    int report(
            @Option(names = "--from", description = "The first month, as 2026-01; default: the first there is.")
                    @Nullable
                    YearMonth from,
            @Option(names = "--to", description = "The last month, inclusive; default: the last there is.") @Nullable
                    YearMonth to,
            @ArgGroup(exclusive = false, multiplicity = "0..1") @Nullable Selection given)
            throws SQLException, IOException {
        inOrder(from, to);
        Selection selection = Objects.requireNonNullElseGet(given, Selection::new);
        try (Warehouse warehouse = Warehouse.openToRead(file())) {
            Statement statement = new Liability(warehouse, selection.scopeIn(warehouse, file())).statement(from, to);
            System.out.print(Table.of(statement));
            Picture.of(statement).write(selection.png, selection.svg);
            return statement.isWhole() ? OK : DIFFERENT;
        }
    }

    @Command(
            name = "days",
            description = "Prints what was issued, redeemed, expired and corrected on each day and card, and what was"
                    + " outstanding after it. Ends with 1 when it does not tie out, or when accounts are set aside.")
    int days(
            @Option(names = "--from", description = "The first day, as 2026-01-31; default: the first there is.")
                    @Nullable
                    LocalDate from,
            @Option(names = "--to", description = "The last day, inclusive; default: the last there is.") @Nullable
                    LocalDate to,
            @ArgGroup(exclusive = false, multiplicity = "0..1") @Nullable Selection given)
            throws SQLException, IOException {
        inOrder(from, to);
        Selection selection = Objects.requireNonNullElseGet(given, Selection::new);
        try (Warehouse warehouse = Warehouse.openToRead(file())) {
            Days days = new Liability(warehouse, selection.scopeIn(warehouse, file())).days(from, to);
            System.out.print(Table.of(days));
            Picture.of(days).write(selection.png, selection.svg);
            return days.isWhole() ? OK : DIFFERENT;
        }
    }

    private <T extends Comparable<? super T>> void inOrder(@Nullable T from, @Nullable T to) {
        if (from != null && to != null && from.compareTo(to) > 0) {
            throw refused("--from is after --to.");
        }
    }

    private Path file() {
        return file == null ? dataDirectory().resolve("analyst.duckdb") : file;
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
