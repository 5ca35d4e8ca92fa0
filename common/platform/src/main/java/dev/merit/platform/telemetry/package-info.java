/** Metrics and the names they go by, and the spans that Vert.x does not make. */
@NullMarked
package dev.merit.platform.telemetry;

import org.jspecify.annotations.NullMarked;
