/** Tests of the way from the outbox to Kafka, on a real PostgreSQL and a real broker. */
@NullMarked
package dev.merit.events;

import org.jspecify.annotations.NullMarked;
