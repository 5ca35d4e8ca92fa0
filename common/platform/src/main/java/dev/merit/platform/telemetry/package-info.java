/** Metrics and the names they go by. */
@NullMarked
package dev.merit.platform.telemetry;

import org.jspecify.annotations.NullMarked;
