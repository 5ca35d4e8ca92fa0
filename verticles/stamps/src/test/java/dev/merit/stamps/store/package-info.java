/** The statements of stamps. */
@NullMarked
package dev.merit.stamps.store;

import org.jspecify.annotations.NullMarked;
