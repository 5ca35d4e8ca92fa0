/**
 * What Merit is compared with: the same purchase written by simpler programs into lean tables of schema {@code bench},
 * with nothing in front of the database. Each statement stands above the method that sends it.
 */
@NullMarked
package dev.merit.bench.baseline;

import org.jspecify.annotations.NullMarked;
