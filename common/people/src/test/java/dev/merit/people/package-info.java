/** Proofs of the lay-out; what is remembered is proved where it is used, over the bus. */
@NullMarked
package dev.merit.people;

import org.jspecify.annotations.NullMarked;
