/** What becomes of the readings: ratios with their goals, a table for people and JSON for programs. */
@NullMarked
package dev.merit.bench.report;

import org.jspecify.annotations.NullMarked;
