package dev.merit.router.http;

import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.platform.bus.Bus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands audit rows to keys, behind the requests: soon, in batches, and again until keys has them. Each event loop has a
 * trail of its own; together they hold a bounded number of rows. An orderly stop waits until the last row is handed
 * over; a node that is killed loses those of its last second.
 */
public final class AuditTrail {
    private static final Logger LOGGER = LoggerFactory.getLogger(AuditTrail.class);
    private static final long PERIOD_MILLIS = 500;
    private static final int SENT_AT = 500;
    private static final int BATCH_MAX = 2_000;
    private static final long RETRY_MILLIS_MIN = 200;
    private static final long RETRY_MILLIS_MAX = 10_000;
    private static final long CLOSE_SECONDS_MAX = 5;
    private static final long CLOSE_LOOK_MILLIS = 10;

    private final Bus bus;
    private final Room room;
    private final Vertx vertx;
    private final Queue<AuditRow> rows = new ArrayDeque<>();
    private List<AuditRow> sent = List.of();
    private long retryMillis = RETRY_MILLIS_MIN;
    private long retryTimer = -1;
    private long period = -1;
    private int open;
    private boolean sending;
    private @Nullable Promise<Void> closed;

    /** What all trails of a node hold together. */
    public static final class Room {
        static final int ROWS_MAX = 10_000;

        /** Requests that anybody can send without end may fill this much, so that they push nobody else's rows out. */
        static final int CHEAP_ROWS_MAX = ROWS_MAX / 2;

        private final AtomicInteger taken = new AtomicInteger();
        private final Counter dropped;

        public Room(MeterRegistry meters) {
            dropped = Counter.builder("merit.audit.dropped")
                    .description("Audit rows that found no room while keys could not take them.")
                    .register(meters);
            Gauge.builder("merit.audit.waiting", taken, AtomicInteger::get)
                    .description("Audit rows that keys does not have yet.")
                    .register(meters);
        }

        private boolean take(int limit) {
            if (taken.incrementAndGet() <= limit) {
                return true;
            }
            taken.decrementAndGet();
            dropped.increment();
            return false;
        }
    }

    public AuditTrail(Bus bus, Room room, Vertx vertx) {
        this.bus = bus;
        this.room = room;
        this.vertx = vertx;
    }

    /** Begins to hand over. Call it, and everything else here, on the trail's event loop. */
    public void start() {
        period = vertx.setPeriodic(PERIOD_MILLIS, tick -> send());
    }

    /**
     * Takes a row.
     *
     * @param cheap whether its sender could send any number of them
     */
    void add(AuditRow row, boolean cheap) {
        if (!room.take(cheap ? Room.CHEAP_ROWS_MAX : Room.ROWS_MAX)) {
            if (room.dropped.count() % SENT_AT == 1) {
                LOGGER.atError()
                        .addKeyValue("dropped", (long) room.dropped.count())
                        .log("audit_rows_dropped");
            }
            return;
        }
        rows.add(row);
        if (rows.size() >= SENT_AT) {
            send();
        }
    }

    /** A command is under way: its row is still to come, whether or not its sender waits for the answer. */
    void expect() {
        open++;
    }

    /** The row of a command under way has come. */
    void arrived() {
        open--;
    }

    /** Hands over what is there and what is still to come. Fails when that takes too long; what is lost is logged. */
    public Future<Void> close() {
        vertx.cancelTimer(period);
        Promise<Void> promise = Promise.promise();
        closed = promise;
        if (vertx.cancelTimer(retryTimer)) {
            retry();
        }
        finish();
        return promise.future().timeout(CLOSE_SECONDS_MAX, TimeUnit.SECONDS).onFailure(late -> LOGGER.atError()
                .addKeyValue("lost", rows.size() + sent.size())
                .addKeyValue("commands", open)
                .log("audit_rows_lost"));
    }

    private void finish() {
        Promise<Void> promise = closed;
        if (promise == null || promise.future().isComplete()) {
            return;
        }
        send();
        if (open == 0 && !sending && rows.isEmpty()) {
            promise.tryComplete();
        } else {
            vertx.setTimer(CLOSE_LOOK_MILLIS, again -> finish());
        }
    }

    private void send() {
        if (sending || rows.isEmpty()) {
            return;
        }
        sending = true;
        var batch = new ArrayList<AuditRow>(Math.min(rows.size(), BATCH_MAX));
        for (AuditRow row = rows.poll(); row != null; row = batch.size() < BATCH_MAX ? rows.poll() : null) {
            batch.add(row);
        }
        sent = batch;
        retry();
    }

    /** The same rows under the same ids, so that those that did arrive are not written twice. */
    private void retry() {
        retryTimer = -1;
        bus.ask(new AppendAudit(sent))
                .onSuccess(kept -> {
                    room.taken.addAndGet(-sent.size());
                    sent = List.of();
                    sending = false;
                    retryMillis = RETRY_MILLIS_MIN;
                    if (rows.size() >= SENT_AT) {
                        send();
                    }
                })
                .onFailure(failure -> {
                    LOGGER.atWarn()
                            .addKeyValue("rows", sent.size())
                            .addKeyValue("cause", failure.toString())
                            .log("audit_rows_not_taken");
                    retryTimer = vertx.setTimer(closed == null ? retryMillis : RETRY_MILLIS_MIN, again -> retry());
                    retryMillis = Math.min(retryMillis * 2, RETRY_MILLIS_MAX);
                });
    }
}
