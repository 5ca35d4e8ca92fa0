package dev.merit.bench.measure;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final long START = 1_000_000;

    @Test
    void spacesRequestsEvenly() {
        var arrivals = new Arrivals(START, 1_000);

        assertThat(arrivals.due(0)).isEqualTo(START);
        assertThat(arrivals.due(1_500)).isEqualTo(START + MILLISECONDS.toNanos(1_500));
    }

    @Test
    void owesNothingBeforeTheStartAndTheFirstAtIt() {
        var arrivals = new Arrivals(START, 1_000);

        assertThat(arrivals.dueBy(START - 1)).isZero();
        assertThat(arrivals.dueBy(START)).isOne();
    }

    // Breaks when the two directions round differently: a request would be sent before it is due, or one be forgotten.
    @Test
    void agreesWithItselfInBothDirections() {
        var arrivals = new Arrivals(START, 7_777.7);

        for (long number = 0; number < 50_000; number++) {
            long due = arrivals.due(number);
            assertThat(arrivals.dueBy(due)).isGreaterThan(number);
            assertThat(arrivals.dueBy(due - 1)).isLessThanOrEqualTo(number);
        }
    }

    // Breaks when latency counts from the moment of sending: a server that stands still for a second would then show
    // one
    // slow answer among a thousand, and its callers waited half a second on average.
    @Test
    void countsTheWaitOfRequestsThatCouldNotBeSentInTime() {
        var arrivals = new Arrivals(START, 1_000);
        var latencies = new Latencies();
        long standstill = START + SECONDS.toNanos(1);
        for (long number = 0; number < 2_000; number++) {
            long answered = Math.max(standstill, arrivals.due(number));
            latencies.record(arrivals.due(number), answered);
        }

        assertThat(latencies.count()).isEqualTo(2_000);
        assertThat(latencies.percentile(50)).isCloseTo(0, within(1.0));
        assertThat(latencies.percentile(75)).isCloseTo(500, within(5.0));
        assertThat(latencies.percentile(99)).isCloseTo(980, within(5.0));
    }
}
