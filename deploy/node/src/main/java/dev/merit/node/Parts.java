package dev.merit.node;

import dev.merit.events.EventsVerticle;
import dev.merit.node.Check.Finding;
import dev.merit.node.cluster.ClusterJoin;
import dev.merit.node.cluster.ClusterJoin.Joined;
import dev.merit.node.cluster.ClusterWatch;
import dev.merit.node.store.DatabaseProbe;
import dev.merit.node.traces.TraceExport;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.config.Settings.Discovery;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseWatch;
import dev.merit.platform.telemetry.PoolMeters;
import dev.merit.platform.telemetry.Telemetry;
import dev.merit.router.Outline;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What answers requests on this node, between its servers and its management port: Vert.x and all that runs on it. */
final class Parts {
    private static final Logger LOGGER = LoggerFactory.getLogger(Parts.class);

    private static final Duration JOIN_LIMIT = Duration.ofSeconds(40);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final long LAG_SECONDS_MAX = 30;

    private final Settings settings;
    private final Teardown teardown;
    private final Telemetry telemetry;
    private final Joined joined;
    private final Bus bus;
    private final Verticles verticles;
    private final Checks checks;

    /**
     * What parts lean on.
     *
     * @param outline the API's, for nodes with a router
     */
    record Ground(Settings settings, Servers servers, TraceExport traces, Supplier<Outline> outline) {}

    /** Who is told when the cluster and this node no longer know each other. */
    interface Cures {
        /** It was cut off, and has come back to the others. */
        void merged();

        /** The others do not hear it, or it does not hear them. */
        void unheard();
    }

    private Parts(Ground ground, Cures cures, Teardown teardown, Progress progress) {
        this.settings = ground.settings();
        this.teardown = teardown;
        this.telemetry = telemetry(teardown);
        // While the servers come up.
        this.joined = join(ground, cures, telemetry);
        Vertx vertx = joined.vertx();
        teardown.addQuietly(() -> close(vertx.close(), "Vert.x"));
        LOGGER.atInfo()
                .addKeyValue("native_transport", vertx.isNativeTransportEnabled())
                .addKeyValue("clustered", vertx.isClustered())
                .log("vertx_started");
        Database database = Database.open(
                vertx, ground.servers().database(), ground.traces().traces());
        teardown.add("database connections", () -> close(database.close(), "the database connections"));
        this.bus = Bus.of(vertx);
        DatabaseWatch databaseWatch = new DatabaseWatch(vertx, database);
        bus.refuseWhile(databaseWatch::isAway);
        this.verticles = new Verticles(
                new Verticles.Supplies(
                        vertx,
                        bus,
                        database,
                        settings,
                        telemetry.meters(),
                        ground.servers().kafka(),
                        ground.outline()),
                settings.verticles());
        progress.during("Merit", "starting", () -> verticles.deploy(teardown));
        Waiting.done(bus.open(), ASK_LIMIT, "Telling the cluster what is served here");
        // Before any part ends: whoever is asked by other nodes in the midst of its end would leave them waiting.
        teardown.addQuietly(joined.leave());
        databaseWatch.start();
        ClusterWatch clusterWatch = new ClusterWatch(bus, joined.members(), cures::unheard);
        if (vertx.isClustered()) {
            Waiting.done(clusterWatch.start(vertx), ASK_LIMIT, "Listening to the cluster");
        }
        measure(databaseWatch, clusterWatch);
        this.checks = new Checks(telemetry.meters(), checks(database, clusterWatch));
    }

    /**
     * Starts them in the order in which they lean on each other, and comes back when requests are answered. Whatever
     * was started when this fails is the teardown's.
     */
    static Parts start(Ground ground, Cures cures, Teardown teardown, Progress progress) {
        return new Parts(ground, cures, teardown, progress);
    }

    Bus bus() {
        return bus;
    }

    Verticles verticles() {
        return verticles;
    }

