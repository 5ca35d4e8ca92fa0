package dev.merit.node;

import dev.merit.contracts.keys.KeysRequest.EnsureAdminKey;
import dev.merit.embedded.DataDirectory;
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
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.platform.pg.DatabaseWatch;
import dev.merit.platform.telemetry.PoolMeters;
import dev.merit.platform.telemetry.Telemetry;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: its servers, its parts, its two ports. */
final class Node {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);

    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private static final Duration JOIN_LIMIT = Duration.ofSeconds(40);
    private static final int REJOINS_MAX = 5;
    private static final Duration REJOIN_PAUSE = Duration.ofSeconds(2);

    private static final long LAG_SECONDS_MAX = 30;

    private final Settings settings;
    private final Terminal terminal;
    private final Teardown teardown;
    private final TraceExport traces;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Node(Settings settings, Terminal terminal, Teardown teardown) {
        this.settings = settings;
        this.terminal = terminal;
        this.teardown = teardown;
        this.traces = TraceExport.of(settings.tracing());
    }

    /**
     * Starts everything, in the order in which it leans on each other, and comes back when requests are answered. Whatever
     * was started when this fails is the teardown's.
     *
     * @param demo whether to fill an empty database
     */
    static Node start(Settings settings, Terminal terminal, Teardown teardown, boolean demo) {
        Node node = new Node(settings, terminal, teardown);
        node.start(demo);
        return node;
    }

    /** Waits for the end that nobody asked for, and answers the exit code. A signal ends the program from here, too. */
    int awaitEnd() {
        return ended.join();
    }

    private void start(boolean demo) {
        DataDirectory held = DataDirectory.hold(settings.storage().dataDirectory());
        teardown.addQuietly(held::close);
        PrivateFile<NodeDescription> description = NodeDescription.file(held.path());
        // One that is still there was left by a node that was killed.
        description.remove();
        teardown.addQuietly(description::remove);
        // Once everything that makes spans has ended.
        teardown.addQuietly(traces::close);
        List<String> welcome;
        try (Progress progress = new Progress(terminal)) {
            // Servers come up by themselves meanwhile, and have to outlive the parts all the same.
            Teardown last = new Teardown(terminal);
            teardown.addQuietly(last::run);
            Servers servers = startServers(held.path(), progress, last);
            Life life = new Life(held.path(), servers);
            teardown.addQuietly(life::end);
            teardown.addQuietly(servers::giveUpStarting);
            welcome = life.begin(progress, demo);
        }
        welcome.forEach(terminal::line);
    }

    private Servers startServers(Path directory, Progress progress, Teardown last) {
        Servers servers = new Servers(settings, directory, progress, last);
        servers.startDatabase();
        servers.startKafka();
        var unused = servers.databaseDied().thenAccept(status -> {
            LOGGER.atError().addKeyValue("status", status).log("postgres_died");
            ended.complete(ExitCode.FAILED);
        });
        return servers;
    }

    /** Everything but the servers: it can end and begin again, when the cluster does not hear this node any more. */
    private final class Life {
        private final Path directory;
        private final Servers servers;
        private final AtomicBoolean rejoining = new AtomicBoolean();
        private Teardown parts = new Teardown(terminal);
        private volatile @Nullable Thread rejoiner;
        /** A cluster that has forgotten us may let us wait when we take leave. */
        private Runnable quit = () -> {};

        Life(Path directory, Servers servers) {
            this.directory = directory;
            this.servers = servers;
        }

        synchronized List<String> begin(Progress progress, boolean demo) {
            return run(parts, directory, servers, this, progress, demo);
        }

        /** Whoever is told to leave while it begins gives that up. */
        void end() {
            Thread beginning = rejoiner;
            if (beginning != null) {
                beginning.interrupt();
            }
            endParts();
        }

        private synchronized void endParts() {
            parts.run();
        }

        /** From any thread, and at once; it is over when the node is ready again. Asked twice it is done once. */
        void again() {
            if (rejoining.compareAndSet(false, true)) {
                LOGGER.atWarn().log("cluster_rejoining");
                Thread thread = Thread.ofPlatform().name("rejoin").unstarted(this::beginAgain);
                rejoiner = thread;
                thread.start();
            }
        }

        private synchronized void beginAgain() {
            if (teardown.isStopping()) {
                return;
            }
            for (int attempt = 1; attempt <= REJOINS_MAX && !teardown.isStopping(); attempt++) {
                quit.run();
                parts.run();
                parts = new Teardown(terminal);
                rejoining.set(false);
                try (Progress progress = new Progress(terminal)) {
                    var unused = begin(progress, false);
                    return;
                } catch (RuntimeException e) {
                    LOGGER.atError().addKeyValue("attempt", attempt).setCause(e).log("rejoin_failed");
                }
                if (!isPaused(REJOIN_PAUSE.multipliedBy(attempt))) {
                    return;
                }
            }
            ended.complete(ExitCode.FAILED);
        }
    }

    /** False when it was interrupted: the program ends. */
    private static boolean isPaused(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<String> run(
            Teardown parts, Path directory, Servers servers, Life life, Progress progress, boolean demo) {
        // While the servers come up.
        Telemetry telemetry = telemetry();
        Joined joined = join(life, telemetry);
        Vertx vertx = joined.vertx();
        life.quit = joined.quit();
        parts.addQuietly(() -> close(vertx.close(), "Vert.x"));
        LOGGER.atInfo()
                .addKeyValue("native_transport", vertx.isNativeTransportEnabled())
                .addKeyValue("clustered", vertx.isClustered())
                .log("vertx_started");
        DatabaseOptions databaseOptions = servers.database();
        Optional<String> bootstrapServers = servers.kafka();
        Database database = Database.open(vertx, databaseOptions, traces.traces());
        parts.add("database connections", () -> close(database.close(), "the database connections"));
        Bus bus = Bus.of(vertx);
        DatabaseWatch databaseWatch = new DatabaseWatch(vertx, database);
        bus.refuseWhile(databaseWatch::isAway);
        Verticles verticles = new Verticles(
                new Verticles.Supplies(vertx, bus, database, settings, telemetry.meters(), bootstrapServers),
                settings.verticles());
        progress.during("Merit", "starting", () -> verticles.deploy(parts));
        databaseWatch.start();
        ClusterWatch clusterWatch = new ClusterWatch(bus, joined.members(), life::again);
        if (vertx.isClustered()) {
            Waiting.done(clusterWatch.start(vertx), ASK_LIMIT, "Listening to the cluster");
        }
        measure(telemetry, databaseWatch, clusterWatch, joined);
        Optional<Demo.Kept> kept = demo ? Demo.prepare(bus, directory) : Optional.empty();
        ManagementServer management = manage(parts, vertx, telemetry, checks(parts, database, verticles, clusterWatch));
        // As late as can be: whatever fails between its making and its showing would lose it.
        Optional<String> adminKey = verticles.runs("keys") ? ensureAdminKey(bus) : Optional.empty();
        NodeDescription description = new NodeDescription(
                ProcessHandle.current().pid(),
                verticles.httpPort(),
                management.port(),
                databaseOptions.url(),
                bootstrapServers.orElse(null));
        NodeDescription.file(directory).write(description);
        LOGGER.atInfo()
                .addKeyValue("http_port", description.httpPort())
                .addKeyValue("management_port", description.managementPort())
                .log("node_ready");
        return new Welcome(settings, description, directory).lines(adminKey, kept, demo);
    }

    private Joined join(Life life, Telemetry telemetry) {
        VertxOptions options = new VertxOptions().setPreferNativeTransport(true);
        VertxBuilder builder = Vertx.builder()
                .withMetrics(new PoolMeters(telemetry.meters(), Database.POOL))
                .withTracer(traces.tracer());
        if (settings.cluster().discovery() == Discovery.OFF) {
            return Joined.alone(builder.with(options).build());
        }
        try {
            return Waiting.on(
                    ClusterJoin.start(settings.cluster(), builder, options, life::again),
                    JOIN_LIMIT,
                    "Joining the cluster");
        } catch (IllegalArgumentException e) {
            throw new StartFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private static void measure(Telemetry telemetry, DatabaseWatch database, ClusterWatch cluster, Joined joined) {
        Gauge.builder("merit.database.away", database, watch -> watch.isAway() ? 1 : 0)
                .description("1 while PostgreSQL does not answer and requests are refused at once")
                .register(telemetry.meters());
        Gauge.builder("merit.cluster.members", joined, each -> each.members().getAsInt())
                .description("Nodes of the cluster as far as this one knows, itself included")
                // Nothing else refers to it.
                .strongReference(true)
                .register(telemetry.meters());
        Gauge.builder("merit.cluster.heard", cluster, ClusterWatch::heard)
                .description("Nodes of the cluster that this one hears, itself included; 0 without a cluster")
                .register(telemetry.meters());
    }

    private Optional<String> ensureAdminKey(Bus bus) {
        var ensured = Waiting.on(
                bus.ask(new EnsureAdminKey(settings.adminKey().orElse(null))), ASK_LIMIT, "Looking for an admin key");
        return Optional.ofNullable(ensured.created());
    }

    private ManagementServer manage(Teardown parts, Vertx vertx, Telemetry telemetry, List<Check> checks) {
        ManagementServer management = new ManagementServer(vertx, telemetry, checks);
        Settings.Http http = settings.http();
        try {
            Waiting.done(
                    management.listen(http.host(), http.managementPort()), ASK_LIMIT, "Opening the management port");
        } catch (RuntimeException e) {
            throw new StartFailed(
                    "Cannot listen on " + http.host() + ":" + http.managementPort() + " for health and metrics: "
                            + e.getMessage() + ". Choose another MERIT_MANAGEMENT_PORT.",
                    e);
        }
        parts.addQuietly(() -> close(management.close(), "the management port"));
        return management;
    }

    private List<Check> checks(Teardown parts, Database database, Verticles verticles, ClusterWatch clusterWatch) {
        return List.of(
                new Check("database", true, () -> DatabaseProbe.ask(database.reads())
                        .map(answered -> Finding.GOOD)),
                new Check(
                        "verticles",
                        true,
                        () -> Future.succeededFuture(
                                verticles.complete() && !parts.isStopping() && !teardown.isStopping()
                                        ? Finding.GOOD
                                        : Finding.BAD)),
                new Check(
                        "cluster",
                        true,
                        () -> Future.succeededFuture(clusterWatch.isHeard() ? Finding.GOOD : Finding.BAD)),
                // Only reported: without Kafka the outbox grows, and every request is answered all the same.
                new Check("kafka", false, () -> Future.succeededFuture(publishing(verticles.publisher()))));
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

    private static Telemetry telemetry() {
        Telemetry telemetry = new Telemetry();
        var meters = telemetry.meters();
        new ClassLoaderMetrics().bindTo(meters);
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        bindGarbageCollection(telemetry);
        return telemetry;
    }

    @SuppressWarnings("resource") // It listens to the collector for as long as the program lives.
    private static void bindGarbageCollection(Telemetry telemetry) {
        new JvmGcMetrics().bindTo(telemetry.meters());
    }

    private static void close(Future<Void> closing, String what) {
        Waiting.done(closing, CLOSE_LIMIT, "Closing " + what);
    }
}
