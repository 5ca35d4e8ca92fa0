package dev.merit.bench.measure;

import java.util.concurrent.TimeUnit;

/**
 * When the requests of an open loop are due: evenly, whatever becomes of the ones before.
 *
 * @param start on the clock of {@link System#nanoTime}
 * @param perSecond how many a second
 */
public record Arrivals(long start, double perSecond) {

    public Arrivals {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("the rate must be positive: " + perSecond);
        }
    }

    /** When the request of that number, from 0, is due. */
    public long due(long number) {
        return start + Math.round(number * (TimeUnit.SECONDS.toNanos(1) / perSecond));
    }

    /** How many are due at that moment. */
    public long dueBy(long now) {
        if (now < start) {
            return 0;
        }
        long guess = (long) ((now - start) / (TimeUnit.SECONDS.toNanos(1) / perSecond));
        // The two roundings may differ by one.
        while (due(guess) <= now) {
            guess++;
        }
        return guess;
    }
}
