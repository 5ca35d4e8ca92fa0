package dev.merit.chaos.plan;

import java.time.Duration;
import java.util.Locale;

/**
 * One fault that will happen.
 *
 * @param at milliseconds after the load has begun
 * @param node which one, from 0; of no meaning for a server
 * @param lasts until what was killed is started again, and what was stopped or cut off goes on
 * @param cut what a node is cut off from; of no meaning for other kinds
 */
public record Fault(int number, long at, FaultKind kind, int node, Cut cut, Duration lasts) {

    /** In a line, the same for the same seed. */
    public String shown() {
        String target =
                switch (kind) {
                    case KILL_NODE, PAUSE_NODE, RESTART_NODE -> " " + (node + 1);
                    case PARTITION_NODE ->
                        " " + (node + 1) + ", from " + cut.name().toLowerCase(Locale.ROOT);
                    case KILL_POSTGRES, KILL_KAFKA -> "";
                };
        return String.format(Locale.ROOT, "%2d  %7.1f s  %s%s", number, at / 1_000.0, kind.title(), target);
    }
}
