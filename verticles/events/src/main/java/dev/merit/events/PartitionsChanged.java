package dev.merit.events;

import java.util.Map;
import java.util.TreeMap;

/** A topic has another number of partitions than before: a member's next events would overtake the earlier ones. */
final class PartitionsChanged extends RuntimeException {
    private PartitionsChanged(String message) {
        super(message, null, false, false);
    }

    static void check(Map<String, Integer> now, Map<String, Integer> before) {
        new TreeMap<>(now).forEach((topic, partitions) -> {
            Integer known = before.get(topic);
            if (known != null && !known.equals(partitions)) {
                throw new PartitionsChanged("The topic " + topic + " has " + partitions + " partitions and had " + known
                        + " when it was first seen; events of one member would move to another partition, so nothing is"
                        + " published until it has " + known + " again or its line in platform.topic is deleted.");
            }
        });
    }
}
