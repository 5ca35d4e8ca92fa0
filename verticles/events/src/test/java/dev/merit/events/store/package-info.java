/** Tests of the statements on the outbox and on its leases. */
@NullMarked
package dev.merit.events.store;

import org.jspecify.annotations.NullMarked;
