package dev.merit.platform.bus;

import org.jspecify.annotations.Nullable;

/**
 * What travels on the bus.
 *
 * @param replayed for commands that were done before: the JSON that was stored then
 * @param written the JSON of the body, if it is at hand; it does not leave the node
 */
record Envelope(
        Record body, @Nullable String replayed, @Nullable String written) {

    Envelope(Record body, @Nullable String replayed) {
        this(body, replayed, null);
    }
}
