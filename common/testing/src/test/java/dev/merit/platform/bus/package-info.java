/** Proofs of the bus: asking, refusing, the wire and its golden files. */
@NullMarked
package dev.merit.platform.bus;

import org.jspecify.annotations.NullMarked;
