package dev.merit.bench;

import dev.merit.bench.measure.Reading;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One of those that take turns.
 *
 * @param host the program that has to be warm for it
 */
record Contestant(String id, String title, Host host, Turn turn) {

    /** Whose machine code it is that a turn runs. */
    enum Host {
        BENCH,
        NODE,
        SPRING,
        BARE
    }

    @FunctionalInterface
    interface Turn {
        Reading take(Duration stretch) throws SQLException;
    }
}
