/** A domain that looks at the clock. */
@NullMarked
package dev.merit.testing.planted.domain;

import org.jspecify.annotations.NullMarked;
