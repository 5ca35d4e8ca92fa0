package dev.merit.events.store;

import java.util.List;

/** The events of one batch that fall into one slice, in the order of publishing. */
public record OutboxRow(long id, List<OutboxEvent> events) {
    public OutboxRow {
        events = List.copyOf(events);
    }
}
