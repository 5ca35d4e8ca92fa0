/** The bench as its users run it, and its own rules. */
@NullMarked
package dev.merit.bench;

import org.jspecify.annotations.NullMarked;
