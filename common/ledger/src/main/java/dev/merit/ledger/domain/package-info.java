/** The ledger's rules as plain Java: what a credit, a debit and an expiry do to an account. */
@NullMarked
package dev.merit.ledger.domain;

import org.jspecify.annotations.NullMarked;
