/** Figures that are known beforehand. */
@NullMarked
package dev.merit.bench.measure;

import org.jspecify.annotations.NullMarked;
