package dev.merit.bench.measure;

import java.time.Duration;
import java.util.List;

/**
 * What one stretch of load brought.
 *
 * @param done purchases acknowledged within the stretch
 * @param failures what was answered otherwise
 * @param afterwards how long work that the stretch left behind went on; nobody else was measured meanwhile
 */
public record Reading(
        long done, Failures failures, Duration took, Latencies latencies, CpuShares cpu, Duration afterwards) {
    private static final double NANOSECONDS = Duration.ofSeconds(1).toNanos();

    /**
     * Requests that were not done.
     *
     * @param first what was asked and what came back; empty when there is none
     */
    public record Failures(long count, String first) {
        public static final Failures NONE = new Failures(0, "");

        /** These, and then the others. */
        public Failures and(Failures others) {
            return new Failures(count + others.count, first.isEmpty() ? others.first : first);
        }

        /** Of all readings of one thing. */
        public static Failures of(List<Reading> readings) {
            return readings.stream().map(Reading::failures).reduce(NONE, Failures::and);
        }
    }

    /** How many requests were not done. */
    public long failed() {
        return failures.count();
    }

    /** Purchases a second. */
    public double rate() {
        return done * NANOSECONDS / took.toNanos();
    }

    public double p50() {
        return latencies.percentile(50);
    }

    public double p99() {
        return latencies.percentile(99);
    }
}
