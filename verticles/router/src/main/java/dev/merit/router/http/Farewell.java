package dev.merit.router.http;

import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How connections end when a node is stopped in order, so that no client is left with a request of which it cannot know
 * whether it was heard. A server that is shut down drops what it accepts meanwhile, and closes what is idle, though a
 * request may be on its way on just that connection. So first the door is closed: who comes now is refused, and goes
 * elsewhere. Then the connections that are open are served for a while as before, but each answer asks its client to
 * open a new one for the next request. Whoever uses a connection now and then has used it by the end of that while, and
 * closed it; the rest is closed by the server. What is left are two moments: a connection that the system has made and
 * nobody has accepted when the door closes is reset, and so is one that is used for the first time just when the while
 * is over.
 */
public final class Farewell {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** An answer that sends its client away while the door still closes would send it to that door. */
    private static final Duration CLOSING = Duration.ofMillis(50);

    private final AtomicReference<@Nullable Channel> door = new AtomicReference<>();
    private volatile boolean begun;

    /** A connection was opened. Vert.x shows the socket that listens to nobody, but Netty, below it, does. */
    public void met(HttpConnection connection) {
        if (connection instanceof HttpServerConnection open) {
            door.compareAndSet(null, open.channelHandlerContext().channel().parent());
        }
    }

    /**
     * Refuses new connections, and asks those that are open to end. May be said once by each of several servers that
     * share a port.
     *
     * @param most how long the whole stop may take; no more than half of it goes by here
     * @return done on the caller's context when the servers may be shut down
     */
    public Future<Void> begin(Vertx vertx, Duration most) {
        Duration half = most.dividedBy(2);
        return closeDoor(vertx)
                .compose(closed -> after(vertx, least(half, CLOSING)))
                .compose(closed -> {
                    begun = true;
                    return after(vertx, least(half, PATIENCE));
                });
    }

    private Future<Void> closeDoor(Vertx vertx) {
        Channel listening = door.get();
        if (listening == null) {
            return Future.succeededFuture();
        }
        // Netty tells it on the thread that accepts, where nothing else of ours may run.
        Context here = vertx.getOrCreateContext();
        Promise<Void> closed = Promise.promise();
        listening.close().addListener(ended -> here.runOnContext(turn -> closed.complete()));
        return closed.future();
    }

    /** The first step of each request. */
    void greet(RoutingContext context) {
        if (begun && context.request().version() == HttpVersion.HTTP_2) {
            // Where each answer has no word about its connection: what is on its way is heard still, and nothing is
            // lost.
            context.request().connection().goAway(0, Integer.MAX_VALUE);
        } else if (begun) {
            context.response().putHeader("Connection", "close");
        }
        context.next();
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Future<Void> after(Vertx vertx, Duration pause) {
        return pause.isPositive() ? vertx.timer(pause.toMillis()).mapEmpty() : Future.succeededFuture();
    }
}
