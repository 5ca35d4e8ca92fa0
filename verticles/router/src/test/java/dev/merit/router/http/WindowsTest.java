package dev.merit.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
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

    /** Breaks when what others count is forgotten, counted twice, or kept beyond the minute. */
    @Test
    void addsWhatOtherNodesHaveCounted() {
        UUID other = UUID.randomUUID();
        assertThat(windows.take("a", 10).taken()).isEqualTo(1);
        windows.add("a", other, 60_000, 4);
        windows.add("a", other, 60_000, 3);
        windows.add("a", UUID.randomUUID(), 60_000, 2);

        assertThat(windows.take("a", 10).taken()).isEqualTo(1 + 4 + 2 + 1);
        assertThat(windows.own("a")).extracting(Windows.Share::taken).isEqualTo(2L);

        millis.addAndGet(60_000);
        assertThat(windows.take("a", 10).taken()).isEqualTo(1);
    }

    /** Breaks when nodes end a key's minute at different times: each end would be a new allowance. */
    @Test
    void endsWithTheWindowThatBeganFirst() {
        windows.add("a", UUID.randomUUID(), 20_000, 5);
        assertThat(windows.take("a", 5).isExceeded()).isTrue();

        windows.add("a", UUID.randomUUID(), 10_000, 1);
        assertThat(windows.look("a", 5).resetMillis()).isEqualTo(millis.get() + 10_000);

        millis.addAndGet(10_000);
        assertThat(windows.take("a", 5).taken()).isEqualTo(1);
    }

    /** What comes late, or from a clock that is far away, says nothing of the minute under way. */
    @Test
    void takesNoNoticeOfAMinuteThatIsOver() {
        windows.add("a", UUID.randomUUID(), 0, 5);
        windows.add("a", UUID.randomUUID(), 7_200_000, 5);

        assertThat(windows.take("a", 5).taken()).isEqualTo(1);
    }

    /** For a node that has just started, also what is known of others that may be gone. */
    @Test
    void tellsAllThatItKnows() {
        UUID other = UUID.randomUUID();
        var unused = windows.take("a", 5);
        windows.add("b", other, 30_000, 3);

        assertThat(windows.shares())
                .containsExactlyInAnyOrder(
                        new Windows.Share<>(null, "a", 60_000, 1), new Windows.Share<>(other, "b", 30_000, 3));
    }
}
