package dev.merit.events;

import java.time.Duration;

/**
 * How many events a window of a slice may hold. A crash repeats what was sent and not yet marked, so a window is to be
 * done within {@link #SLOW}: on a slow day windows shrink, on a fast one they grow until larger ones are hardly faster.
 */
final class Pace {
    static final int EVENTS_MIN = 50;
    static final int EVENTS_MAX = 600;
    static final Duration SLOW = Duration.ofMillis(150);
    static final Duration FAST = Duration.ofMillis(75);

    private int events = EVENTS_MIN;

    /** The most events of the next window; one row may bring more. */
    int events() {
        return events;
    }

    /**
     * A window was sent and marked.
     *
     * @param full whether it held as much as it might: one that did not says nothing about larger ones
     */
    void took(boolean full, Duration time) {
        if (time.compareTo(SLOW) > 0) {
            events = Math.max(EVENTS_MIN, events / 2);
        } else if (full && time.compareTo(FAST) < 0) {
            events = Math.min(EVENTS_MAX, events * 2);
        }
    }

    /** The slice is new to us, or was away: nothing is known of how fast it goes. */
    void forget() {
        events = EVENTS_MIN;
    }
}
