package dev.merit.router.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How connections end when a node is stopped in order. A connection that is closed while idle loses the request that is
 * just on its way, and its client cannot know whether it was heard. So each answer asks its client to open a new connection
 * for the next request, elsewhere; and only those are closed from here that nobody seems to use.
 */
public final class Farewell {
    /** Whoever uses a connection now and then has used it in this time. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final Duration MIN = Duration.ofMillis(500);
    /** Clients that know no other node go on opening connections here. */
    private static final Duration MAX = Duration.ofSeconds(3);

    private static final long LOOK_MILLIS = 25;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Promise<Void> said = Promise.promise();
    private volatile long lastRequest = System.nanoTime();

    /** A connection was opened. */
    public void met(HttpConnection connection) {
        open.incrementAndGet();
        connection.closeHandler(closed -> open.decrementAndGet());
    }

    /** The first step of each request. */
    void greet(RoutingContext context) {
        lastRequest = System.nanoTime();
        if (begun.get()) {
            context.response().putHeader("Connection", "close");
        }
        context.next();
    }

    /** Completes when connections may be closed: at once when there is none, within {@link #MAX} in any case. */
    public Future<Void> say(Vertx vertx) {
        if (begun.compareAndSet(false, true)) {
            look(vertx, System.nanoTime());
        }
        return said.future();
    }

    private void look(Vertx vertx, long since) {
        long now = System.nanoTime();
        Duration passed = Duration.ofNanos(now - since);
        boolean isQuiet = now - lastRequest > QUIET.toNanos() && passed.compareTo(MIN) > 0;
        if (open.get() == 0 || isQuiet || passed.compareTo(MAX) > 0) {
            said.complete();
        } else {
            vertx.setTimer(LOOK_MILLIS, timer -> look(vertx, since));
        }
    }
}
