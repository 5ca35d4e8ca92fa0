package dev.merit.router.http;

import dev.merit.platform.Uuids;
import dev.merit.platform.telemetry.RequestTrace;
import dev.merit.router.openapi.Operation;
import dev.merit.router.openapi.PathTable;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** What is known of a request so far. Each step adds its part. */
final class Exchange {
    private static final String KEY = "exchange";
    private static final int ID_MAX = 128;

    /** As it is returned. */
    final String requestId;

    /** As it is kept: in the log, the ledger, events and the audit log, none of which forget. */
    final String traceId;

    final long startNanos = System.nanoTime();

    @Nullable
    Caller caller;

    RequestTrace trace = RequestTrace.NONE;

    Windows.@Nullable Count rate;

    @Nullable
    Operation operation;

    PathTable.@Nullable Found found;

    /** Whether it has its audit row. */
    boolean noted;

    private Exchange(String requestId) {
        this.requestId = requestId;
        this.traceId = Masks.text(requestId);
    }

    static Exchange begin(RoutingContext context) {
        var exchange = new Exchange(requestId(context.request().getHeader("X-Request-Id")));
        context.put(KEY, exchange);
        return exchange;
    }

    static Exchange of(RoutingContext context) {
        Exchange exchange = context.get(KEY);
        return exchange == null ? begin(context) : exchange;
    }

    /** The caller's own id when it is short and printable, else a new one. */
    static String requestId(@Nullable String given) {
        if (given != null) {
            String id = given.strip();
            if (!id.isEmpty() && id.length() <= ID_MAX && Headers.isPrintable(id)) {
                return id;
            }
        }
        return Uuids.next().toString();
    }
}
