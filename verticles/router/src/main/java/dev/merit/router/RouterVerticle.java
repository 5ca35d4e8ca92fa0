package dev.merit.router;

import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.router.http.AuditTrail;
import dev.merit.router.http.Callers;
import dev.merit.router.http.HttpApi;
import dev.merit.router.pages.PublicPages;
import dev.merit.router.routes.AllRoutes;
import dev.merit.router.tools.Toolbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for HTTP. It only wires: the steps of a request are in {@link HttpApi}, the endpoints in the routes. */
public final class RouterVerticle extends VerticleBase {
    private static final Logger LOGGER = LoggerFactory.getLogger(RouterVerticle.class);
    private static final int HEADERS_MAX = 16 * 1024;
    private static final int LINE_MAX = 8 * 1024;
    private static final int CHUNK_MAX = 16 * 1024;
    private static final int IDLE_SECONDS = 75;
    private static final int COMPRESSED_FROM = 1024;

    private final Bus bus;
    private final Settings settings;
    private final Callers callers;
    private final Toolbox toolbox;
    private final HttpApi api;
    private final AtomicInteger port;
    private final AuditTrail.Room room;
    private final boolean isFirst;
    private @Nullable AuditTrail trail;
    private @Nullable HttpServer server;

    public RouterVerticle(Bus bus, Settings settings, MeterRegistry meters, Outline outline) {
        this.bus = bus;
        this.settings = settings;
        this.callers = new Callers(bus);
        this.toolbox = outline.toolbox();
        this.api = new HttpApi(outline.document(), settings, meters, bus, callers);
        this.port = new AtomicInteger(settings.http().port());
        this.room = new AuditTrail.Room(meters);
        this.isFirst = true;
    }

    private RouterVerticle(RouterVerticle first) {
        this.bus = first.bus;
        this.settings = first.settings;
        this.callers = first.callers;
        this.toolbox = first.toolbox;
        this.api = first.api;
        this.port = first.port;
        this.room = first.room;
        this.isFirst = false;
    }

    /**
     * One more instance, for another event loop. It shares the port and all that is counted and remembered with this
     * one; with port 0 deploy it after this one has started.
     */
    public RouterVerticle another() {
        return new RouterVerticle(this);
    }

    /** Where it listens, once it has started. */
    public int port() {
        return port.get();
    }

    @Override
    public Future<?> start() {
        AuditTrail following = new AuditTrail(bus, room, vertx);
        trail = following;
        following.start();
        var pages = new PublicPages(bus, api.visitors(), this::origin);
        var endpoints = AllRoutes.endpoints(bus, InstantSource.system(), toolbox);
        var router = api.router(vertx, endpoints, following, pages);
        HttpServer listening = vertx.createHttpServer(options())
                .requestHandler(request -> HttpApi.route(router, request))
                .connectionHandler(api.farewell()::met)
                .invalidRequestHandler(HttpApi::unreadable);
        server = listening;
        return callers.listen()
                .compose(heard -> isFirst ? api.counts().start(vertx) : Future.succeededFuture())
                .compose(heard -> listening.listen(port.get(), settings.http().host()))
                .onSuccess(bound -> {
                    port.set(bound.actualPort());
                    LOGGER.atInfo()
                            .addKeyValue("host", settings.http().host())
                            .addKeyValue("port", bound.actualPort())
                            .log("router_listening");
                });
    }

    /**
     * Takes no new connection, asks clients to go elsewhere with their next request, waits for the requests in flight,
     * and hands over what there is to say about them.
     */
    @Override
    public Future<?> stop() {
        HttpServer stopping = server;
        AuditTrail ending = trail;
        if (stopping == null || ending == null) {
            return Future.succeededFuture();
        }
        long endsBy = System.nanoTime() + settings.drain().toNanos();
        return api.farewell()
                .begin(vertx, settings.drain())
                .eventually(() -> stopping.shutdown(millisUntil(endsBy), TimeUnit.MILLISECONDS))
                .eventually(() -> ending.close());
    }

    /**
     * Where the world finds this node: what the operator says, or else where it listens. A request's Host is not asked.
     */
    private String origin() {
        return settings.showing().publicUrl().orElseGet(() -> {
            String host = settings.http().host();
            boolean isAny = host.equals("0.0.0.0") || host.equals("::");
            String name = isAny ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
            return "http://" + name + ":" + port.get();
        });
    }

    private static long millisUntil(long moment) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(moment - System.nanoTime()));
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                // There are no web sockets: each answer would pass their handlers all the same.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setCompressionSupported(true)
                .setCompressionContentSizeThreshold(COMPRESSED_FROM)
                .setMaxHeaderSize(HEADERS_MAX)
                .setMaxInitialLineLength(LINE_MAX)
                .setMaxChunkSize(CHUNK_MAX)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
    }
}