    Checks checks() {
        return checks;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    /** Leaves the cluster on the spot: one that has forgotten us may let us wait when we take leave. */
    void quit() {
        joined.quit().run();
    }

    private static Joined join(Ground ground, Cures cures, Telemetry telemetry) {
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(ground.settings().http().eventLoops());
        VertxBuilder builder = Vertx.builder()
                .withMetrics(new PoolMeters(telemetry.meters(), Database.POOL))
                .withTracer(ground.traces().tracer());
        Settings.Cluster cluster = ground.settings().cluster();
        if (cluster.discovery() == Discovery.OFF) {
            return Joined.alone(builder.with(options).build());
        }
        try {
            Future<Joined> joining = ClusterJoin.start(cluster, builder, options, cures::merged);
            try {
                return Waiting.on(joining, JOIN_LIMIT, "Joining the cluster");
            } catch (RuntimeException e) {
                // It would hold the ports that the next attempt needs.
                joining.onSuccess(late -> {
                    late.quit().run();
                    late.vertx().close().onFailure(failure -> LOGGER.atWarn()
                            .setCause(failure)
                            .log("late_join_not_closed"));
                });
                throw e;
            }
        } catch (IllegalArgumentException e) {
            throw new StartFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private void measure(DatabaseWatch database, ClusterWatch cluster) {
        Gauge.builder("merit.database.away", database, watch -> watch.isAway() ? 1 : 0)
                .description("1 while PostgreSQL does not answer and requests are refused at once")
                .register(telemetry.meters());
        Gauge.builder("merit.cluster.members", joined, each -> each.members().getAsInt())
                .description("Nodes of the cluster as far as this one knows, itself included")
                .register(telemetry.meters());
        Gauge.builder("merit.cluster.heard", cluster, ClusterWatch::heard)
                .description("Nodes of the cluster that this one hears, itself included; 0 without a cluster")
                .register(telemetry.meters());
    }

    private List<Check> checks(Database database, ClusterWatch cluster) {
        return List.of(
                new Check("database", true, () -> DatabaseProbe.ask(database.reads())
                        .map(answered -> Finding.GOOD)),
                new Check(
                        "verticles",
                        true,
                        () -> Future.succeededFuture(
                                verticles.complete() && !teardown.isStopping() ? Finding.GOOD : Finding.BAD)),
                new Check(
                        "cluster",
                        needsOthers(),
                        () -> Future.succeededFuture(isConnected(cluster) ? Finding.GOOD : Finding.BAD)),
                // Only reported: without Kafka the outbox grows, and every request is answered all the same.
                new Check("kafka", false, () -> Future.succeededFuture(publishing(verticles.publisher()))));
    }

    /** A node that has every part needs no other. */
    private boolean needsOthers() {
        return !settings.verticles().containsAll(Verticles.ORDER);
    }

    private boolean isConnected(ClusterWatch cluster) {
        boolean isAlone = joined.vertx().isClustered() && cluster.heard() < 2;
        return cluster.isHeard() && !(needsOthers() && isAlone);
    }

    private static Finding publishing(Optional<EventsVerticle> publisher) {
        if (publisher.isEmpty()) {
            return new Finding(true, Map.of("publishing", false));
        }
        EventsVerticle events = publisher.get();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("lag_seconds", events.lagSeconds());
        details.put("parked", events.parked());
        events.halted().ifPresent(reason -> details.put("halted", reason));
        boolean flows =
                events.lagSeconds() <= LAG_SECONDS_MAX && events.halted().isEmpty();
        return new Finding(flows, details);
    }

    private static Telemetry telemetry(Teardown teardown) {
        Telemetry telemetry = new Telemetry();
        var meters = telemetry.meters();
        new ClassLoaderMetrics().bindTo(meters);
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        var collections = new JvmGcMetrics();
        collections.bindTo(meters);
        // It listens to the collector, which lives longer than the parts.
        teardown.addQuietly(collections::close);
        return telemetry;
    }

    private static void close(Future<Void> closing, String what) {
        Waiting.done(closing, CLOSE_LIMIT, "Closing " + what);
    }
}
