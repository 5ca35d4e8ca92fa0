package dev.merit.router.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes good answers: the envelope, the entity tag, the mark of a replay. */
public final class Answers {
    private static final Logger LOGGER = LoggerFactory.getLogger(Answers.class);
    // As bytes: they are written with every answer.
    private static final CharSequence VARY = HttpHeaders.createOptimized("Vary");
    private static final CharSequence VARIES = HttpHeaders.createOptimized("Accept, Accept-Encoding");
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("Cache-Control");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("private, no-cache");
    private static final CharSequence ETAG = HttpHeaders.createOptimized("ETag");
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("Content-Type");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private Answers() {}

    /** Sends a reply with the status that the document gives to it. */
    static void send(RoutingContext context, Reply reply, int status) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.headers().add(VARY, VARIES);
        if (reply.replayed()) {
            response.putHeader("Idempotent-Replayed", "true");
        }
        if (reply.tagged()) {
            String tag = reply.tag();
            response.putHeader(ETAG, tag).putHeader(CACHE_CONTROL, NO_CACHE);
            if (isSame(context.request().getHeader("If-None-Match"), tag)) {
                response.setStatusCode(304).end().onFailure(Answers::gone);
                return;
            }
        } else {
            response.putHeader(CACHE_CONTROL, NO_STORE);
        }
        response.setStatusCode(status).putHeader(CONTENT_TYPE, JSON);
        end(context.request(), response, envelope(reply));
    }

    /** Ends an answer; one to HEAD says how long the body would be, and leaves it out. */
    public static void end(HttpServerRequest request, HttpServerResponse response, Buffer body) {
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader("Content-Length", Integer.toString(body.length()))
                    .end()
                    .onFailure(Answers::gone);
        } else {
            response.end(body).onFailure(Answers::gone);
        }
    }

    /** Nobody is left to tell. */
    public static void gone(Throwable failure) {
        LOGGER.atDebug().addKeyValue("cause", failure.toString()).log("caller_gone");
    }

    private static Buffer envelope(Reply reply) {
        var text = new StringBuilder(reply.data().length() + 128)
                .append("{\"error\":false,\"data\":")
                .append(reply.data());
        if (reply.pagination() != null) {
            text.append(",\"pagination\":").append(reply.pagination());
        }
        return Buffer.buffer(text.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the caller already has this version; weak comparison, as RFC 9110 has it for If-None-Match. */
    public static boolean isSame(@Nullable String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String each : ifNoneMatch.split(",", -1)) {
            String candidate = each.strip();
            if (candidate.equals("*") || candidate.equals(tag) || candidate.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
