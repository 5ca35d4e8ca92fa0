package dev.merit.events;

import dev.merit.events.store.OutboxEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What of a window is sent next. Events that arrived or are held back are passed over, and a suspect is sent alone, so
 * that a refusal says for certain which event is meant.
 */
final class Plan {
    private final List<Place> window;
    /** Places in the window. */
    private final List<Integer> sending;

    private final int end;
    private final boolean alone;

    private Plan(List<Place> window, List<Integer> sending, int end, boolean alone) {
        this.window = window;
        this.sending = sending;
        this.end = end;
        this.alone = alone;
    }

    /** @param isPassed what is not sent, because it has arrived or is held back */
    static Plan of(List<Place> window, Predicate<OutboxEvent> isPassed, Predicate<OutboxEvent> isSuspect) {
        List<Integer> sending = new ArrayList<>(window.size());
        for (int i = 0; i < window.size(); i++) {
            OutboxEvent event = window.get(i).event();
            if (isPassed.test(event)) {
                continue;
            }
            if (isSuspect.test(event)) {
                if (!sending.isEmpty()) {
                    return new Plan(window, sending, i, false);
                }
                sending.add(i);
                return new Plan(window, sending, i + 1, true);
            }
            sending.add(i);
        }
        return new Plan(window, sending, window.size(), false);
    }

    /** In order. */
    List<OutboxEvent> events() {
        return sending.stream().map(i -> window.get(i).event()).toList();
    }

    /** Whether a refusal can only mean the one event that is sent. */
    boolean isOfOneSuspect() {
        return alone;
    }

    /** Whether nothing of the window is left when all this is sent. */
    boolean isWhole() {
        return end == window.size();
    }

    /** The one event that is sent. */
    Place suspect() {
        return window.get(sending.getFirst());
    }

    /** How much of the window, counted from its start, is dealt with when the first {@code count} were sent. */
    int reach(int count) {
        return count < sending.size() ? sending.get(count) : end;
    }

    /** What of the first {@code reach} was not to be sent. */
    List<Place> passedOver(int reach) {
        List<Place> passed = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < reach; i++) {
            if (next < sending.size() && sending.get(next) == i) {
                next++;
            } else {
                passed.add(window.get(i));
            }
        }
        return passed;
    }
}
