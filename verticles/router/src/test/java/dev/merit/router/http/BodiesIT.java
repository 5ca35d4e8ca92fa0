package dev.merit.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ProblemException;
import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.openapi.Operation;
import dev.merit.testing.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that come slowly. */
final class BodiesIT {
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        Eventually.get(vertx.close());
    }

    // Breaks when the room of all can be kept by sending a part of something large, and then nothing.
    @Test
    void waitsForALargeBodyOnlySoLong() {
        Operation purchase = ApiDocument.load().operations().stream()
                .filter(each -> each.id().equals("points.purchase"))
                .findAny()
                .orElseThrow();
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            Exchange exchange = Exchange.begin(context);
            exchange.operation = purchase;
            context.addEndHandler(ended -> exchange.answered());
            context.next();
        });
        router.route().handler(new Bodies(meters, Duration.ofMillis(300)));
        router.route()
                .failureHandler(context ->
                        Failures.send(context.request(), ((ProblemException) context.failure()).problem(), "slow"));
        int port = Eventually.get(
                        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();

        var received = new AtomicReference<>("");
        var unused = Eventually.get(
                vertx.createNetClient().connect(port, "127.0.0.1").compose(socket -> {
                    socket.handler(more -> received.set(received.get() + more));
                    return socket.write(
                            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(100_000));
                }));

        Awaitility.await().untilAsserted(() -> assertThat(received.get()).contains("HTTP/1.1 503 "));
        Awaitility.await().untilAsserted(() -> assertThat(
                        meters.get("merit.http.bodies.taken").gauge().value())
                .isZero());
    }
}
