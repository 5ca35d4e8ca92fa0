package dev.merit.node;

import dev.merit.node.Check.Finding;
import dev.merit.platform.pg.PgProblems;
import dev.merit.platform.telemetry.Telemetry;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The second port, for those who run the node: {@code /health/live}, {@code /health/ready} and {@code /metrics}. */
final class ManagementServer {
    private static final Logger LOGGER = LoggerFactory.getLogger(ManagementServer.class);

    private static final int CHECK_MILLISECONDS = 1_000;
    private static final int IDLE_SECONDS = 30;
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final Telemetry telemetry;
    private final List<Check> checks;
    private final HttpServer server;
    private final List<AtomicInteger> states;

    ManagementServer(Vertx vertx, Telemetry telemetry, List<Check> checks) {
        this.vertx = vertx;
        this.telemetry = telemetry;
        this.checks = List.copyOf(checks);
        this.states = checks.stream().map(check -> gauge(telemetry, check)).toList();
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        // Whoever watches asks all day long, and is no customer.
                        .setTracingPolicy(TracingPolicy.IGNORE))
                .requestHandler(this::answer);
    }

    private static AtomicInteger gauge(Telemetry telemetry, Check check) {
        AtomicInteger state = new AtomicInteger(1);
        Gauge.builder("merit.health", state, AtomicInteger::get)
                .description("1 when the check finds nothing wrong, else 0.")
                .tag("check", check.name())
                .register(telemetry.meters());
        return state;
    }

    Future<Void> listen(String host, int port) {
        return server.listen(port, host).mapEmpty();
    }

    int port() {
        return server.actualPort();
    }

    Future<Void> close() {
        return server.close();
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
        look().onComplete(
                        findings -> answer(request, findings),
                        failure -> send(request, 503, new JsonObject().put("status", "not ready")));
    }

    private Future<List<Finding>> look() {
        return Future.all(checks.stream().map(ManagementServer::run).toList())
                .map(all -> all.<Finding>list())
                .onSuccess(this::keep);
    }

    private void keep(List<Finding> findings) {
        for (int i = 0; i < findings.size(); i++) {
            states.get(i).set(findings.get(i).ok() ? 1 : 0);
        }
    }

    private void answer(HttpServerRequest request, List<Finding> findings) {
        boolean ready = true;
        JsonArray list = new JsonArray();
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            Finding finding = findings.get(i);
            JsonObject each = new JsonObject().put("name", check.name()).put("ok", finding.ok());
            if (!check.required()) {
                each.put("required", false);
            }
            finding.details().forEach(each::put);
            list.add(each);
            ready &= finding.ok() || !check.required();
        }
        send(
                request,
                ready ? 200 : 503,
                new JsonObject().put("status", ready ? "ready" : "not ready").put("checks", list));
    }

    private static Future<Finding> run(Check check) {
        Future<Finding> looked;
        try {
            looked = check.look().get();
        } catch (RuntimeException e) {
            looked = Future.failedFuture(e);
        }
        return looked.timeout(CHECK_MILLISECONDS, TimeUnit.MILLISECONDS).recover(failure -> {
            LOGGER.atWarn()
                    .addKeyValue("check", check.name())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("check_failed");
            return Future.succeededFuture(Finding.BAD);
        });
    }

    /** The checks are made for it, also when nobody else asks. Reading all figures takes a while: not on the event loop. */
    private void metrics(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        look().compose(looked -> vertx.executeBlocking(telemetry::scrape))
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
                .onFailure(failure -> LOGGER.atDebug()
                        .addKeyValue("cause", PgProblems.describe(failure))
                        .log("management_answer_lost"));
    }
}
