/** The only SQL that touches schema ledger. */
@NullMarked
package dev.merit.ledger.store;

import org.jspecify.annotations.NullMarked;
