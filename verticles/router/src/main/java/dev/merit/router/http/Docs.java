package dev.merit.router.http;

import dev.merit.router.openapi.ApiDocument;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** Publishes the document. It is written once, at start. */
final class Docs implements Handler<RoutingContext> {
    private final FixedText text;

    Docs(ApiDocument document) {
        this.text = new FixedText(document.json().toString(), "application/json");
    }

    @Override
    public void handle(RoutingContext context) {
        if (!context.normalizedPath().equals(Paths.DOCS)) {
            context.next();
        } else if (!FixedText.refuses(context)) {
            text.send(context);
        }
    }
}
