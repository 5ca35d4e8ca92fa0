package dev.merit.router.http;

import dev.merit.contracts.Problem;
import dev.merit.platform.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** A text that is the same for everybody and as long as the node runs. It needs no key. */
final class FixedText {
    private final Buffer body;
    private final String tag;
    private final String type;

    FixedText(String text, String type) {
        this.body = Buffer.buffer(text);
        this.tag = Json.etag(text);
        this.type = type;
    }

    /** Sends it, or 304 to whoever has it. */
    void send(RoutingContext context) {
        HttpServerResponse response = context.response()
                .putHeader("ETag", tag)
                .putHeader("Cache-Control", "public, max-age=300")
                .putHeader("Vary", "Accept-Encoding");
        if (Answers.isSame(context.request().getHeader("If-None-Match"), tag)) {
            response.setStatusCode(304).end().onFailure(Answers::gone);
        } else {
            response.putHeader("Content-Type", type);
            Answers.end(context.request(), response, body);
        }
    }

    /** Whether a request wants something else than to read; it is refused then. */
    static boolean refuses(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return false;
        }
        context.response().putHeader("Allow", "GET, HEAD");
        context.fail(Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "The document is only read.")
                .asException());
        return true;
    }
}
