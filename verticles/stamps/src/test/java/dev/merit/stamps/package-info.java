/** Stamps over the bus, on a real database. */
@NullMarked
package dev.merit.stamps;

import org.jspecify.annotations.NullMarked;
