/**
 * The only SQL that touches tables of schema ledger. Statements of other schemas may ask one function of it, {@code
 * ledger.holdings} (decision 27 in {@code deploy/docs/adr}).
 */
@NullMarked
package dev.merit.ledger.store;

import org.jspecify.annotations.NullMarked;
