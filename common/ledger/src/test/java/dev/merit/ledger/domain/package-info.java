/** The ledger's rules without any server. Start at AccountBookTest. */
@NullMarked
package dev.merit.ledger.domain;

import org.jspecify.annotations.NullMarked;
