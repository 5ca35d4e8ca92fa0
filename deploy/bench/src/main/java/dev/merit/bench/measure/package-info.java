/**
 * What is measured and how figures are made of it: readings, spreads, processor shares, due times. Knows no contestant.
 */
@NullMarked
package dev.merit.bench.measure;

import org.jspecify.annotations.NullMarked;
