package dev.merit.platform.pg;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Subjects whose rows somebody else keeps locked, each remembered for a while after a command waited in vain. */
final class LockedSubjects {
    private static final Duration REMEMBERED = Duration.ofSeconds(2);
    private static final int SUBJECTS_MAX = 1_000;

    /** Until when. */
    private final Map<Object, Long> subjects = new HashMap<>();

    boolean contains(Object subject) {
        Long until = subjects.get(subject);
        if (until != null && System.nanoTime() - until > 0) {
            subjects.remove(subject);
            return false;
        }
        return until != null;
    }

    void remember(Object subject) {
        subjects.values().removeIf(until -> System.nanoTime() - until > 0);
        if (subjects.size() < SUBJECTS_MAX) {
            subjects.put(subject, System.nanoTime() + REMEMBERED.toNanos());
        }
    }
}
