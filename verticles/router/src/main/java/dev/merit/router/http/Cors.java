package dev.merit.router.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/**
 * Lets the webshops that are configured call member endpoints from a browser. Others get no CORS header, which makes
 * the browser refuse; a server that happens to send an Origin is not refused.
 */
final class Cors implements Handler<RoutingContext> {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final Set<String> origins;
    private final boolean all;

    Cors(List<String> origins) {
        this.origins = Set.copyOf(origins);
        this.all = origins.contains("*");
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        String origin = request.getHeader("Origin");
        boolean allowed = origin != null && (all || origins.contains(origin));
        if (allowed) {
            response.putHeader(ALLOW_ORIGIN, all ? "*" : origin)
                    .putHeader(
                            "Access-Control-Expose-Headers",
                            "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After,"
                                    + " ETag, Idempotent-Replayed");
        }
        if (!all) {
            response.headers().add("Vary", "Origin");
        }
        boolean preflight = HttpMethod.OPTIONS.equals(request.method())
                && origin != null
                && request.headers().contains("Access-Control-Request-Method");
        if (!preflight) {
            context.next();
            return;
        }
        if (allowed) {
            response.putHeader("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
                    .putHeader(
                            "Access-Control-Allow-Headers",
                            "X-Agent-Key, Content-Type, Accept, Idempotency-Key, If-Match, If-None-Match, X-Request-Id")
                    .putHeader("Access-Control-Max-Age", "600");
        }
        response.setStatusCode(204).end().onFailure(Answers::gone);
    }
}
