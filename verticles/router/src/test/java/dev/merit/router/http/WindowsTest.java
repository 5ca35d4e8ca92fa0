package dev.merit.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class WindowsTest {
    private final AtomicLong millis = new AtomicLong(1_000_000_500);
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    private final Windows<String> windows = new Windows<>(clock);

    @Test
    void startsAnewWhenTheMinuteIsOver() {
        assertThat(windows.take("a", 2).isExceeded()).isFalse();
        assertThat(windows.take("a", 2).isExceeded()).isFalse();
        assertThat(windows.take("a", 2).isExceeded()).isTrue();

        millis.addAndGet(59_999);
        var last = windows.take("a", 2);
        assertThat(last.isExceeded()).isTrue();
        assertThat(last.retryAfterSeconds()).isEqualTo(1);

        millis.addAndGet(1);
        var next = windows.take("a", 2);
        assertThat(next.isExceeded()).isFalse();
        assertThat(next.remaining()).isEqualTo(1);
        assertThat(next.retryAfterSeconds()).isEqualTo(60);
    }

    @Test
    void namesTheEndOfTheWindowInWholeSecondsAndNeverTooEarly() {
        assertThat(windows.take("a", 2).resetSeconds()).isEqualTo(1_000_061);
    }

    @Test
    void neverLocksOutForLongerThanAMinuteWhenTheClockIsSetBack() {
        assertThat(windows.take("a", 1).isExceeded()).isFalse();
        assertThat(windows.take("a", 1).isExceeded()).isTrue();

        millis.addAndGet(-3_600_000);

        assertThat(windows.take("a", 1).isExceeded()).isFalse();
    }
}
