package dev.merit.router.http;

import dev.merit.platform.telemetry.RequestTrace;
import dev.merit.router.openapi.Operation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Gives every request its id; when it is answered, writes one line and counts it. Of a key only the prefix is named.
 */
final class AccessLog implements Handler<RoutingContext> {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessLog.class);

    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
    private static final CharSequence TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");

    private final MeterRegistry meters;
    private final boolean tracing;

    /** Bounds of the buckets from which an operator's percentiles are made. */
    private static final Duration[] BOUNDS = Stream.of(2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Bounded: operations of the document × classes of status. */
    private final Map<Name, Timer> timers = new ConcurrentHashMap<>();

    /** Bounded: the statuses that the API answers. */
    private final Map<Integer, Timer> latencies = new ConcurrentHashMap<>();

    private record Name(String operation, int statusClass) {}

    AccessLog(MeterRegistry meters, boolean tracing) {
        this.meters = meters;
        this.tracing = tracing;
    }

    @Override
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.begin(context);
        if (tracing) {
            exchange.trace = RequestTrace.current();
        }
        context.response().putHeader(REQUEST_ID, exchange.requestId).putHeader(TYPE_OPTIONS, NO_SNIFF);
        context.addEndHandler(ended -> {
            exchange.answered();
            finished(context, exchange);
        });
        context.next();
    }

    private void finished(RoutingContext context, Exchange exchange) {
        long nanos = System.nanoTime() - exchange.startNanos;
        Operation operation = exchange.operation;
        String name = operation == null ? "none" : operation.id();
        int status = context.response().getStatusCode();
        timers.computeIfAbsent(new Name(name, status / 100), this::timer).record(nanos, TimeUnit.NANOSECONDS);
        latencies.computeIfAbsent(status, this::latency).record(nanos, TimeUnit.NANOSECONDS);
        // What went well is told by the metrics and, when wanted, at debug; what did not is always told.
        Level level = status >= 400 ? Level.INFO : Level.DEBUG;
        if (LOGGER.isEnabledForLevel(level)) {
            Caller caller = exchange.caller;
            var line = LOGGER.atLevel(level).addKeyValue("request_id", exchange.traceId);
            String trace = exchange.trace.id();
            (trace == null ? line : line.addKeyValue("trace", trace))
                    .addKeyValue("operation", name)
                    .addKeyValue("status", status)
                    .addKeyValue("micros", nanos / 1000)
                    .addKeyValue(
                            "key", caller == null ? "none" : caller.identity().keyPrefix())
                    .log("request_answered");
        }
    }

    private Timer timer(Name name) {
        return Timer.builder("merit.http.requests")
                .description("Requests answered, by operation and class of status.")
                .tag("operation", name.operation())
                .tag("status", name.statusClass() + "xx")
                .register(meters);
    }

    /** Buckets for every operation would be thousands of series a node. */
    private Timer latency(int status) {
        return Timer.builder("merit.http.latency")
                .description("Requests answered, by status, in buckets.")
                .tag("status", Integer.toString(status))
                .serviceLevelObjectives(BOUNDS)
                .register(meters);
    }
}
