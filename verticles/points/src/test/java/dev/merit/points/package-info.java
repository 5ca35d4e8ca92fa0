/** Tests of points over a real bus and a real PostgreSQL. */
@NullMarked
package dev.merit.points;

import org.jspecify.annotations.NullMarked;
