package dev.merit.events;

/** How long to wait after failures in a row. */
final class Backoff {
    static final long MILLIS_MAX = 5_000;
    private static final long MILLIS_FIRST = 200;
    private static final int DOUBLINGS_MAX = 5;

    private Backoff() {}

    static long millis(int failures) {
        int doublings = Math.clamp(failures - 1L, 0, DOUBLINGS_MAX);
        return Math.min(MILLIS_MAX, MILLIS_FIRST << doublings);
    }
}
