package dev.merit.chaos.domain;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Whether nodes stand until they are told to stop, and then stop in order. */
final class EndCheck {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private EndCheck() {}

    static void check(List<NodeEnd> ends, Findings findings) {
        findings.looked(Promise.STANDING, ends.size());
        for (NodeEnd end : ends) {
            String node = "node " + (end.node() + 1);
            if (!end.wanted()) {
                findings.add(Promise.STANDING, node + " ended by itself with " + end.exitCode() + ": " + end.said());
            } else if (end.exitCode() != 0 || end.took().compareTo(STOP_LIMIT) > 0) {
                findings.add(
                        Promise.STANDING,
                        String.format(
                                Locale.ROOT,
                                "%s was told to stop and ended after %.1f s with %d: %s",
                                node,
                                end.took().toMillis() / 1_000.0,
                                end.exitCode(),
                                end.said()));
            }
        }
    }
}
