package dev.merit.router.http;

import dev.merit.contracts.Problem;
import dev.merit.platform.Json;
import dev.merit.router.openapi.ApiDocument;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Publishes the document. It is written once, at start. */
final class Docs implements Handler<RoutingContext> {
    private final Buffer body;
    private final String tag;

    Docs(ApiDocument document) {
        String text = document.json().toString();
        this.body = Buffer.buffer(text);
        this.tag = Json.etag(text);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (!context.normalizedPath().equals(Paths.DOCS)) {
            context.next();
            return;
        }
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            context.response().putHeader("Allow", "GET, HEAD");
            context.fail(Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "The document is only read.")
                    .asException());
            return;
        }
        HttpServerResponse response = context.response()
                .putHeader("ETag", tag)
                .putHeader("Cache-Control", "public, max-age=300")
                .putHeader("Vary", "Accept-Encoding");
        if (Answers.isSame(context.request().getHeader("If-None-Match"), tag)) {
            response.setStatusCode(304).end().onFailure(Answers::gone);
        } else {
            response.putHeader("Content-Type", "application/json");
            Answers.end(context.request(), response, body);
        }
    }
}
