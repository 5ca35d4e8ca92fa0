package dev.merit.node;

import dev.merit.platform.pg.PgProblems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.VertxTracerFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second port, for those who run the node: {@code /health/live}, {@code /health/ready} and {@code /metrics}. It
 * lives as long as the process and has an event loop of its own, so that it answers also while parts are busy, gone, or
 * being made anew.
 */
final class ManagementServer {
    private static final Logger LOGGER = LoggerFactory.getLogger(ManagementServer.class);

    private static final int IDLE_SECONDS = 30;
    /** While the parts are made anew there is one figure: that they are not there. */
    private static final String NO_PARTS = "merit_health{check=\"verticles\"} 0\n";

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final HttpServer server;
    private volatile Supplier<@Nullable Parts> parts = () -> null;

    /** Listens to nothing yet. */
    ManagementServer() {
        this.vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1))
                // Whoever watches asks all day long, and is no customer.
                .withTracer(VertxTracerFactory.NOOP)
                .build();
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS))
                .requestHandler(this::answer);
    }

    /** Says where the parts are found. There are none before they have begun, and while they are made anew. */
    void watch(Supplier<@Nullable Parts> present) {
        parts = present;
    }

    Future<Void> listen(String host, int port) {
        return server.listen(port, host).mapEmpty();
    }

    int port() {
        return server.actualPort();
    }

    Future<Void> close() {
        return vertx.close();
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/health/live" -> send(request, 200, new JsonObject().put("status", "live"));
            case "/health/ready" -> ready(request);
            case "/metrics" -> metrics(request);
            default -> send(request, 404, new JsonObject().put("status", "unknown path"));
        }
    }

    private void ready(HttpServerRequest request) {
        Parts present = parts.get();
        if (present == null) {
            send(request, 503, new JsonObject().put("status", "not ready"));
            return;
        }
        present.checks()
                .look()
                .onSuccess(looked -> send(
                        request,
                        looked.ready() ? 200 : 503,
                        new JsonObject()
                                .put("status", looked.ready() ? "ready" : "not ready")
                                .put("checks", looked.shown())));
    }

    /** The checks are made for it, also when nobody else asks. Reading all figures takes a while: not on the event loop. */
    private void metrics(HttpServerRequest request) {
        Parts present = parts.get();
        if (present == null) {
            request.response()
                    .putHeader("Content-Type", PROMETHEUS)
                    .end(NO_PARTS)
                    .onFailure(ManagementServer::lost);
            return;
        }
        HttpServerResponse response = request.response();
        present.checks()
                .look()
                .compose(looked -> vertx.executeBlocking(present.telemetry()::scrape))
                .compose(text -> response.putHeader("Content-Type", PROMETHEUS).end(text))
                .onFailure(failure -> LOGGER.atWarn()
                        .addKeyValue("cause", PgProblems.describe(failure))
                        .log("scrape_failed"));
    }

    private static void send(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.encode())
                .onFailure(ManagementServer::lost);
    }

    private static void lost(Throwable failure) {
        LOGGER.atDebug().addKeyValue("cause", PgProblems.describe(failure)).log("management_answer_lost");
    }
}
