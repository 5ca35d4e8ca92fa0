package dev.merit.events;

import dev.merit.events.store.OutboxEvent;
import dev.merit.events.store.OutboxRow;
import dev.merit.events.store.OutboxStore;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one slice's events in order while the slice is ours: read a window, send it, wait for all, mark it. At most
 * one window is in memory, and nothing behind an event that did not arrive is marked. It lives on one event loop.
 */
final class SliceRelay {
    private static final Logger LOGGER = LoggerFactory.getLogger(SliceRelay.class);

    /** A smaller window is followed by a pause, so that a steady trickle is sent in batches. */
    private static final int LARGE_WINDOW = 1_000;

    private static final long PAUSE_MILLIS = 50;

    /** What all slices of a node share. */
    record Shared(
            Vertx vertx,
            RelayConnection connection,
            OutboxStore store,
            Broker broker,
            Outage kafkaOutage,
            Outage databaseOutage,
            Counter published,
            Counter refused) {}

    private enum Step {
        /** There may be more: go on at once. */
        GO_ON,
        /** There may be more, not much. */
        PAUSE,
        /** Nothing waits. */
        REST,
        /** Kafka did not take everything. */
        BACK_OFF,
        /** The slice has another owner. */
        LOST
    }

    private final Shared shared;
    private final int slice;
    private final KafkaSink sink;
    private final Progress progress = new Progress();
    /** In Kafka, and not marked yet because the database did not answer. */
    private final List<Long> acknowledged = new ArrayList<>();

    /** Read by the thread that sends. */
    private volatile @Nullable Lease lease;

    private Future<?> current = Future.succeededFuture();
    private boolean busy;
    private boolean again;
    private boolean stopped;
    private int failures;
    /** Some event was refused for good: one is sent at a time until it is found. */
    private boolean searching;

    private @Nullable UUID reported;

    SliceRelay(Shared shared, int slice) {
        this.shared = shared;
        this.slice = slice;
        this.sink = shared.broker().sink(slice);
    }

    int slice() {
        return slice;
    }

    boolean isOurs() {
        Lease held = lease;
        return held != null && held.isCurrent();
    }

    /** The slice is ours, or still is. */
    void own(Lease renewed) {
        Lease held = lease;
        if (held != null && !held.isSameOwnership(renewed)) {
            forget();
        }
        lease = renewed;
        if (held == null) {
            wake();
        }
    }

    /** The slice is somebody else's. */
    void lose() {
        if (lease == null) {
            return;
        }
        LOGGER.atInfo().addKeyValue("slice", slice).log("outbox_slice_lost");
        lease = null;
        forget();
        shared.kafkaOutage().passed(slice);
        shared.broker()
                .close(sink)
                .onFailure(failure -> LOGGER.atDebug().setCause(failure).log("outbox_close_failed"));
    }

    /** Something may wait. */
    void wake() {
        again = true;
        if (!busy) {
            busy = true;
            run();
        }
    }

    /** Finishes the window under way; completes when nothing more is sent. */
    Future<?> stop() {
        stopped = true;
        return current;
    }

    Future<?> close() {
        lease = null;
        return shared.broker().close(sink);
    }

    private void run() {
        Lease held = lease;
        if (stopped || held == null || !held.isCurrent()) {
            busy = false;
            return;
        }
        again = false;
        Future<Step> window = window(held);
        current = window.otherwiseEmpty();
        window.onComplete(step -> next(held, step));
    }

    private void next(Lease held, AsyncResult<Step> step) {
        if (stopped) {
            busy = false;
            return;
        }
        if (step.failed()) {
            failed(step.cause());
            later(Backoff.millis(++failures));
            return;
        }
        shared.databaseOutage().passed(slice);
        switch (step.result()) {
            case GO_ON -> run();
            case PAUSE -> later(PAUSE_MILLIS);
            case BACK_OFF -> later(Backoff.millis(++failures));
            case REST -> {
                busy = again;
                if (again) {
                    run();
                }
            }
            case LOST -> {
                Lease now = lease;
                if (now != null && now.isSameOwnership(held)) {
                    lose();
                }
                run();
            }
        }
    }

    private void failed(Throwable cause) {
        shared.databaseOutage().failed(slice, cause);
    }

    private void later(long millis) {
        shared.vertx().setTimer(millis, timer -> run());
    }

    private Future<Step> window(Lease held) {
        return mark(held).compose(ours -> ours ? readAndSend(held) : Future.succeededFuture(Step.LOST));
    }

    private Future<Step> readAndSend(Lease held) {
        return shared.connection()
                .run(client -> shared.store().listWindow(client, slice))
                .compose(rows -> rows.isEmpty() ? Future.succeededFuture(Step.REST) : send(held, rows));
    }

    private Future<Step> send(Lease held, List<OutboxRow> rows) {
        List<OutboxEvent> remaining = progress.remaining(rows);
        List<OutboxEvent> events = searching && !remaining.isEmpty() ? remaining.subList(0, 1) : remaining;
        return shared.broker()
                .deliver(sink, events, () -> isStill(held))
                .compose(delivery -> settle(held, rows, delivery, events));
    }

    private Future<Step> settle(Lease held, List<OutboxRow> rows, Delivery delivery, List<OutboxEvent> events) {
        shared.published().increment(delivery.count());
        Lease now = lease;
        if (now == null || !now.isSameOwnership(held)) {
            return Future.succeededFuture(Step.LOST);
        }
        acknowledged.addAll(progress.advance(rows, delivery.count()));
        Step step = judge(delivery, events);
        return mark(held).map(ours -> ours ? step : Step.LOST);
    }

    private Step judge(Delivery delivery, List<OutboxEvent> events) {
        Throwable failure = delivery.failure();
        if (stopped) {
            // A way closed under way is no outage.
            return Step.REST;
        }
        if (failure == null) {
            searching = false;
            failures = 0;
            shared.kafkaOutage().passed(slice);
            return events.size() >= LARGE_WINDOW ? Step.GO_ON : Step.PAUSE;
        }
        if (!delivery.isRefused()) {
            shared.kafkaOutage().failed(slice, failure);
        } else if (searching) {
            refused(events.getFirst(), failure);
        } else {
            searching = true;
        }
        return Step.BACK_OFF;
    }

    private void refused(OutboxEvent event, Throwable failure) {
        shared.refused().increment();
        if (!event.id().equals(reported)) {
            reported = event.id();
            LOGGER.atError()
                    .addKeyValue("event_id", event.id())
                    .addKeyValue("topic", event.topic())
                    .addKeyValue("slice", slice)
                    .addKeyValue("cause", failure.getClass().getSimpleName())
                    .log("outbox_event_refused");
        }
    }

    /** False when the slice has another owner, and what we sent is theirs to send again. */
    private Future<Boolean> mark(Lease held) {
        if (acknowledged.isEmpty()) {
            return Future.succeededFuture(true);
        }
        List<Long> rows = List.copyOf(acknowledged);
        return shared.connection()
                .run(client -> shared.store().setPublished(client, held.claim(), rows))
                .onSuccess(ours -> acknowledged.clear());
    }

    private boolean isStill(Lease held) {
        Lease now = lease;
        return now != null && now.isSameOwnership(held) && now.isCurrent();
    }

    private void forget() {
        progress.forget();
        acknowledged.clear();
        searching = false;
    }
}
