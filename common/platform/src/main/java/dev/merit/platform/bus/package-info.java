/** The typed event bus: one codec, one way to ask, one way to serve. Start at Bus. */
@NullMarked
package dev.merit.platform.bus;

import org.jspecify.annotations.NullMarked;
