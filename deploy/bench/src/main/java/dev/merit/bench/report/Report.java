package dev.merit.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.bench.measure.Spread;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    public static final String SEVERAL = "several-8";
    public static final String SINGLE_8 = "single-8";
    public static final String SINGLE_16 = "single-16";
    public static final String SINGLE_1 = "single-1";
    public static final String PURCHASE_64 = "purchase-64";
    public static final String PURCHASE_256 = "purchase-256";
    public static final String PURCHASE_1 = "purchase-1";
    public static final String REPEATS = "purchase-64-repeats";
    public static final String HOT = "purchase-64-hot";
    public static final String OPEN = "purchase-open";

    /**
     * How the node was started.
     *
     * @param settings all it was given, but for addresses and secrets
     */
    public record NodeFacts(List<String> flags, Map<String, String> settings, String publishing) {}

    /** The better of the two by its median: a fair opponent is the best there is. */
    public Result bestSingle() {
        return best(SINGLE_8, SINGLE_16);
    }

    public Result bestPurchase() {
        return best(PURCHASE_64, PURCHASE_256);
    }

    private Result best(String... ids) {
        return Stream.of(ids)
                .map(this::result)
                .max(Comparator.comparingDouble(result -> result.rate().median()))
                .orElseThrow();
    }

    public Result result(String id) {
        return results.stream()
                .filter(result -> result.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing was measured as " + id));
    }

    @JsonProperty
    public List<Goal> goals() {
        return List.of(
                Goal.atLeast("purchase ÷ several statements", ratio(bestPurchase(), result(SEVERAL)), 3, 4.5),
                Goal.atLeast("purchase ÷ best single statement", ratio(bestPurchase(), bestSingle()), 1.4, 2),
                Goal.atLeast("one hot member ÷ spread", ratio(result(HOT), result(PURCHASE_64)), 0.9, 1.2),
                Goal.atLeast("5 % repeats ÷ none", ratio(result(REPEATS), result(PURCHASE_64)), 0.95, 1),
                Goal.atMost(
                        "lone purchase ÷ single statement, p50",
                        Spread.ofRatios(
                                result(PURCHASE_1).medians(), result(SINGLE_1).medians()),
                        3,
                        2),
                Goal.atMost("p99 at half of the maximum, ms", result(OPEN).p99(), 10, 5));
    }

    private static Spread ratio(Result these, Result those) {
        return Spread.ofRatios(these.rates(), those.rates());
    }

    /** For people. */
    public String text() {
        return String.join(
                "\n",
                machineText(),
                resultsTable().text(),
                ratiosTable().text(),
                goalsTable().text());
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
                "purchases a second",
                "median",
                "min – max",
                "p50 ms",
                "p99 ms",
                "failed",
                "after s",
                "load",
                "node",
                "kafka",
                "PG");
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
            table.add(cells);
        }
        return table;
    }

    private Table ratiosTable() {
        var table = new Table("ratio, median (min – max)", "÷ several", "÷ best single");
        for (Result result : results) {
            if (!result.id().equals(OPEN)) {
                table.add(List.of(
                        result.title(), spread(ratio(result, result(SEVERAL))), spread(ratio(result, bestSingle()))));
            }
        }
        return table;
    }

    private Table goalsTable() {
        var table = new Table("goal", "median", "min – max", "floor", "aim", "reached");
        goals().forEach(goal -> table.add(goal.cells()));
        return table;
    }

    public void write(Path file) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this));
        } catch (IOException e) {
            throw new BenchFailed("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String spread(Spread spread) {
        return decimal(spread.median()) + " (" + decimal(spread.min()) + " – " + decimal(spread.max()) + ")";
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
