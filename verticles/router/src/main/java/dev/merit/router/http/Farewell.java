package dev.merit.router.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.ShutdownEvent;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How connections end when a node is stopped in order. The server closes what is idle as soon as it takes no new connection;
 * but a request may be on its way on just that connection, or on one that was opened a moment ago, and its client could not
 * know whether it was heard. So a connection learns of the end only after {@link #PATIENCE}, and each answer until then asks
 * its client to open a new connection for the next request, elsewhere. Whoever uses a connection now and then has used it by
 * then, and closed it.
 */
public final class Farewell {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private volatile boolean begun;

    /** Answers end their connections from now on. */
    public void begin() {
        begun = true;
    }

    /** A connection was opened. Vert.x has no way to be patient with one, but Netty, below it, has. */
    public void met(HttpConnection connection) {
        if (connection instanceof HttpServerConnection open) {
            open.channelHandlerContext().pipeline().addFirst(new Patience());
        }
    }

    /** The first step of each request. */
    void greet(RoutingContext context) {
        // In HTTP/2 the header is an error, and the connection itself says that it ends.
        if (begun && context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader("Connection", "close");
        }
        context.next();
    }

    /** Holds the word back that ends a connection. */
    private static final class Patience extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext channel, Object event) {
            if (event instanceof ShutdownEvent) {
                var unused = channel.executor()
                        .schedule(
                                () -> channel.fireUserEventTriggered(event),
                                PATIENCE.toMillis(),
                                TimeUnit.MILLISECONDS);
            } else {
                channel.fireUserEventTriggered(event);
            }
        }
    }
}
