/** The ledger's statements on a real PostgreSQL. */
@NullMarked
package dev.merit.ledger.store;

import org.jspecify.annotations.NullMarked;
