package dev.merit.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be measured, and how long.
 *
 * @param stretch one contestant's turn in one round
 * @param warmUp of each contestant, before the first round
 * @param members that purchases are spread over
 * @param kafka whether the node publishes meanwhile
 * @param databaseUrl a PostgreSQL to use; empty starts one
 */
record Plan(
        Duration stretch,
        int rounds,
        Duration warmUp,
        int members,
        boolean kafka,
        Optional<String> databaseUrl,
        Path json) {

    /** Shows that everything works; its figures mean nothing. */
    Plan smoke() {
        return new Plan(Duration.ofSeconds(1), 1, Duration.ofMillis(500), 200, kafka, databaseUrl, json);
    }

    Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("rounds", Integer.toString(rounds));
        shown.put("stretch", stretch.toMillis() + " ms");
        shown.put("warm-up", warmUp.toMillis() + " ms each");
        shown.put("members", Integer.toString(members));
        return shown;
    }
}
