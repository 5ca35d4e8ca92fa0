package dev.merit.events.store;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An event to be parked instead of published.
 *
 * @param row of the outbox
 * @param index of the event in its row, from 0
 * @param payload as it was read; null when it is missing or was damaged
 * @param cause why Kafka refuses it; null when it is only held back behind another one
 */
public record Aside(
        long row,
        int index,
        @Nullable Buffer payload,
        @Nullable String cause) {}
