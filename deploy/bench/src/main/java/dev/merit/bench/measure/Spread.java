package dev.merit.bench.measure;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Several readings of one thing. */
public record Spread(double min, double median, double max) {

    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(sorted.getFirst(), median, sorted.getLast());
    }

    /** The median, and from where to where; for people. */
    public String text() {
        return String.format(Locale.ROOT, "%.2f (%.2f – %.2f)", median, min, max);
    }

    /** The same of large figures. */
    public String wholeText() {
        return String.format(Locale.ROOT, "%,.0f (%,.0f – %,.0f)", median, min, max);
    }

    /**
     * What was taken in the same round is compared, and then the median is made: a machine that slows down from one
     * round to the next slows both sides.
     */
    public static Spread ofRatios(List<Double> these, List<Double> those) {
        if (these.size() != those.size()) {
            throw new IllegalArgumentException(these.size() + " rounds against " + those.size());
        }
        return of(IntStream.range(0, these.size())
                .mapToObj(round -> these.get(round) / those.get(round))
                .toList());
    }
}
