@NullMarked
package dev.merit.points.app;

import org.jspecify.annotations.NullMarked;
