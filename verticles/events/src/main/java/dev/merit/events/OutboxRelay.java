package dev.merit.events;

import dev.merit.events.store.Claims;
import dev.merit.events.store.OutboxStore;
import dev.merit.events.store.ParkedStore;
import dev.merit.events.store.SliceClaim;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Outbox;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns its share of the slices of members under leases and publishes what waits in them. A lease not renewed for
 * {@link #LEASE} is free for any other node, which asks every {@link #RENEWAL}; who has more than its share hands over.
 * It lives on one event loop.
 */
final class OutboxRelay {
    private static final Logger LOGGER = LoggerFactory.getLogger(OutboxRelay.class);

    static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration RENEWAL = Duration.ofSeconds(3);
    /** Others are about to hand over what is ours by right. */
    private static final long SHARE_MILLIS = 500;

    /** We stop this much before the database would let others have it. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final long POLL_MILLIS = 500;
    private static final long WAKE_MILLIS = 20;
    private static final long MEASURE_MILLIS = 5_000;
    private static final long PRUNE_MILLIS = 60_000;
    private static final int PRUNE_ROUNDS_MAX = 1_000;
    private static final Duration KEPT = Duration.ofHours(24);
    private static final long STOP_SECONDS = 3;

    private final Vertx vertx;
    private final OutboxStore store = new OutboxStore();
    private final RelayConnection connection;
    private final Broker broker;
    private final Outage databaseOutage = new Outage("postgresql");
    private final List<SliceRelay> slices;
    private final UUID owner = UUID.randomUUID();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong lagSeconds = new AtomicLong();
    private final AtomicLong parked = new AtomicLong();
    private final List<Long> timers = new ArrayList<>();

    private boolean claiming;
    private boolean claimPlanned;
    private boolean scanning;
    private boolean wakePlanned;
    private boolean stopped;

    OutboxRelay(Vertx vertx, Database database, String bootstrapServers, MeterRegistry meters) {
        this.vertx = vertx;
        this.connection = new RelayConnection(database);
        this.broker = new Broker(vertx, connection, bootstrapServers, Outbox.SLICES);
        var shared = new SliceRelay.Shared(
                vertx,
                connection,
                store,
                new ParkedStore(),
                broker,
                new Outage("kafka"),
                databaseOutage,
                meters.counter("merit.outbox.published"),
                meters.counter("merit.outbox.refused"));
        this.slices = IntStream.range(0, Outbox.SLICES)
                .mapToObj(slice -> new SliceRelay(shared, slice))
                .toList();
        Gauge.builder("merit.outbox.waiting", waiting, AtomicLong::get)
                .description("Rows of the outbox not published yet, the same on every node")
                .register(meters);
        Gauge.builder("merit.outbox.lag.seconds", lagSeconds, AtomicLong::get)
                .description("Age of the oldest row not published yet, the same on every node")
                .register(meters);
        Gauge.builder("merit.outbox.parked", parked, AtomicLong::get)
                .description("Events that Kafka refused, and those held back behind them, the same on every node")
                .register(meters);
        Gauge.builder("merit.outbox.halted", broker, each -> each.halted().isPresent() ? 1 : 0)
                .description("1 while a topic has another number of partitions than before, on the node that publishes")
                .register(meters);
    }

    /** Starts at once, and waits for nothing: neither the database nor Kafka has to be there. */
    void start() {
        broker.prepare();
        every(RENEWAL.toMillis(), this::claim);
        every(POLL_MILLIS, this::scan);
        every(MEASURE_MILLIS, this::measure);
        every(PRUNE_MILLIS, this::prune);
        claim();
        measure();
    }

    /** Events lie in the outbox. Many calls at once are one scan. */
    void wake() {
        if (!wakePlanned && !stopped) {
            wakePlanned = true;
            vertx.setTimer(WAKE_MILLIS, timer -> {
                wakePlanned = false;
                scan();
            });
        }
    }

    /** The age of the oldest event that is not published yet, measured every few seconds; 0 when none waits. */
    long lagSeconds() {
        return lagSeconds.get();
    }

    /** How many events are parked, measured every few seconds. */
    long parked() {
        return parked.get();
    }

    /** Why nothing may be published although Kafka is there. */
    Optional<String> halted() {
        return broker.halted();
    }

    /** Finishes the windows under way, within a limit, and lets others have the slices. */
    Future<?> stop() {
        stopped = true;
        timers.forEach(vertx::cancelTimer);
        return all(SliceRelay::stop)
                .timeout(STOP_SECONDS, TimeUnit.SECONDS)
                .otherwiseEmpty()
                .compose(finished -> all(SliceRelay::close))
                .otherwiseEmpty()
                .compose(closed -> connection.run(client -> store.release(client, owner)))
                .otherwiseEmpty()
                .eventually(connection::close)
                .eventually(broker::close);
    }

    private Future<?> all(Function<SliceRelay, Future<?>> action) {
        return Future.join(slices.stream().map(action).toList());
    }

    private void every(long millis, Runnable action) {
        timers.add(vertx.setPeriodic(millis, timer -> action.run()));
    }

    private void claim() {
        if (claiming || stopped) {
            return;
        }
        claiming = true;
        long until = System.nanoTime() + LEASE.minus(MARGIN).toNanos();
        connection
                .run(client -> store.claim(client, owner, slices.size(), LEASE))
                .onSuccess(claims -> claimed(claims, until))
                .onFailure(this::troubled)
                .onComplete(claimed -> claiming = false);
    }

    private void claimed(Claims claims, long until) {
        databaseOutage.passed(slices.size());
        if (stopped) {
            return;
        }
        Map<Integer, SliceClaim> ours =
                claims.slices().stream().collect(Collectors.toMap(SliceClaim::slice, claim -> claim));
        for (SliceRelay slice : slices) {
            SliceClaim claim = ours.get(slice.slice());
            if (claim == null) {
                slice.lose();
            } else {
                slice.own(new Lease(claim, until));
            }
        }
        ours.keySet().stream().sorted().skip(claims.share()).forEach(slice -> slices.get(slice)
                .handOver()
                .onFailure(this::troubled));
        if (ours.size() < claims.share() && !claimPlanned) {
            claimPlanned = true;
            vertx.setTimer(SHARE_MILLIS, timer -> {
                claimPlanned = false;
                claim();
            });
        }
    }

    private void scan() {
        List<Integer> ours = slices.stream()
                .filter(SliceRelay::isOurs)
                .map(SliceRelay::slice)
                .toList();
        if (scanning || stopped || ours.isEmpty()) {
            return;
        }
        scanning = true;
        connection
                .run(client -> store.listWaitingSlices(client, ours))
                .onSuccess(found -> found.forEach(slice -> slices.get(slice).wake()))
                .onFailure(this::troubled)
                .onComplete(scanned -> scanning = false);
    }

    private void measure() {
        connection
                .run(client -> store.measure(client, slices.size()))
                .onSuccess(measured -> {
                    waiting.set(measured.rows());
                    lagSeconds.set(measured.oldestSeconds());
                    parked.set(measured.parked());
                })
                .onFailure(this::troubled);
    }

    private void prune() {
        if (slices.getFirst().isOurs()) {
            connection
                    .run(store::pruneRelays)
                    .compose(pruned -> pruneSome(PRUNE_ROUNDS_MAX))
                    .onFailure(this::troubled);
        }
    }

    private Future<?> pruneSome(int rounds) {
        return connection
                .run(client -> store.prune(client, KEPT))
                .compose(more -> more && rounds > 1 && !stopped ? pruneSome(rounds - 1) : Future.succeededFuture());
    }

    /** Leases run out by themselves; everything is tried again at its time. */
    private void troubled(Throwable cause) {
        if (!stopped) {
            databaseOutage.failed(slices.size(), cause);
            LOGGER.atDebug().setCause(cause).log("outbox_trouble");
        }
    }
}
