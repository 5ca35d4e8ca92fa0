package dev.merit.events.store;

import java.time.Instant;
import java.util.UUID;

/**
 * One event as it was stored. It is sent from these values alone, so that a repeat has the same bytes.
 *
 * @param sequence the event's number in the stream that its topic documents
 */
public record OutboxEvent(
        String topic, UUID id, String type, UUID partner, UUID member, long sequence, Instant time, String payload) {}
