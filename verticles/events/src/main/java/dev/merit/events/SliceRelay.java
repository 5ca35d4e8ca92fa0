package dev.merit.events;

import dev.merit.events.store.Aside;
import dev.merit.events.store.EventStream;
import dev.merit.events.store.OutboxEvent;
import dev.merit.events.store.OutboxRow;
import dev.merit.events.store.OutboxStore;
import dev.merit.events.store.ParkedStore;
import dev.merit.events.store.ParkedStore.Refusal;
import dev.merit.events.store.ParkedStream;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one slice's events in order while the slice is ours: read a window, send it, wait for all, mark it. At most
 * one window is in memory, and nothing behind an event that did not arrive is marked, unless Kafka refuses the event
 * for good: then it is parked, with all that follow in its stream. It lives on one event loop.
 */
final class SliceRelay {
    private static final Logger LOGGER = LoggerFactory.getLogger(SliceRelay.class);

    private static final long PAUSE_MILLIS = 250;

    private static final int RELEASED_STREAMS_MAX = 100;
    /** How soon it is noticed that somebody released or dropped a parked event. */
    private static final long STREAMS_NANOS = 500_000_000;

    /** What all slices of a node share. */
    record Shared(
            Vertx vertx,
            RelayConnection connection,
            OutboxStore store,
            ParkedStore parked,
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
    private final Parking parking = new Parking();
    private final Pace pace = new Pace();
    /** In Kafka or put aside as a whole, and not marked yet because the database did not answer. */
    private final List<Long> done = new ArrayList<>();

    /** Read by the thread that sends. */
    private volatile @Nullable Lease lease;

    private Future<?> current = Future.succeededFuture();
    private boolean busy;
    private boolean again;
    private boolean stopped;
    private boolean leaving;
    private int failures;
    private boolean crowded;
    /** Null: not read yet. Nobody parks but the owner, so what was read stays true until somebody releases or drops. */
    private @Nullable List<ParkedStream> streams;

    private long streamsReadAt;

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

    /**
     * Finishes the window under way and lets another node have the slice. Nothing is repeated, unless the database did
     * not take the last marks.
     */
    Future<?> handOver() {
        Lease held = lease;
        if (leaving || stopped || held == null) {
            return Future.succeededFuture();
        }
        leaving = true;
        return current.compose(finished ->
                        shared.connection().run(client -> shared.store().handOver(client, held.claim())))
                .onSuccess(released -> {
                    if (isSame(held)) {
                        lose();
                    }
                })
                .onComplete(released -> leaving = false);
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
        if (stopped || leaving || held == null || !held.isCurrent()) {
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
                if (isSame(held)) {
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
                .run(client -> {
                    Future<List<ParkedStream>> parked = streams(client);
                    return Future.all(parked, shared.store().listWindow(client, slice, pace.events()));
                })
                .compose(read -> {
                    List<ParkedStream> parked = read.resultAt(0);
                    List<OutboxRow> rows = read.resultAt(1);
                    return isSame(held) ? send(held, parked, rows) : Future.succeededFuture(Step.LOST);
                });
    }

    /** Read again now and then while there are any, and only then. */
    private Future<List<ParkedStream>> streams(SqlClient client) {
        List<ParkedStream> known = streams;
        boolean none = known != null && known.isEmpty() && !parking.holdsAny();
        if (known != null && (none || System.nanoTime() - streamsReadAt < STREAMS_NANOS)) {
            return Future.succeededFuture(known);
        }
        return shared.parked().listStreams(client, slice).onSuccess(read -> {
            streams = read;
            streamsReadAt = System.nanoTime();
            parking.read(read);
        });
    }

    private Future<Step> send(Lease held, List<ParkedStream> parked, List<OutboxRow> rows) {
        // What was released comes first: what follows in its stream is held back only as long as it is there.
        List<EventStream> free = parked.stream()
                .filter(stream -> !stream.refused())
                .limit(RELEASED_STREAMS_MAX)
                .map(ParkedStream::stream)
                .toList();
        if (!free.isEmpty()) {
            return sendReleased(held, free);
        }
        if (isCrowded(parked.size())) {
            return Future.succeededFuture(Step.BACK_OFF);
        }
        return rows.isEmpty() ? Future.succeededFuture(Step.REST) : sendRows(held, rows);
    }

    private Future<Step> sendRows(Lease held, List<OutboxRow> rows) {
        List<Place> places = progress.remaining(rows);
        Plan plan = Plan.of(places, parking::isPassed, parking::isSuspect);
        // Counted as read: what is held back is also dealt with.
        boolean full = places.size() >= pace.events();
        long begun = System.nanoTime();
        return deliver(held, plan)
                .compose(delivery ->
                        isSame(held) ? settleRows(held, rows, plan, delivery, full) : Future.succeededFuture(Step.LOST))
                .onSuccess(settled -> pace.took(full, Duration.ofNanos(System.nanoTime() - begun)));
    }

    private Future<Step> settleRows(Lease held, List<OutboxRow> rows, Plan plan, Delivery delivery, boolean full) {
        parking.arrive(delivery.arrived());
        int reach = plan.reach(delivery.count());
        if (delivery.isRefused() && plan.isOfOneSuspect()) {
            reach = plan.reach(1);
            parking.refuse(plan.suspect(), refused(plan, delivery));
        }
        parking.holdBack(plan.passedOver(reach));
        done.addAll(progress.advance(rows, reach));
        Step step = judge(plan, delivery, full);
        return mark(held).map(ours -> ours ? step : Step.LOST);
    }

    private Future<Step> sendReleased(Lease held, List<EventStream> free) {
        return shared.connection()
                .run(client -> shared.parked().listReleased(client, slice, free))
                .compose(events -> {
                    List<Place> places =
                            events.stream().map(event -> new Place(0, 0, event)).toList();
                    Plan plan = Plan.of(places, event -> false, parking::isSuspect);
                    return deliver(held, plan)
                            .compose(delivery -> isSame(held)
                                    ? settleReleased(held, plan, delivery)
                                    : Future.succeededFuture(Step.LOST));
                });
    }

    private Future<Step> settleReleased(Lease held, Plan plan, Delivery delivery) {
        Refusal refusal = delivery.isRefused() && plan.isOfOneSuspect()
                ? new Refusal(plan.suspect().event().id(), refused(plan, delivery))
                : null;
        List<UUID> sent = plan.events().stream()
                .limit(delivery.count())
                .map(OutboxEvent::id)
                .toList();
        // There may be rows, or more that was released.
        Step step = judge(plan, delivery, true);
        streams = null;
        if (refusal == null && sent.isEmpty()) {
            return Future.succeededFuture(step);
        }
        return shared.connection()
                .run(client -> shared.parked().setSent(client, held.claim(), sent, refusal))
                .map(ours -> ours ? step : Step.LOST);
    }

    private Future<Delivery> deliver(Lease held, Plan plan) {
        List<OutboxEvent> events = plan.events();
        return events.isEmpty()
                ? Future.succeededFuture(Delivery.of(0))
                : shared.broker().deliver(sink, events, () -> isStill(held)).onSuccess(delivery -> shared.published()
                        .increment(delivery.count()));
    }

    private Step judge(Plan plan, Delivery delivery, boolean full) {
        Throwable failure = delivery.failure();
        if (stopped) {
            // A way closed under way is no outage.
            return Step.REST;
        }
        if (delivery.isRefused()) {
            // Either the one that was sent is guilty, or each of these is sent alone: it comes to an end.
            if (!plan.isOfOneSuspect()) {
                parking.suspect(delivery.refused());
            }
            return Step.GO_ON;
        }
        if (failure == null) {
            if (plan.isOfOneSuspect()) {
                parking.acquit(plan.suspect().event().id());
            }
            failures = 0;
            shared.kafkaOutage().passed(slice);
            // A window that is not full is followed by a pause, so that a steady trickle is sent in batches.
            return plan.isWhole() && !full ? Step.PAUSE : Step.GO_ON;
        }
        if (!(failure instanceof PartitionsChanged)) {
            shared.kafkaOutage().failed(slice, failure);
        }
        return Step.BACK_OFF;
    }

    private String refused(Plan plan, Delivery delivery) {
        OutboxEvent event = plan.suspect().event();
        String cause = Delivery.describe(Objects.requireNonNull(delivery.failure()));
        parking.acquit(event.id());
        shared.refused().increment();
        LOGGER.atError()
                .addKeyValue("event_id", event.id())
                .addKeyValue("topic", event.topic())
                .addKeyValue("slice", slice)
                .addKeyValue("cause", cause)
                .log("outbox_event_parked");
        return cause;
    }

    /** So many refusals are no fault of events: the topic or its rights are wrong, and nothing more is put aside. */
    private boolean isCrowded(int streams) {
        boolean now = streams > ParkedStore.STREAMS_MAX;
        if (now && !crowded) {
            LOGGER.atError()
                    .addKeyValue("slice", slice)
                    .addKeyValue("streams", streams)
                    .log("outbox_parking_full");
        }
        crowded = now;
        return now;
    }

    /** False when the slice has another owner, and what we sent is theirs to send again. */
    private Future<Boolean> mark(Lease held) {
        if (done.isEmpty()) {
            return Future.succeededFuture(true);
        }
        List<Long> rows = List.copyOf(done);
        List<Aside> asides = parking.of(rows);
        return shared.connection()
                .run(client -> shared.store().setDone(client, held.claim(), rows, asides))
                .onSuccess(ours -> {
                    done.clear();
                    parking.stored(asides);
                });
    }

    private boolean isSame(Lease held) {
        Lease now = lease;
        return now != null && now.isSameOwnership(held);
    }

    private boolean isStill(Lease held) {
        Lease now = lease;
        return now != null && now.isSameOwnership(held) && now.isCurrent();
    }

    private void forget() {
        progress.forget();
        parking.forget();
        pace.forget();
        streams = null;
        done.clear();
    }
}
