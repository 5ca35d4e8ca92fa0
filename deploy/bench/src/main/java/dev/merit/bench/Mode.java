package dev.merit.bench;

import dev.merit.bench.measure.BenchFailed;
import java.util.Set;

/** What a run measures, and which options say anything of that. */
enum Mode {
    CONTESTANTS("the contestants"),
    EVENTS("--events"),
    START("--start"),
    GROWTH("--growth"),
    SOAK("--soak"),
    NODES("--nodes");

    private static final String SMOKE = "--smoke";

    /** What a smoke run decides itself. */
    private static final Set<String> SIZES =
            Set.of("--seconds", "--rounds", "--warmup", "--members", "--event-count", "--event-rate");

    private final String title;

    Mode(String title) {
        this.title = title;
    }

    private Set<String> options() {
        return switch (this) {
            case CONTESTANTS ->
                Set.of(
                        "--seconds",
                        "--rounds",
                        "--warmup",
                        "--members",
                        "--database-url",
                        "--no-kafka",
                        "--json",
                        "--only",
                        "--flush-delay");
            case EVENTS -> Set.of("--event-count", "--event-rate", "--members", "--database-url");
            case START -> Set.of("--rounds", "--warmup", "--members", "--database-url");
            case GROWTH -> Set.of("--seconds", "--rounds", "--warmup", "--database-url", "--no-kafka");
            case SOAK -> Set.of("--seconds", "--warmup", "--members", "--database-url", "--no-kafka");
            case NODES -> Set.of("--seconds", "--rounds", "--warmup", "--members", "--database-url");
        };
    }

    /** Fails when one of the options would be ignored: whoever gave it would take the figures for something else. */
    void check(Set<String> given) {
        for (String option : given) {
            boolean own = option.equals(title) || option.equals(SMOKE);
            if (!own && !options().contains(option)) {
                throw new BenchFailed(option + " says nothing of " + title + ".");
            }
            if (given.contains(SMOKE) && SIZES.contains(option)) {
                throw new BenchFailed(option + " says nothing with " + SMOKE + ", which has a size of its own.");
            }
        }
    }
}
