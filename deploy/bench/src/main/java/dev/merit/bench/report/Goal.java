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
 */
public record Goal(String figure, Spread measured, double floor, double aim, boolean lowerIsBetter) {

    static Goal atLeast(String figure, Spread measured, double floor, double aim) {
        return new Goal(figure, measured, floor, aim, false);
    }

    static Goal atMost(String figure, Spread measured, double floor, double aim) {
        return new Goal(figure, measured, floor, aim, true);
    }

    /** By the median. */
    @JsonProperty
    public String verdict() {
        if (reaches(aim)) {
            return "aim";
        }
        return reaches(floor) ? "floor" : "below";
    }

    private boolean reaches(double mark) {
        return lowerIsBetter ? measured.median() <= mark : measured.median() >= mark;
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
