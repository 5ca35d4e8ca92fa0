package dev.merit.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real single-node Kafka on 127.0.0.1 whose messages survive restarts and kills, and which never outlives this JVM.
 *
 * <p>It runs in a JVM of its own, because a fatal fault makes Kafka halt its JVM.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedKafka.class);

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int ATTEMPTS_MAX = 3;
    private static final int POLL_MILLISECONDS = 20;
    private static final int TAIL_CHARACTERS = 3_000;

    private final DataDirectory held;
    private final Warden warden;
    private final int port;

    private EmbeddedKafka(DataDirectory held, Warden warden, int port) {
        this.held = held;
        this.warden = warden;
        this.port = port;
    }

    /**
     * Starts the broker and comes back when it serves clients.
     *
     * @throws DataDirectoryInUse when another program runs a broker in the same directory
     * @throws ServerStartFailed when the broker does not come up; the message says why
     */
    public static EmbeddedKafka start(KafkaOptions options) {
        DataDirectory held = DataDirectory.hold(options.directory());
        boolean started = false;
        try {
            EmbeddedKafka server = start(held, options);
            started = true;
            return server;
        } finally {
            if (!started) {
                held.close();
            }
        }
    }

    private static EmbeddedKafka start(DataDirectory held, KafkaOptions options) {
        options.progress().accept("starting");
        if (options.port() != 0 && !Platform.isFree(options.port())) {
            throw new ServerStartFailed("The port " + options.port()
                    + " for Kafka is taken by another program; free it, or choose another port.");
        }
        // The controller's port is always a free one, so somebody may be quicker even when the broker's is given.
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            int port = options.port() == 0 ? Platform.freePort() : options.port();
            Optional<Warden> warden = launch(held.path(), options, port);
            if (warden.isPresent()) {
                LOGGER.atInfo()
                        .addKeyValue("port", port)
                        .addKeyValue("pid", warden.get().pid())
                        .log("kafka.started");
                return new EmbeddedKafka(held, warden.get(), port);
            }
        }
        throw new ServerStartFailed("Kafka did not start in " + held.path() + ".\n"
                + PrivateFiles.tail(startLog(held.path()), TAIL_CHARACTERS) + "\n"
                + PrivateFiles.tail(held.path().resolve("kafka.log"), TAIL_CHARACTERS));
    }

    /** Host and port, as every Kafka client wants it. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** The process id of the broker's JVM. */
    public long pid() {
        return warden.pid();
    }

    /** Completes with the exit status when the broker ends, asked or not. */
    public CompletableFuture<Integer> onExit() {
        return warden.onExit();
    }

    /** Stops the broker in good order. Waits for it, bounded. */
    @Override
    public void close() {
        try {
            warden.stop(STOP_LIMIT);
        } finally {
            held.close();
        }
        LOGGER.atInfo().addKeyValue("port", port).log("kafka.stopped");
    }

    @Override
    public String toString() {
        return "EmbeddedKafka[port=" + port + ", pid=" + pid() + "]";
    }

    private static Optional<Warden> launch(Path directory, KafkaOptions options, int port) {
        List<String> command = command(directory, options, port);
        Path readyFile = KafkaServerMain.readyFile(directory);
        try {
            Files.deleteIfExists(readyFile);
            Files.deleteIfExists(startLog(directory));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + directory, e);
        }
        Warden warden = Warden.start(
                new Warden.Job(command, new Warden.Signals("TERM", "KILL"), directory, Warden.Job.OWNERS_PIPE));
        boolean ready = false;
        try {
            ready = isReady(warden, readyFile);
        } finally {
            if (!ready) {
                warden.stop(Duration.ZERO);
            }
        }
        return ready ? Optional.of(warden) : Optional.empty();
    }

    private static List<String> command(Path directory, KafkaOptions options, int port) {
        List<String> command = new ArrayList<>(List.of(
                Platform.java(),
                "-Xmx" + options.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=dev/merit/embedded/kafka-logback.xml",
                "-Dmerit.kafka.log=" + directory.resolve("kafka.log"),
                "-cp",
                options.classpath(),
                KafkaServerMain.class.getName(),
                directory.toString(),
                Integer.toString(port),
                Integer.toString(Platform.freePort())));
        options.settings().forEach((name, value) -> command.add(name + "=" + value));
        return command;
    }

    private static boolean isReady(Warden warden, Path readyFile) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try {
            while (warden.isAlive() && System.nanoTime() < deadline) {
                if (Files.exists(readyFile)) {
                    return true;
                }
                Thread.sleep(POLL_MILLISECONDS);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartFailed("Interrupted while Kafka was starting", e);
        }
    }

    private static Path startLog(Path directory) {
        return directory.resolve(Warden.LOG);
    }
}
