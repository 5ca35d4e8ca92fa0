/** Tests of the rules of points. */
@NullMarked
package dev.merit.points.domain;

import org.jspecify.annotations.NullMarked;
