package dev.merit.bench.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long things took, from a nanosecond's clock. Not for two threads at once. */
public final class Latencies {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(LONGEST, DIGITS);

    /**
     * Records one answer.
     *
     * @param due when the request had to be sent, not when it was: a program that falls behind its schedule must not
     *     hide the wait by asking later
     */
    public void record(long due, long answered) {
        histogram.recordValue(Math.clamp(answered - due, 0, LONGEST));
    }

    public void add(Latencies others) {
        histogram.add(others.histogram);
    }

    public long count() {
        return histogram.getTotalCount();
    }

    /** In milliseconds. */
    public double percentile(double percent) {
        return histogram.getValueAtPercentile(percent) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
