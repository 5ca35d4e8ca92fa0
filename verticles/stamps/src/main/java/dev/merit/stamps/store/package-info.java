/** The SQL on schema stamps. */
@NullMarked
package dev.merit.stamps.store;

import org.jspecify.annotations.NullMarked;
