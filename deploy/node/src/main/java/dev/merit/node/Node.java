package dev.merit.node;

import dev.merit.contracts.keys.KeysRequest.EnsureAdminKey;
import dev.merit.embedded.DataDirectory;
import dev.merit.node.traces.TraceExport;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.router.Outline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: its servers, its parts, its two ports. */
final class Node {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);

    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Settings settings;
    private final Terminal terminal;
    private final Teardown teardown;
    private final TraceExport traces;
    private final Supplier<Outline> outline;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Node(Settings settings, Terminal terminal, Teardown teardown) {
        this.settings = settings;
        this.terminal = terminal;
        this.teardown = teardown;
        // Meanwhile everything else starts.
        this.outline = settings.verticles().contains("router")
                ? CompletableFuture.supplyAsync(Outline::read)::join
                : Outline::read;
        this.traces = TraceExport.of(settings.tracing());
    }

    /**
     * Starts everything, in the order in which it leans on each other, and comes back when requests are answered.
     * Whatever was started when this fails is the teardown's.
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
            welcome = run(held.path(), servers, progress, demo);
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

    private List<String> run(Path directory, Servers servers, Progress progress, boolean demo) {
        ManagementServer management = new ManagementServer();
        Life life = new Life(
                new Parts.Ground(settings, servers, traces, outline), terminal, teardown::isStopping, again -> {
                    var unused = describe(directory, servers, management, again);
                });
        management.watch(life::present);
        teardown.addQuietly(() -> Waiting.done(management.close(), CLOSE_LIMIT, "Closing the management port"));
        teardown.addQuietly(life::end);
        teardown.addQuietly(servers::giveUpStarting);
        Parts parts = life.begin(progress);
        Optional<Demo.Kept> kept = demo ? Demo.prepare(parts.bus(), directory) : Optional.empty();
        listen(management);
        // As late as can be: whatever fails between its making and its showing would lose it.
        Optional<String> adminKey = parts.verticles().runs("keys") ? ensureAdminKey(parts.bus()) : Optional.empty();
        NodeDescription description = describe(directory, servers, management, parts);
        return new Welcome(settings, description, directory).lines(adminKey, kept, demo);
    }

    private static NodeDescription describe(Path directory, Servers servers, ManagementServer management, Parts parts) {
        NodeDescription description = new NodeDescription(
                ProcessHandle.current().pid(),
                parts.verticles().httpPort(),
                management.port(),
                servers.database().url(),
                servers.kafka().orElse(null));
        NodeDescription.file(directory).write(description);
        LOGGER.atInfo()
                .addKeyValue("http_port", description.httpPort())
                .addKeyValue("management_port", description.managementPort())
                .log("node_ready");
        return description;
    }

    private Optional<String> ensureAdminKey(Bus bus) {
        var ensured = Waiting.on(
                bus.ask(new EnsureAdminKey(settings.adminKey().orElse(null))), ASK_LIMIT, "Looking for an admin key");
        return Optional.ofNullable(ensured.created());
    }

    private void listen(ManagementServer management) {
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
    }
}
