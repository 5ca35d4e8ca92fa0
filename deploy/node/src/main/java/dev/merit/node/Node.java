package dev.merit.node;

import dev.merit.contracts.keys.KeysRequest.EnsureAdminKey;
import dev.merit.embedded.DataDirectory;
import dev.merit.events.EventsVerticle;
import dev.merit.node.Check.Finding;
import dev.merit.node.store.DatabaseProbe;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.platform.telemetry.Telemetry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: its servers, its parts, its two ports. */
final class Node {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);

    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private static final long LAG_SECONDS_MAX = 30;

    private final Settings settings;
    private final Terminal terminal;
    private final Teardown teardown;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Node(Settings settings, Terminal terminal, Teardown teardown) {
        this.settings = settings;
        this.terminal = terminal;
        this.teardown = teardown;
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
        List<String> welcome;
        try (Progress progress = new Progress(terminal)) {
            Servers servers = startServers(held.path(), progress);
            welcome = run(held.path(), servers, progress, demo);
        }
        welcome.forEach(terminal::line);
    }

    private Servers startServers(Path directory, Progress progress) {
        Servers servers = new Servers(settings, directory, progress, teardown);
        servers.startDatabase();
        servers.startKafka();
        var unused = servers.databaseDied().thenAccept(status -> {
            LOGGER.atError().addKeyValue("status", status).log("postgres_died");
            ended.complete(ExitCode.FAILED);
        });
        return servers;
    }

    private List<String> run(Path directory, Servers servers, Progress progress, boolean demo) {
        // While the servers come up.
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        teardown.addQuietly(() -> close(vertx.close(), "Vert.x"));
        LOGGER.atInfo()
                .addKeyValue("native_transport", vertx.isNativeTransportEnabled())
                .log("vertx_started");
        DatabaseOptions databaseOptions = servers.database();
        Optional<String> bootstrapServers = servers.kafka();
        Database database = Database.open(vertx, databaseOptions);
        teardown.add("database connections", () -> close(database.close(), "the database connections"));
        Telemetry telemetry = telemetry();
        Bus bus = Bus.of(vertx);
        Verticles verticles = new Verticles(
                new Verticles.Supplies(vertx, bus, database, settings, telemetry.meters(), bootstrapServers),
                settings.verticles());
        progress.during("Merit", "starting", () -> verticles.deploy(teardown));
        Optional<Demo.Kept> kept = demo ? Demo.prepare(bus, directory) : Optional.empty();
        ManagementServer management = manage(vertx, telemetry, checks(database, verticles));
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

    private Optional<String> ensureAdminKey(Bus bus) {
        var ensured = Waiting.on(
                bus.ask(new EnsureAdminKey(settings.adminKey().orElse(null))), ASK_LIMIT, "Looking for an admin key");
        return Optional.ofNullable(ensured.created());
    }

    private ManagementServer manage(Vertx vertx, Telemetry telemetry, List<Check> checks) {
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
        teardown.addQuietly(() -> close(management.close(), "the management port"));
        return management;
    }

    private List<Check> checks(Database database, Verticles verticles) {
        return List.of(
                new Check("database", true, () -> DatabaseProbe.ask(database.reads())
                        .map(answered -> Finding.GOOD)),
                new Check(
                        "verticles",
                        true,
                        () -> Future.succeededFuture(
                                verticles.complete() && !teardown.isStopping() ? Finding.GOOD : Finding.BAD)),
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
