/** PostgreSQL: pool, group commit, idempotency, outbox and migrations. Knows no domain. */
@NullMarked
package dev.merit.platform.pg;

import org.jspecify.annotations.NullMarked;
