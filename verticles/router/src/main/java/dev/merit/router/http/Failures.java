package dev.merit.router.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.platform.Json;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every failure into the contract's error body, or into RFC 9457 for those who ask for it. */
final class Failures implements Handler<RoutingContext> {
    private static final Logger LOGGER = LoggerFactory.getLogger(Failures.class);
    private static final String PROBLEM_JSON = "application/problem+json";

    private static final long LEAVE_MILLIS = 1_000;

    private final Strangers strangers;
    private final Audit audit;

    /** The error envelope. */
    private record ErrorBody(
            boolean error,
            String code,
            String message,
            Retry retryStrategy,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> details) {}

    /** RFC 9457 with the envelope's fields as extra members. */
    private record ProblemBody(
            String type,
            String title,
            int status,
            String detail,
            String code,
            Retry retryStrategy,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> details) {}

    Failures(Strangers strangers, Audit audit) {
        this.strangers = strangers;
        this.audit = audit;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        Problem problem = problemOf(context);
        if (problem.code() == Problem.Code.AUTH_INVALID_KEY) {
            problem = strangers.count(problem, context.request(), response);
        }
        audit.refused(context, problem);
        if (!response.ended() && !response.closed() && !response.headWritten()) {
            if (problem.code() == Problem.Code.PAYLOAD_TOO_LARGE) {
                leave(context);
            }
            send(context.request(), problem, Exchange.of(context).requestId);
        }
    }

    /** The rest of the body is not worth reading; its sender gets a moment to read the answer. */
    static void leave(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("Connection", "close");
            context.vertx().setTimer(LEAVE_MILLIS, passed -> close(request));
        }
    }

    private static void close(HttpServerRequest request) {
        request.connection().close().onFailure(Answers::gone);
    }

    /** Sends a problem. */
    static void send(HttpServerRequest request, Problem problem, String requestId) {
        HttpServerResponse response = request.response();
        Problems.Form form = Problems.of(problem.code());
        Map<String, Object> details = problem.details();
        if (form.status() >= 500) {
            details = new HashMap<>(details);
            details.put("request_id", requestId);
        }
        if (form.status() == 503 && !response.headers().contains("Retry-After")) {
            response.putHeader("Retry-After", "1");
        }
        boolean standard = wantsProblem(request.getHeader("Accept"));
        Object body = standard
                ? standard(problem, form, details)
                : new ErrorBody(true, problem.code().name(), problem.message(), form.retry(), details);
        response.headers().add("Vary", "Accept, Accept-Encoding");
        response.setStatusCode(form.status())
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Type", standard ? PROBLEM_JSON : "application/json");
        Answers.end(request, response, Buffer.buffer(Json.write(body)));
    }

    private static ProblemBody standard(Problem problem, Problems.Form form, Map<String, Object> details) {
        String words = problem.code().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new ProblemBody(
                "urn:merit:problem:" + words,
                words.replace('-', ' '),
                form.status(),
                problem.message(),
                problem.code().name(),
                form.retry(),
                details);
    }

    private static boolean wantsProblem(@Nullable String accept) {
        return accept != null && accept.toLowerCase(Locale.ROOT).contains(PROBLEM_JSON);
    }

    private static Problem problemOf(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof HttpException http && http.getCause() != null) {
            failure = http.getCause();
        }
        if (failure instanceof ProblemException refusal) {
            return refusal.problem();
        }
        return switch (context.statusCode()) {
            case 400 -> malformed();
            case 401 -> Callers.missing();
            case 404 -> Problem.notFound();
            case 413 ->
                Problem.of(Problem.Code.PAYLOAD_TOO_LARGE, "The body is larger than " + Bodies.BYTES_MAX + " bytes.");
            case 417 -> malformed();
            default -> fault(context, failure);
        };
    }

    /** Answers what cannot be routed, such as a line too long or a path that does not decode, and hangs up. */
    static void unreadable(HttpServerRequest request) {
        String requestId = Exchange.requestId(request.getHeader("X-Request-Id"));
        request.response()
                .putHeader("Connection", "close")
                .putHeader("X-Request-Id", requestId)
                .endHandler(ended -> close(request));
        send(request, malformed(), requestId);
    }

    private static Problem malformed() {
        return Problem.of(Problem.Code.MALFORMED_REQUEST, "This is not a well-formed HTTP request.");
    }

    private static Problem fault(RoutingContext context, @Nullable Throwable failure) {
        if (!context.response().closed()) {
            LOGGER.atError()
                    .addKeyValue("request_id", Exchange.of(context).traceId)
                    .addKeyValue("status", context.statusCode())
                    .setCause(failure)
                    .log("request_failed");
        }
        return Problem.of(Problem.Code.SERVER_ERROR, "Something went wrong on our side.");
    }
}
