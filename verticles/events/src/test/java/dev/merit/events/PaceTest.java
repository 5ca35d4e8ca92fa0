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
            pace.took(pace.events(), FAST);
        }
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MAX);
    }

    @Test
    void learnsNothingFromAWindowThatWasNotFull() {
        pace.took(pace.events() - 1, FAST);
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MIN);
    }

    @Test
    void staysBetweenFastAndSlow() {
        pace.took(pace.events(), FAST);
        int before = pace.events();
        pace.took(before, Pace.FAST);
        pace.took(before, Pace.SLOW);
        assertThat(pace.events()).isEqualTo(before);
    }

    @Test
    void shrinksWhenSlowButNeverToNothing() {
        pace.took(pace.events(), FAST);
        pace.took(pace.events(), FAST);
        int before = pace.events();
        pace.took(1, SLOW);
        assertThat(pace.events()).isEqualTo(before / 2);
        for (int i = 0; i < 10; i++) {
            pace.took(pace.events(), SLOW);
        }
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MIN);
    }

    @Test
    void startsAgainSmallWhenForgotten() {
        pace.took(pace.events(), FAST);
        pace.forget();
        assertThat(pace.events()).isEqualTo(Pace.EVENTS_MIN);
    }
}
