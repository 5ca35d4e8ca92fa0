package dev.merit.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void addsUpWhatSeveralThreadsSaw() {
        var one = new Latencies();
        var other = new Latencies();
        for (int millisecond = 1; millisecond <= 50; millisecond++) {
            one.record(0, TimeUnit.MILLISECONDS.toNanos(millisecond));
            other.record(0, TimeUnit.MILLISECONDS.toNanos(millisecond + 50));
        }

        one.add(other);

        assertThat(one.count()).isEqualTo(100);
        assertThat(one.percentile(50)).isCloseTo(50, within(0.1));
        assertThat(one.percentile(99)).isCloseTo(99, within(0.1));
    }

    // A clock that is read by two threads may step back a little; an endless wait must not break the run either.
    @Test
    void keepsWhatIsOutOfRange() {
        var latencies = new Latencies();

        latencies.record(10, 5);
        latencies.record(0, TimeUnit.HOURS.toNanos(1));

        assertThat(latencies.count()).isEqualTo(2);
        assertThat(latencies.percentile(100)).isCloseTo(300_000, within(500.0));
    }
}
