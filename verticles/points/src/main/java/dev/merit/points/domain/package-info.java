/** What a purchase earns and when a reward may be taken, as plain Java. */
@NullMarked
package dev.merit.points.domain;

import org.jspecify.annotations.NullMarked;
