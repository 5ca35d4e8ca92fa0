package dev.merit.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be measured, and how long.
 *
 * @param ground what it is measured on
 * @param turns how long, and how often
 * @param only contestants that take part; all when empty
 */
record Plan(Ground ground, Turns turns, Set<String> only, Path json) {

    Plan {
        only = Set.copyOf(only);
    }

    /**
     * What it is measured on.
     *
     * @param members that business is spread over
     * @param kafka whether the node publishes meanwhile
     * @param databaseUrl a PostgreSQL to use; empty starts one
     * @param flushDelay added to every flush of its disk
     */
    record Ground(int members, boolean kafka, Optional<String> databaseUrl, Duration flushDelay) {}

    /**
     * How long, and how often.
     *
     * @param stretch one contestant's turn in one round
     * @param warmUp load for each program before the first round
     * @param warmUpEach of it for each contestant at least, however many share a program
     */
    record Turns(Duration stretch, int rounds, Duration warmUp, Duration warmUpEach) {}

    /** Shows that everything works; its figures mean nothing. */
    Plan smoke() {
        return new Plan(
                new Ground(200, ground.kafka(), ground.databaseUrl(), ground.flushDelay()),
                new Turns(Duration.ofMillis(400), 1, Duration.ofSeconds(1), Duration.ofMillis(100)),
                only,
                json);
    }

    boolean includes(String contestant) {
        return only.isEmpty() || only.contains(contestant);
    }

    Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("rounds", Integer.toString(turns.rounds()));
        shown.put("stretch", turns.stretch().toMillis() + " ms");
        shown.put(
                "warm-up",
                turns.warmUp().toMillis() + " ms for each program, "
                        + turns.warmUpEach().toMillis() + " ms for each contestant at least");
        shown.put("members", Integer.toString(ground.members()));
        return shown;
    }
}
