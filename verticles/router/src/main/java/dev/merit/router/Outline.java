package dev.merit.router;

import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.tools.Toolbox;

/**
 * What a router reads from its own archive, and makes of it, before it can start. That takes some hundred milliseconds
 * of one processor and needs nothing else, so it is best done while other parts start.
 *
 * @param document the API, operation by operation
 * @param toolbox the same for machines that look for tools
 */
public record Outline(ApiDocument document, Toolbox toolbox) {

    /** Reads it; a fault in it stops the start. */
    public static Outline read() {
        ApiDocument document = ApiDocument.load();
        return new Outline(document, new Toolbox(document));
    }
}
