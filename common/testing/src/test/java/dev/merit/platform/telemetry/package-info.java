/** Proofs that figures mean what they say. */
@NullMarked
package dev.merit.platform.telemetry;

import org.jspecify.annotations.NullMarked;
