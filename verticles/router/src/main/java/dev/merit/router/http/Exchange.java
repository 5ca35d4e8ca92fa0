package dev.merit.router.http;

import dev.merit.platform.Uuids;
import dev.merit.platform.telemetry.RequestTrace;
import dev.merit.router.openapi.Operation;
import dev.merit.router.openapi.PathTable;
import io.vertx.core.buffer.Buffer;
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

    /** What was sent, until it is checked; null where nothing was, or nothing is expected. */
    @Nullable
    Buffer body;

    /** Whether it has its audit row. */
    boolean noted;

    private boolean answered;
    private boolean deciding;
    private @Nullable Runnable afterwards;

    private Exchange(String requestId) {
        this.requestId = requestId;
        this.traceId = Masks.text(requestId);
    }

    /** Whether there is nobody left to answer: it was done, or the caller has left. */
    boolean isAnswered() {
        return answered;
    }

    /**
     * What is done once, and as the last: when the request is answered, or left by its caller, and is decided, or given
     * up. One step may ask for it, and only while the request is not answered.
     */
    void afterwards(Runnable last) {
        if (afterwards != null || answered) {
            throw new IllegalStateException("too late, or not the first");
        }
        afterwards = last;
    }

    /** What was asked for sets out. It goes on when its caller leaves. */
    void decide() {
        deciding = true;
    }

    /** What set out is back, or was waited for in vain. */
    void decided() {
        deciding = false;
        end();
    }

    /** The answer was sent, or nobody waits for it any more. */
    void answered() {
        answered = true;
        end();
    }

    private void end() {
        Runnable last = afterwards;
        if (answered && !deciding && last != null) {
            afterwards = null;
            last.run();
        }
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
