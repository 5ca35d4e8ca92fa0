package dev.merit.chaos.domain;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Takes down what does not hold, and how much was looked at: a check that saw nothing proves nothing. */
public final class Findings {
    private final List<Finding> list = new ArrayList<>();
    private final Map<Promise, Long> looked = new EnumMap<>(Promise.class);

    public void add(Promise promise, String what) {
        list.add(new Finding(promise, what));
    }

    public void looked(Promise promise, long things) {
        looked.merge(promise, things, Long::sum);
    }

    /** Takes over all that others found and looked at. */
    public void addAll(Findings others) {
        list.addAll(others.list);
        others.looked.forEach(this::looked);
    }

    public List<Finding> list() {
        return List.copyOf(list);
    }

    /** How many things were compared for a promise. */
    public long looked(Promise promise) {
        return looked.getOrDefault(promise, 0L);
    }

    public boolean isLookedAt(Promise promise) {
        return looked.containsKey(promise);
    }

    public List<Finding> of(Promise promise) {
        return list.stream().filter(finding -> finding.promise() == promise).toList();
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }
}
