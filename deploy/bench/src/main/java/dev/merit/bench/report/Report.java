package dev.merit.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuShares;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.bench.measure.Spread;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything a run found out.
 *
 * @param postgres its settings
 * @param node how it was started
 * @param plan how long and how often
 */
public record Report(
        Machine machine, Map<String, String> postgres, NodeFacts node, Map<String, String> plan, List<Result> results) {
    /** Among the settings of PostgreSQL when its disk was made slower than it is. */
    public static final String FLUSH_DELAY = "flush_delay";

    /** What there is a promise for; of any other delay nothing is promised. */
    private static final String PROMISED_DELAY = "1 ms";

    public Report {
        postgres = Collections.unmodifiableMap(new LinkedHashMap<>(postgres));
        plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
        results = List.copyOf(results);
    }

    /**
     * How the node was started, and how large it became.
     *
     * @param settings all it was given, but for addresses and secrets
     * @param residentMebibytes at the end of each round, where that can be seen
     */
    public record NodeFacts(
            List<String> flags, Map<String, String> settings, String publishing, List<Double> residentMebibytes) {
        public NodeFacts {
            flags = List.copyOf(flags);
            residentMebibytes = List.copyOf(residentMebibytes);
        }
    }

    /** Those of the promises that this run can say something of. */
    @JsonProperty
    public List<Goal> goals() {
        String delay = postgres.get(FLUSH_DELAY);
        if (delay != null) {
            return delay.equals(PROMISED_DELAY) ? Promises.slowFlushGoals(results) : List.of();
        }
        List<Goal> goals = new ArrayList<>(Promises.goals(results));
        if (!node.residentMebibytes().isEmpty()) {
            long failures = results.stream()
                    .filter(result -> !Contestants.OTHERS.contains(result.id()))
                    .mapToLong(Result::failed)
                    .sum();
            goals.add(Goal.atMost(
                            "resident memory of the node under load, MiB",
                            Spread.of(node.residentMebibytes()),
                            350,
                            250)
                    .withFailures(failures));
        }
        return goals;
    }

    private Refusals refusals() {
        var refusals = new Refusals();
        results.forEach(result -> refusals.add(result.id(), result.failures()));
        return refusals;
    }

    /** Whether anything was refused by anybody. */
    @JsonProperty
    public boolean failed() {
        return refusals().countAll() > 0;
    }

    /** For people. */
    public String text() {
        return Stream.of(
                        Stream.of(machineText(), resultsTable().text()),
                        Stream.concat(ratiosTable().stream(), goalsTable().stream())
                                .map(Table::text),
                        Stream.of(refusals().text()))
                .flatMap(Function.identity())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private String machineText() {
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put(
                "machine",
                "%d cores, %s, %d MiB, %s, load before %.1f"
                        .formatted(
                                machine.cores(),
                                machine.processor(),
                                machine.memoryMebibytes(),
                                machine.system(),
                                machine.loadBefore()));
        lines.put("java", machine.java());
        lines.put("postgresql", postgres);
        lines.put("node flags", String.join(" ", node.flags()));
        lines.put("node settings", node.settings());
        lines.put("publishing", node.publishing());
        lines.put("plan", plan);
        var text = new StringBuilder();
        lines.forEach((name, value) -> text.append("%-14s %s%n".formatted(name, value)));
        return text.toString();
    }

    private Table resultsTable() {
        var table = new Table(
                "a second",
                "median",
                "min – max",
                "p50 ms",
                "p99 ms",
                "failed",
                "after s",
                "load",
                "node",
                "kafka",
                "peer",
                "PG",
                "load %");
        for (Result result : results) {
            List<String> cells = new ArrayList<>(List.of(
                    result.title(),
                    whole(result.rate().median()),
                    whole(result.rate().min()) + " – " + whole(result.rate().max()),
                    decimal(result.p50().median()),
                    decimal(result.p99().median()),
                    Long.toString(result.failed()),
                    decimal(result.afterwards().median())));
            for (Program program : Program.values()) {
                Double cores = result.cores().get(program);
                cells.add(cores == null ? "n/a" : decimal(cores));
            }
            cells.add(whole(100 * CpuShares.share(result.cores(), Program.LOAD)));
            table.add(cells);
        }
        return table;
    }

    /** Nothing when the designs to compare with took no part. */
    private Optional<Table> ratiosTable() {
        Optional<Result> several = results.stream()
                .filter(result -> result.id().equals(Contestants.SEVERAL))
                .findFirst();
        Optional<Result> single = Promises.bestSingle(results);
        if (several.isEmpty() || single.isEmpty()) {
            return Optional.empty();
        }
        var table = new Table("ratio, median (min – max)", "÷ several", "÷ best single");
        for (Result result : results) {
            if (!Contestants.NO_PURCHASES.contains(result.id())) {
                table.add(List.of(
                        result.title(),
                        Promises.ratio(result, several.get()).text(),
                        Promises.ratio(result, single.get()).text()));
            }
        }
        return Optional.of(table);
    }

    private Optional<Table> goalsTable() {
        List<Goal> goals = goals();
        return goals.isEmpty() ? Optional.empty() : Optional.of(Goal.table(goals));
    }

    /** Fails when a report could not be written there, which had better be known before the run than after it. */
    public static void checkWritable(Path file) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            boolean existed = Files.exists(file);
            // Appends nothing: what an earlier run wrote stays until there is something better.
            Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (!existed) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BenchFailed("Cannot write " + file + ": " + e, e);
        }
    }

    /** For programs. */
    public void write(Path file) {
        try {
            Files.writeString(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this));
        } catch (IOException e) {
            throw new BenchFailed("Cannot write " + file + ": " + e, e);
        }
    }

    /**
     * A picture beside what was written there.
     *
     * @return what kept it from being drawn, when anything did: all that was measured is known without it
     */
    public Optional<Throwable> draw(Path file) {
        try {
            Picture.of(results, goals()).write(Path.of(file.toString().replaceFirst("(\\.json)?$", ".svg")));
            return Optional.empty();
        } catch (IOException | RuntimeException | Error e) {
            // A machine without fonts, or a JDK without a desktop, says so by an Error.
            return Optional.of(e);
        }
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
