/**
 * The shared kernel: accounts, entries, lots and enrolment. Every domain that moves points does it with this module,
 * inside the transaction it already has. {@code domain} decides and knows no framework; {@code store} holds the only
 * SQL on schema {@code ledger}. Start at {@link dev.merit.ledger.domain.AccountBook}.
 */
@NullMarked
package dev.merit.ledger;

import org.jspecify.annotations.NullMarked;
