/** The SQL on schema points. */
@NullMarked
package dev.merit.points.store;

import org.jspecify.annotations.NullMarked;
