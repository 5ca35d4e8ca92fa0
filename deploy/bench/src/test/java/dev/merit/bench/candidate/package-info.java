/** Figures that are known beforehand. */
@NullMarked
package dev.merit.bench.candidate;

import org.jspecify.annotations.NullMarked;
