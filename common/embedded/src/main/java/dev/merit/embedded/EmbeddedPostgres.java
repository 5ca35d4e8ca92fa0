package dev.merit.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real PostgreSQL on 127.0.0.1 whose data survive restarts and kills, and which never outlives this JVM. */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration PREDECESSOR_LIMIT = Duration.ofSeconds(20);

    /**
     * For glibc: what is let go after a statement stays with the process for the next one, up to 16 MiB. Without it,
     * each statement asks the kernel anew.
     */
    private static final Map<String, String> MEMORY = Map.of(
            "MALLOC_TRIM_THRESHOLD_", "16777216", "MALLOC_TOP_PAD_", "1048576", "MALLOC_MMAP_THRESHOLD_", "16777216");

    private static final int ATTEMPTS_MAX = 3;
    private static final int POLL_MILLISECONDS = 20;

    private static final String SOCKET_DIRECTORY = "merit-pg-";

    /** The name of a socket is 107 bytes at most on Linux, 103 on macOS, and ".s.PGSQL.65535" belongs to it. */
    private static final int SOCKET_DIRECTORY_BYTES_MAX = 88;

    private final DataDirectory held;
    private final Warden warden;
    private final Path socketDirectory;
    private final int port;
    private final String password;

    private EmbeddedPostgres(DataDirectory held, Warden warden, Endpoint endpoint, String password) {
        this.held = held;
        this.warden = warden;
        this.socketDirectory = endpoint.socketDirectory();
        this.port = endpoint.port();
        this.password = password;
    }

    private record Endpoint(int port, Path socketDirectory) {}

    /**
     * Starts the server, and makes its data first when there are none.
     *
     * @throws DataDirectoryInUse when another program runs a server in the same directory
     * @throws ServerStartFailed when the server does not come up; the message says why
     */
    public static EmbeddedPostgres start(PostgresOptions options) {
        DataDirectory held = DataDirectory.hold(options.directory());
        boolean started = false;
        try {
            EmbeddedPostgres server = start(held, options);
            started = true;
            return server;
        } finally {
            if (!started) {
                held.close();
            }
        }
    }

    private static EmbeddedPostgres start(DataDirectory held, PostgresOptions options) {
        PostgresBinaries binaries = PostgresBinaries.in(options.binariesCache(), options.progress());
        PostgresCluster cluster = new PostgresCluster(held.path(), binaries);
        truncate(cluster.startLog());
        if (!cluster.exists()) {
            options.progress().accept("creating");
            cluster.create();
        }
        cluster.refuseOtherVersion();
        waitForPredecessor(cluster.data());
        options.progress().accept("starting");
        long deadline = System.nanoTime() + PREDECESSOR_LIMIT.toNanos();
        int attempt = 1;
        while (true) {
            Endpoint endpoint = new Endpoint(port(options), newSocketDirectory());
            Optional<Warden> warden = launch(cluster, options, endpoint);
            if (warden.isPresent()) {
                LOGGER.atInfo()
                        .addKeyValue("port", endpoint.port())
                        .addKeyValue("pid", warden.get().pid())
                        .log("postgres.started");
                return new EmbeddedPostgres(held, warden.get(), endpoint, cluster.password());
            }
            String said = cluster.tailOfLogs();
            // The predecessor was killed, and its last children have not noticed yet.
            boolean waits = said.contains("pre-existing shared memory block") && System.nanoTime() < deadline;
            if (!waits && (options.port() != 0 || attempt++ == ATTEMPTS_MAX)) {
                throw new ServerStartFailed("PostgreSQL did not start in " + held.path() + ".\n" + said);
            }
            pause();
        }
    }

    private static int port(PostgresOptions options) {
        if (options.port() == 0) {
            return Platform.freePort();
        }
        if (!Platform.isFree(options.port())) {
            throw new ServerStartFailed("The port " + options.port()
                    + " for PostgreSQL is taken by another program; free it, or choose another port.");
        }
        return options.port();
    }

    /** For the Vert.x client and every other that takes PostgreSQL's own form. Holds the password: not for logs. */
    public String url() {
        return "postgresql://" + PostgresCluster.USER + ":" + password + "@127.0.0.1:" + port + "/"
                + PostgresCluster.DATABASE;
    }

    /** For JDBC. Holds the password: not for logs. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + PostgresCluster.DATABASE + "?user=" + PostgresCluster.USER
                + "&password=" + password;
    }

    public int port() {
        return port;
    }

    /** The directory of the Unix socket; clients that take one are faster through it. */
    public Path socketDirectory() {
        return socketDirectory;
    }

    /** The process id of the server. */
    public long pid() {
        return warden.pid();
    }

    /** Completes with the exit status when the server ends, asked or not. */
    public CompletableFuture<Integer> onExit() {
        return warden.onExit();
    }

    /**
     * Stops the server: running transactions are rolled back, everything committed is on disk. Waits for it, bounded.
     */
    @Override
    public void close() {
        warden.stop(STOP_LIMIT);
        try {
            PrivateFiles.deleteTree(socketDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + socketDirectory, e);
        } finally {
            held.close();
        }
        LOGGER.atInfo().addKeyValue("port", port).log("postgres.stopped");
    }

    @Override
    public String toString() {
        return "EmbeddedPostgres[port=" + port + ", pid=" + pid() + "]";
    }

    /** The running server, or nothing when it ended before it was ready or took too long; then it is gone again. */
    private static Optional<Warden> launch(PostgresCluster cluster, PostgresOptions options, Endpoint endpoint) {
        List<String> arguments = new ArrayList<>(List.of("-D", cluster.data().toString()));
        settings(cluster, options, endpoint)
                .forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        // INT is PostgreSQL's fast shutdown, QUIT its immediate one, which takes all its children along.
        Warden warden = Warden.start(new Warden.Job(
                cluster.command("postgres", arguments),
                new Warden.Signals("INT", "QUIT"),
                cluster.directory(),
                Warden.Job.NOTHING,
                endpoint.socketDirectory(),
                MEMORY));
        boolean ready = false;
        try {
            ready = isReady(warden, cluster);
        } finally {
            if (!ready) {
                warden.stop(STOP_LIMIT);
            }
        }
        return ready ? Optional.of(warden) : Optional.empty();
    }

    private static Map<String, String> settings(PostgresCluster cluster, PostgresOptions options, Endpoint endpoint) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("port", Integer.toString(endpoint.port()));
        settings.put("unix_socket_directories", endpoint.socketDirectory().toString());
        settings.put("unix_socket_permissions", "0700");
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        // This build knows only pglz, which costs more than it saves.
        settings.put("wal_compression", "off");
        settings.put("max_connections", "200");
        settings.put("shared_buffers", options.sharedBuffersMegabytes() + "MB");
        settings.put("checkpoint_timeout", "15min");
        settings.put("max_wal_size", "4GB");
        settings.put("min_wal_size", "256MB");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("jit", "off");
        // One file an hour, each overwritten a day later: the logs have a limit.
        settings.put("logging_collector", "on");
        settings.put("log_directory", cluster.logs().toString());
        settings.put("log_filename", "postgres-%H.log");
        settings.put("log_rotation_age", "60");
        settings.put("log_rotation_size", "0");
        settings.put("log_truncate_on_rotation", "on");
        // Statements and the details of errors carry values of rows, which have no place in a log.
        settings.put("log_min_error_statement", "panic");
        settings.put("log_error_verbosity", "terse");
        settings.putAll(options.settings());
        return settings;
    }

    private static boolean isReady(Warden warden, PostgresCluster cluster) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (warden.isAlive() && System.nanoTime() < deadline) {
            Optional<PostmasterFile> file = PostmasterFile.read(cluster.data());
            if (file.isPresent()
                    && file.get().pid() == warden.pid()
                    && file.get().isReady()) {
                return true;
            }
            pause();
        }
        return false;
    }

    /**
     * A server whose program was killed may still be writing its last page; one whose warden was killed too is stopped.
     */
    private static void waitForPredecessor(Path data) {
        long deadline = System.nanoTime() + PREDECESSOR_LIMIT.toNanos();
        boolean told = false;
        while (true) {
            Optional<PostmasterFile> file = PostmasterFile.read(data);
            if (file.isEmpty()) {
                return;
            }
            Optional<ProcessHandle> server = file.get().server();
            if (server.isEmpty()) {
                file.get().removeWhenMisleading(data);
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new ServerStartFailed("Another PostgreSQL, pid "
                        + server.get().pid() + ", still runs on " + data + "; stop it first.");
            }
            if (!told && isOrphan(server.get())) {
                Warden.signal("INT", server.get().pid());
                told = true;
            }
            pause();
        }
    }

    /** True when no warden stands above the server any more: then nobody else will ever stop it. */
    private static boolean isOrphan(ProcessHandle server) {
        return server.parent()
                .map(parent -> parent.pid() == 1
                        || parent.info()
                                .arguments()
                                .map(arguments -> !List.of(arguments).contains(Warden.NAME))
                                .orElse(false))
                .orElse(false);
    }

    /**
     * Short and private, outside the data directory, whose own name may be too long for a socket; the warden removes
     * it.
     */
    private static Path newSocketDirectory() {
        try {
            Path made = Files.createTempDirectory(Platform.temporary(), SOCKET_DIRECTORY);
            if (made.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_DIRECTORY_BYTES_MAX) {
                return made;
            }
            Files.delete(made);
            return Files.createTempDirectory(Path.of("/tmp"), SOCKET_DIRECTORY);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for the socket", e);
        }
    }

    private static void truncate(Path log) {
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot truncate " + log, e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartFailed("Interrupted while PostgreSQL was starting", e);
        }
    }
}
