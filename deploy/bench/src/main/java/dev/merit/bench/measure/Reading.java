package dev.merit.bench.measure;

import java.time.Duration;

/**
 * What one stretch of load brought.
 *
 * @param done purchases acknowledged within the stretch
 * @param failed requests that were answered otherwise
 * @param afterwards how long work that the stretch left behind went on; nobody else was measured meanwhile
 */
public record Reading(long done, long failed, Duration took, Latencies latencies, CpuShares cpu, Duration afterwards) {
    private static final double NANOSECONDS = Duration.ofSeconds(1).toNanos();

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
