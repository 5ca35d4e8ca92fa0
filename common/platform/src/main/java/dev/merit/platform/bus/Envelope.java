package dev.merit.platform.bus;

import org.jspecify.annotations.Nullable;

/**
 * What travels on the bus.
 *
 * @param replayed for commands that were done before: the JSON that was stored then
 */
record Envelope(Record body, @Nullable String replayed) {}
