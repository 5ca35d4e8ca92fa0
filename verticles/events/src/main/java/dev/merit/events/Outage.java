package dev.merit.events;

import dev.merit.platform.pg.PgProblems;
import java.time.Duration;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that something which slices need is away, and once that it is back for all of them. */
final class Outage {
    private static final Logger LOGGER = LoggerFactory.getLogger(Outage.class);

    private final String dependency;
    private final BitSet waiting = new BitSet();
    private long since;

    Outage(String dependency) {
        this.dependency = dependency;
    }

    void failed(int slice, Throwable cause) {
        if (waiting.isEmpty()) {
            since = System.nanoTime();
            LOGGER.atWarn()
                    .addKeyValue("dependency", dependency)
                    .addKeyValue("cause", PgProblems.describe(cause))
                    .log("outbox_blocked");
        }
        waiting.set(slice);
    }

    void passed(int slice) {
        if (waiting.get(slice)) {
            waiting.clear(slice);
            if (waiting.isEmpty()) {
                LOGGER.atInfo()
                        .addKeyValue("dependency", dependency)
                        .addKeyValue(
                                "seconds",
                                Duration.ofNanos(System.nanoTime() - since).toSeconds())
                        .log("outbox_unblocked");
            }
        }
    }
}
