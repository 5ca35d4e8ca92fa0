/** Use cases: load, decide, save. Start at PointsService. */
@NullMarked
package dev.merit.points.app;

import org.jspecify.annotations.NullMarked;
