package dev.merit.bench.report;

import dev.merit.bench.measure.Reading.Failures;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was refused in a run, by whose turn it was. Not for two threads at once. */
public final class Refusals {
    private final Map<String, Failures> byTurn = new LinkedHashMap<>();

    /** Adds those of one more turn. */
    public void add(String turn, Failures failures) {
        byTurn.merge(turn, failures, Failures::and);
    }

    /** How many there were in these turns. */
    public long count(String... turns) {
        return Arrays.stream(turns)
                .mapToLong(turn -> byTurn.getOrDefault(turn, Failures.NONE).count())
                .sum();
    }

    /** How many there were in all. */
    public long countAll() {
        return byTurn.values().stream().mapToLong(Failures::count).sum();
    }

    /** The first of each turn, a line each; empty when there are none. */
    public String text() {
        var text = new StringBuilder();
        byTurn.forEach((turn, failures) -> {
            if (failures.count() > 0) {
                text.append("failed: %s: %d, the first was %s%n".formatted(turn, failures.count(), failures.first()));
            }
        });
        return text.toString();
    }
}
