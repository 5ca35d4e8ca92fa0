/** Proofs of group commit, idempotency and the outbox on a real PostgreSQL. */
@NullMarked
package dev.merit.platform.pg;

import org.jspecify.annotations.NullMarked;
