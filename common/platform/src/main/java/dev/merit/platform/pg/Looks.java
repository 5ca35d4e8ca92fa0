package dev.merit.platform.pg;

import java.time.Duration;

/**
 * Whether a lane tries its next batch without locks. What takes locks anyway has been looked at for nothing, so where
 * that is frequent it is tried less and less often; and after a neighbour was met, not for a while.
 */
final class Looks {
    private static final Duration AFTER_CONFLICT = Duration.ofSeconds(1);
    private static final int SKIPPED_MAX = 32;

    /** By {@link System#nanoTime}. */
    private long lockUntil = System.nanoTime();
    /** How many batches are not looked at after the next futile look. */
    private int next = 1;

    private int toSkip;

    boolean worthIt() {
        if (toSkip > 0) {
            toSkip--;
            return false;
        }
        return System.nanoTime() - lockUntil > 0;
    }

    /** A batch was written without locks. */
    void sufficed() {
        next = 1;
    }

    /** There was something in the batch that takes locks. */
    void wasFutile() {
        toSkip = next;
        next = Math.min(2 * next, SKIPPED_MAX);
    }

    /** Somebody else writes the same rows: to wait is cheaper than to begin anew. */
    void metANeighbour() {
        lockUntil = System.nanoTime() + AFTER_CONFLICT.toNanos();
    }
}
