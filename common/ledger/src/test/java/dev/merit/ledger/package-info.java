/** Proofs of the ledger: plain cases, a simulation against a naive model, and its statements on a real database. */
@NullMarked
package dev.merit.ledger;

import org.jspecify.annotations.NullMarked;
