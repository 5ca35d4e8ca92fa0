/** A use case that writes SQL. */
@NullMarked
package dev.merit.testing.planted.app;

import org.jspecify.annotations.NullMarked;
