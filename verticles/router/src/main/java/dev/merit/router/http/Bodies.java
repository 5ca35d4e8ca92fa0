package dev.merit.router.http;

import dev.merit.contracts.Problem;
import dev.merit.router.openapi.Operation;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bodies, of {@value #BODY_MAX} bytes at most. A node has room for so many bytes of large ones at once, over all
 * its event loops, from their arrival to their answer; what finds no room is SERVICE_UNAVAILABLE, and may be sent again.
 * So many batches that come at one time cost some of them a moment, and not the node its memory. Small bodies always
 * find room: a till does not wait because somebody uploads.
 */
final class Bodies implements Handler<RoutingContext> {
    static final int BODY_MAX = 1 << 20;
    static final int SMALL_MAX = 64 << 10;
    static final long ROOM = 16L << 20;

    private final BodyHandler reader = BodyHandler.create(false).setBodyLimit(BODY_MAX);
    private final AtomicLong taken = new AtomicLong();

    /** Reads what an operation that writes was sent, and goes on. */
    @Override
    public void handle(RoutingContext context) {
        Operation operation = Exchange.of(context).operation;
        if (operation == null || operation.reads()) {
            context.next();
        } else if (isAdmitted(context)) {
            reader.handle(context);
        } else {
            context.fail(Problem.unavailable().asException());
        }
    }

    private boolean isAdmitted(RoutingContext context) {
        long bytes = bytesOf(context.request());
        if (bytes <= SMALL_MAX) {
            return true;
        }
        if (taken.addAndGet(bytes) > ROOM) {
            taken.addAndGet(-bytes);
            return false;
        }
        context.addEndHandler(answered -> taken.addAndGet(-bytes));
        return true;
    }

    /** As many as may come. One that is longer than it may be is refused for that, as soon as this shows. */
    private static long bytesOf(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            boolean mayCome = request.version() == HttpVersion.HTTP_2
                    || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
            return mayCome ? BODY_MAX : 0;
        }
        try {
            return Math.clamp(Long.parseLong(length), 0, BODY_MAX);
        } catch (NumberFormatException e) {
            return BODY_MAX;
        }
    }
}
