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

    /** What was sent; empty where nothing was, or nothing is expected. */
    Buffer body = Buffer.buffer();

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

    /** What is done once when the request is both answered, or left by its caller, and decided. Only for one that is not. */
    void afterwards(Runnable last) {
        afterwards = last;
    }

    /** A command sets out. It goes on when its caller leaves. */
    void decide() {
        deciding = true;
    }

    /** The command that set out is back. */
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
