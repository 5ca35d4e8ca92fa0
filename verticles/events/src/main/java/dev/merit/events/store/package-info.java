/** The only SQL on the outbox's reading side, and on the leases of its slices. */
@NullMarked
package dev.merit.events.store;

import org.jspecify.annotations.NullMarked;
