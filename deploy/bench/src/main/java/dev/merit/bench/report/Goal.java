package dev.merit.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merit.bench.measure.Spread;
import java.util.List;
import java.util.Locale;

/**
 * One figure the project promises, and what this run says of it.
 *
 * @param floor what must be reached
 * @param aim what is wanted
 * @param lowerIsBetter whether the two are the most, not the least
 * @param failures requests that were not done by those that the figure is made of
 */
public record Goal(String figure, Spread measured, double floor, double aim, boolean lowerIsBetter, long failures) {

    public static Goal atLeast(String figure, Spread measured, double floor, double aim) {
        return new Goal(figure, measured, floor, aim, false, 0);
    }

    public static Goal atMost(String figure, Spread measured, double floor, double aim) {
        return new Goal(figure, measured, floor, aim, true, 0);
    }

    /** The same, of so many requests more that were not done. */
    public Goal withFailures(long further) {
        return new Goal(figure, measured, floor, aim, lowerIsBetter, failures + further);
    }

    /** By the median; but who refuses work is not measured by how fast that goes. */
    @JsonProperty
    public String verdict() {
        if (failures > 0) {
            return "failed";
        }
        if (reaches(aim)) {
            return "aim";
        }
        return reaches(floor) ? "floor" : "below";
    }

    boolean isReached() {
        return failures == 0 && reaches(floor);
    }

    private boolean reaches(double mark) {
        return lowerIsBetter ? measured.median() <= mark : measured.median() >= mark;
    }

    /** Goals below each other, for people. */
    public static String text(List<Goal> goals) {
        return table(goals).text();
    }

    static Table table(List<Goal> goals) {
        var table = new Table("goal", "median", "min – max", "floor", "aim", "reached");
        goals.forEach(goal -> table.add(goal.cells()));
        return table;
    }

    List<String> cells() {
        String sign = lowerIsBetter ? "≤ " : "≥ ";
        return List.of(
                figure,
                decimal(measured.median()),
                decimal(measured.min()) + " – " + decimal(measured.max()),
                sign + plain(floor),
                sign + plain(aim),
                verdict());
    }

    private static String plain(double mark) {
        return mark == Math.rint(mark) ? Long.toString(Math.round(mark)) : Double.toString(mark);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
