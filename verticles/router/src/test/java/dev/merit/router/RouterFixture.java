package dev.merit.router;

import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.testing.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A router on a free port, with a real bus behind it and a real HTTP client before it. */
final class RouterFixture implements AutoCloseable {
    static final String BASE = "/api/agent/v1";

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.patient(vertx, 5);
    final FakeDomains domains = new FakeDomains(bus);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final RouterVerticle router;
    private final Context loop = vertx.getOrCreateContext();
    final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(50));

    RouterFixture(Map<String, String> settings) {
        var environment = new HashMap<String, String>(Map.of("MERIT_HTTP_PORT", "0", "MERIT_DRAIN_SECONDS", "0"));
        environment.putAll(settings);
        router = new RouterVerticle(bus, Settings.read(environment), meters, Outline.read());
        var unused = Eventually.get(vertx.deployVerticle(router));
    }

    RouterFixture() {
        this(Map.of());
    }

    /** Starts a request; paths that do not begin with /api, in any case, lie below the base path. */
    Sending send(String method, String path) {
        return new Sending(method, path.regionMatches(true, 0, "/api", 0, 4) ? path : BASE + path);
    }

    /** Starts a request for a public page. */
    Sending page(String path) {
        return page("GET", path);
    }

    Sending page(String method, String path) {
        return new Sending(method, path);
    }

    Sending get(TestKey key, String path) {
        return send("GET", path).key(key.text);
    }

    Sending post(TestKey key, String path, String json) {
        return send("POST", path).key(key.text).json(json);
    }

    /** Makes a key known to the keys domain. */
    void add(TestKey key) {
        domains.add(key);
    }

    TestKey known(TestKey key) {
        domains.add(key);
        return key;
    }

    /** Sends bytes as they are on a connection of their own, and gives all that came back until it was closed. */
    Future<String> raw(String bytes) {
        Promise<String> promise = Promise.promise();
        Buffer received = Buffer.buffer();
        loop.runOnContext(turn -> vertx.createNetClient()
                .connect(router.port(), "127.0.0.1")
                .onFailure(promise::tryFail)
                .onSuccess(socket -> {
                    socket.handler(received::appendBuffer);
                    socket.exceptionHandler(failure -> promise.tryComplete(received.toString()));
                    socket.closeHandler(closed -> promise.tryComplete(received.toString()));
                    socket.write(bytes).onFailure(failure -> promise.tryComplete(received.toString()));
                }));
        return promise.future();
    }

    /** Sends bytes as they are on a connection of their own, and leaves it open. */
    NetSocket open(String bytes) {
        Promise<NetSocket> promise = Promise.promise();
        loop.runOnContext(turn -> vertx.createNetClient()
                .connect(router.port(), "127.0.0.1")
                .compose(socket -> socket.write(bytes).map(socket))
                .onComplete(promise));
        return Eventually.get(promise.future());
    }

    @Override
    public void close() {
        Eventually.get(client.close());
        Eventually.get(vertx.close());
    }

    /** A request that is being put together. */
    final class Sending {
        private final RequestOptions options;
        private @Nullable Buffer body;

        private Sending(String method, String path) {
            options = new RequestOptions()
                    .setHost("127.0.0.1")
                    .setPort(router.port())
                    .setMethod(HttpMethod.valueOf(method))
                    .setURI(path);
        }

        Sending key(String key) {
            return header("X-Agent-Key", key);
        }

        Sending header(String name, String value) {
            options.putHeader(name, value);
            return this;
        }

        Sending json(String json) {
            return header("Content-Type", "application/json").body(Buffer.buffer(json));
        }

        Sending body(Buffer bytes) {
            body = bytes;
            return this;
        }

        Answered answer() {
            return Eventually.get(later());
        }

        /** On an event loop: from the test's thread the body could arrive before anybody asks for it. */
        Future<Answered> later() {
            Promise<Answered> promise = Promise.promise();
            loop.runOnContext(turn -> client.request(options)
                    .compose(request -> body == null ? request.send() : request.send(body))
                    .compose(response -> response.body()
                            .map(bytes -> new Answered(response.statusCode(), response.headers(), bytes)))
                    .onComplete(promise));
            return promise.future();
        }
    }
}
