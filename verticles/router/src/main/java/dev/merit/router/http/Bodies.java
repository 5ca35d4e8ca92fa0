package dev.merit.router.http;

import dev.merit.contracts.Problem;
import dev.merit.router.openapi.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bodies, of {@value #BYTES_MAX} bytes at most. A node has room for so many bytes of large ones at once, over all
 * its event loops: a body takes room for all that it says it will be, or may be, when more of it has been read than is
 * small, and keeps it until its request is answered, or left, and its command decided or given up. What finds no room is
 * SERVICE_UNAVAILABLE, and may be sent again. So many batches that come at one time cost some of them a moment, and not
 * the node its memory. Small bodies take none, and are not counted: a till does not wait because somebody uploads. A
 * large one has to be there in time, or whoever began it could keep the room for ever by sending nothing.
 */
final class Bodies implements Handler<RoutingContext> {
    static final int BYTES_MAX = 1 << 20;
    static final int SMALL_BYTES_MAX = 64 << 10;
    static final long ROOM_BYTES = 16L << 20;

    /** How long a large body may take to arrive, from when it shows to be large. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The length of a body that does not tell its own. */
    private static final long UNKNOWN = -1;

    private static final Buffer EMPTY = Buffer.buffer(0);

    private final Duration patience;
    private final AtomicLong taken = new AtomicLong();
    private final Counter refused;

    Bodies(MeterRegistry meters, Duration patience) {
        this.patience = patience;
        Gauge.builder("merit.http.bodies.taken", taken, AtomicLong::get)
                .description("Bytes of the room for large bodies that are taken.")
                .baseUnit("bytes")
                .register(meters);
        refused = Counter.builder("merit.http.bodies.refused")
                .description("Large bodies that found no room.")
                .register(meters);
    }

    /** Reads what an operation that writes was sent, and goes on. */
    @Override
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.of(context);
        Operation operation = exchange.operation;
        HttpServerRequest request = context.request();
        if (operation == null || operation.reads() || !mayHaveBody(request)) {
            context.next();
            return;
        }
        long length = lengthOf(request);
        String expects = request.getHeader(HttpHeaders.EXPECT);
        boolean awaitsWord = "100-continue".equalsIgnoreCase(expects);
        if (length > BYTES_MAX) {
            context.fail(413);
        } else if (length > SMALL_BYTES_MAX && !mayFit(length)) {
            context.fail(noRoom());
        } else if (expects != null && !awaitsWord) {
            context.fail(417);
        } else if (request.isEnded()) {
            context.fail(400); // Taken back while the key was looked up.
        } else {
            if (awaitsWord && request.version() != HttpVersion.HTTP_1_0) {
                context.response().writeContinue().onFailure(Answers::gone);
            }
            new Reading(context, exchange, length).begin();
        }
    }

    /** By HTTP/1.1, a body is announced; by HTTP/2 it may just come. */
    private static boolean mayHaveBody(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2
                || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static long lengthOf(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? UNKNOWN : Math.max(UNKNOWN, Long.parseLong(length));
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    private boolean mayFit(long bytes) {
        return taken.get() + bytes <= ROOM_BYTES;
    }

    private boolean takeRoom(long bytes) {
        if (taken.addAndGet(bytes) <= ROOM_BYTES) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    private Throwable noRoom() {
        refused.increment();
        return Problem.unavailable().asException();
    }

    /** One body on its way. */
    private final class Reading {
        private final RoutingContext context;
        private final Exchange exchange;
        private final long length;
        /** Let go of as soon as it is refused or handed on: the connection holds this object until all has come. */
        private Buffer body = Buffer.buffer();

        private boolean holdsRoom;
        private boolean over;

        Reading(RoutingContext context, Exchange exchange, long length) {
            this.context = context;
            this.exchange = exchange;
            this.length = length;
        }

        void begin() {
            context.request()
                    .exceptionHandler(this::broken)
                    .handler(this::take)
                    .endHandler(all -> end())
                    .resume();
        }

        private void take(Buffer bytes) {
            if (over) {
                return; // The rest of what was refused.
            }
            int now = body.length() + bytes.length();
            if (now > BYTES_MAX) {
                letGo();
                context.fail(413);
            } else if (now <= SMALL_BYTES_MAX || holdsRoom) {
                body.appendBuffer(bytes);
            } else if (exchange.isAnswered()) {
                letGo();
                context.fail(400); // Its sender has left: room would be taken for nobody.
            } else if (growLarge()) {
                body.appendBuffer(bytes);
            } else {
                letGo();
                context.fail(noRoom());
            }
        }

        private boolean growLarge() {
            int bytes = length == UNKNOWN ? BYTES_MAX : (int) length;
            holdsRoom = takeRoom(bytes);
            if (holdsRoom) {
                exchange.afterwards(() -> taken.addAndGet(-bytes));
                long timer = context.vertx().setTimer(patience.toMillis(), late -> giveUp());
                context.addEndHandler(answered -> context.vertx().cancelTimer(timer));
                // As large as its room: one that grows by itself may become twice as large.
                body = Buffer.buffer(bytes).appendBuffer(body);
            }
            return holdsRoom;
        }

        private void giveUp() {
            if (!over) {
                letGo();
                Failures.leave(context);
                context.fail(Problem.unavailable().asException());
            }
        }

        private void end() {
            if (!over) {
                exchange.body = body;
                letGo();
                context.next();
            }
        }

        private void broken(Throwable failure) {
            if (!over) {
                letGo();
                boolean isUnreadable = failure instanceof DecoderException && failure.getCause() != null;
                context.fail(400, isUnreadable ? failure.getCause() : failure);
            }
        }

        private void letGo() {
            over = true;
            body = EMPTY;
        }
    }
}
