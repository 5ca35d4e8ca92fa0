package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Duration FAST = Pace.FAST.minusMillis(1);
    private static final Duration SLOW = Pace.SLOW.plusMillis(1);

    private final Pace pace = new Pace();

    @Test
    void growsWhileFullWindowsAreFast() {
        for (int i = 0; i < 10; i++) {
            pace.took(true, FAST);
        }
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MAX);
    }

    @Test
    void learnsNothingFromAWindowThatWasNotFull() {
        pace.took(false, FAST);
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MIN);
    }

    @Test
    void staysBetweenFastAndSlow() {
        pace.took(true, FAST);
        int before = pace.events();
        pace.took(true, Pace.FAST);
        pace.took(true, Pace.SLOW);
        assertThat(pace.events()).isEqualTo(before);
    }

    @Test
    void shrinksWhenSlowButNeverToNothing() {
        pace.took(true, FAST);
        pace.took(true, FAST);
        int before = pace.events();
        pace.took(false, SLOW);
        assertThat(pace.events()).isEqualTo(before / 2);
        for (int i = 0; i < 10; i++) {
            pace.took(true, SLOW);
        }
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MIN);
    }

    @Test
    void startsAgainSmallWhenForgotten() {
        pace.took(true, FAST);
        pace.forget();
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MIN);
    }
}
