/** Figures that are known beforehand. */
@NullMarked
package dev.merit.bench.report;

import org.jspecify.annotations.NullMarked;
