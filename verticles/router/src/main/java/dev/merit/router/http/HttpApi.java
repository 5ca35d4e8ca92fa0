package dev.merit.router.http;

import dev.merit.contracts.Problem;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.openapi.PathTable;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.APIKeyHandler;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The steps of every request, in the contract's order. What it counts and remembers is shared by all event loops of a
 * node, so it is made once.
 */
public final class HttpApi {
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private final ApiDocument document;
    private final Settings settings;
    private final AccessLog log;
    private final Callers callers;
    private final InstantSource clock;
    private final SharedCounts counts;
    private final Strangers strangers;
    private final Guesses guesses;
    private final Visitors visitors;
    private final Bodies bodies;
    private final DocsPage page = new DocsPage();
    private final Farewell farewell = new Farewell();

    public HttpApi(ApiDocument document, Settings settings, MeterRegistry meters, Bus bus, Callers callers) {
        this.document = document;
        this.settings = settings;
        this.callers = callers;
        this.clock = InstantSource.system();
        this.bodies = new Bodies(meters, Bodies.PATIENCE);
        this.log = new AccessLog(meters, settings.tracing().isOn());
        this.counts = new SharedCounts(bus, new Windows<>(clock));
        this.strangers = new Strangers(new Windows<>(clock), settings.http().authFailuresPerMinute());
        this.guesses = new Guesses(new Windows<>(clock), settings.http().lookupFailuresPerMinute(), meters);
        this.visitors = new Visitors(new Windows<>(clock), settings.showing().pagesPerMinute());
    }

    /** How connections end, over all event loops. */
    public Farewell farewell() {
        return farewell;
    }

    /** Counts requests of keys, over all event loops and nodes. */
    public SharedCounts counts() {
        return counts;
    }

    /** Counts those who ask for pages, over all event loops. */
    public Visitors visitors() {
        return visitors;
    }

    /**
     * A router for one event loop.
     *
     * @param trail where its audit rows go
     * @param pages what answers outside of the API
     */
    public Router router(
            Vertx vertx, Map<String, Endpoint> endpoints, AuditTrail trail, Handler<RoutingContext> pages) {
        var operations =
                document.operations().stream().filter(each -> !each.open()).toList();
        var paths = new PathTable(operations);
        var audit = new Audit(trail, paths, clock, strangers);
        var api = new Api(operations, paths, endpoints, new Api.Watch(audit, guesses));
        Router router = Router.router(vertx);
        router.route().handler(farewell::greet);
        router.route().handler(log).failureHandler(new Failures(strangers, audit));
        router.route(Paths.DOCS).handler(new Docs(document));
        router.route(Paths.PAGE).handler(page::show);
        router.route(Paths.PAGE + "/:version/:file").handler(page::file);
        if (!settings.http().corsOrigins().isEmpty()) {
            router.route(Paths.MEMBERS + "/*").handler(new Cors(settings.http().corsOrigins()));
        }
        router.route(Paths.BASE + "/*")
                .handler(APIKeyHandler.create(callers).header("X-Agent-Key"))
                .handler(new Gate(settings, counts, clock))
                .handler(api::route)
                .handler(bodies)
                .handler(api::answer);
        router.route().handler(pages);
        router.route().handler(context -> context.fail(Problem.notFound().asException()));
        return router;
    }

    /** Routes a request, unless its path does not decode: the router would throw before any handler saw it. */
    public static void route(Router router, HttpServerRequest request) {
        String path = request.path();
        if (path == null || (path.indexOf('%') >= 0 && BAD_ESCAPE.matcher(path).find())) {
            unreadable(request);
        } else {
            router.handle(request);
        }
    }

    /** What Netty itself could not read: a line too long, a header too large. */
    public static void unreadable(HttpServerRequest request) {
        Failures.unreadable(request);
    }
}
