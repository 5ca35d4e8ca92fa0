/** Stores whose statements are wrong. */
@NullMarked
package dev.merit.testing.planted.store;

import org.jspecify.annotations.NullMarked;
