package dev.merit.events.store;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event as it was stored. It is sent from these values alone, so that a repeat has the same bytes. What is null was
 * damaged, and cannot be sent.
 *
 * @param sequence the event's number in the stream that its topic documents
 */
public record OutboxEvent(
        String topic,
        UUID id,
        @Nullable String type,
        @Nullable UUID partner,
        UUID member,
        long sequence,
        @Nullable Instant time,
        @Nullable Buffer payload) {

    /** What it must stay in order with. */
    public EventStream stream() {
        return new EventStream(topic, member);
    }
}
