package dev.merit.events;

import dev.merit.events.store.OutboxEvent;

/**
 * An event and where it lies in the outbox.
 *
 * @param index in its row, from 0
 */
record Place(long row, int index, OutboxEvent event) {}
