/**
 * From the outbox to Kafka. {@link dev.merit.events.OutboxRelay} takes slices of members under leases, {@link
 * dev.merit.events.SliceRelay} publishes one slice in order, {@link dev.merit.events.KafkaSink} is the way into Kafka.
 * Nothing here writes an event: that happens in the transaction of the effect, with {@code Outbox.append}. Start at
 * {@link dev.merit.events.EventsVerticle}.
 */
@NullMarked
package dev.merit.events;

import org.jspecify.annotations.NullMarked;
