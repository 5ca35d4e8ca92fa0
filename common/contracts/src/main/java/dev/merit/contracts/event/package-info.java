/** What Kafka carries: one record per kind of event. */
@NullMarked
package dev.merit.contracts.event;

import org.jspecify.annotations.NullMarked;
