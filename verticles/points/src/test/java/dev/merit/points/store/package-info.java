/** Tests of the statements of points. */
@NullMarked
package dev.merit.points.store;

import org.jspecify.annotations.NullMarked;
