package dev.merit.events.store;

import java.time.Instant;
import java.util.UUID;

/**
 * An event that was refused, as operators see it.
 *
 * @param behind how many events of the same member and topic are held back behind it
 */
public record ParkedEvent(
        UUID id, String topic, UUID member, long sequence, String cause, Instant since, long bytes, long behind) {}
