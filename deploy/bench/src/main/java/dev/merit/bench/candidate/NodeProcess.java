package dev.merit.bench.candidate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.embedded.program.Distribution;
import dev.merit.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The node as its users run it: the packaged program in a process of its own, set by its ordinary settings only. */
public final class NodeProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LOG_LINES_SHOWN = 30;

    /** Ends the node when this program dies without having done so; a terminal's interrupt is not meant for it. */
    private static final String GUARD = """
            trap '' INT TERM HUP
            read -r word
            [ "$word" = done ] && exit 0
            kill -TERM "$1" 2>/dev/null
            sleep 20
            kill -KILL "$1" 2>/dev/null
            """;

    private final Process node;
    private final Process guard;
    private final Map<String, String> settings;
    private final List<String> command;
    private final int httpPort;

    private NodeProcess(Started started, Options options, int httpPort) {
        this.node = started.node();
        this.guard = started.guard();
        this.command = started.command();
        this.settings = options.settings();
        this.httpPort = httpPort;
    }

    private record Started(Process node, Process guard, List<String> command) {}

    /**
     * What differs from a node without any setting.
     *
     * @param directory for its broker's data and its log
     * @param kafka whether it starts its broker; without one nothing is published and the outbox keeps
     */
    public record Options(Path directory, String databaseUrl, String adminKey, boolean kafka) {
        /** As many as a setting may say. The limiter counts every request; it only must not stop the callers. */
        private static final String PER_MINUTE = "1000000";

        Map<String, String> settings() {
            Map<String, String> settings = new TreeMap<>(Map.of(
                    "MERIT_HTTP_PORT", "0",
                    "MERIT_MANAGEMENT_PORT", "0",
                    "MERIT_DATABASE_URL", databaseUrl,
                    "MERIT_DATA_DIR", directory.toString(),
                    "MERIT_ADMIN_KEY", adminKey,
                    "MERIT_RATE_LIMIT_PARTNER_DEFAULT", PER_MINUTE,
                    "MERIT_RATE_LIMIT_PARTNER_CEILING", PER_MINUTE));
            if (!kafka) {
                settings.put("MERIT_KAFKA_BOOTSTRAP_SERVERS", "off");
            }
            return settings;
        }
    }

    /** Starts it and waits until it says that it is ready. */
    public static NodeProcess start(Distribution distribution, Options options) {
        Path log = options.directory().resolve("node.log");
        Started started = launch(distribution, options, log);
        boolean ready = false;
        try {
            JsonNode description = await(started.node(), options.directory().resolve("node.json"), log);
            awaitReady(started.node(), description.path("management_port").intValue(), log);
            ready = true;
            return new NodeProcess(
                    started, options, description.path("http_port").intValue());
        } finally {
            if (!ready) {
                end(started.node(), started.guard());
            }
        }
    }

    private static Started launch(Distribution distribution, Options options, Path log) {
        List<String> command = distribution.command("up");
        var builder = new ProcessBuilder(command)
                .directory(options.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        // Nothing of the caller's may set the node, nor its JVM.
        environment.keySet().removeIf(name -> name.startsWith("MERIT_") || name.endsWith("JAVA_OPTIONS"));
        environment.remove("JAVA_TOOL_OPTIONS");
        environment.putAll(options.settings());
        try {
            Process node = builder.start();
            Process guard = new ProcessBuilder("sh", "-c", GUARD, "guard", Long.toString(node.pid())).start();
            return new Started(node, guard, command);
        } catch (IOException e) {
            throw new BenchFailed("The node could not be started: " + e.getMessage(), e);
        }
    }

    private static JsonNode await(Process node, Path description, Path log) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.isRegularFile(description)) {
            pause(node, deadline, log);
        }
        try {
            return Json.MAPPER.readTree(Files.readString(description));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitReady(Process node, int managementPort, Path log) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))) {
            pause(node, deadline, log);
        }
    }

    private static boolean isReady(URI health) {
        try {
            var connection = (HttpURLConnection) health.toURL().openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(5_000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause(Process node, long deadline, Path log) {
        if (!node.isAlive() || System.nanoTime() > deadline) {
            throw new BenchFailed("The node did not start. It said:" + System.lineSeparator() + tail(log));
        }
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailed("Interrupted while the node was starting.", e);
        }
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "nothing";
        }
    }

    public int httpPort() {
        return httpPort;
    }

    public long pid() {
        return node.pid();
    }

    public boolean isAlive() {
        return node.isAlive();
    }

    /** The whole command line. */
    public List<String> command() {
        return command;
    }

    /** All settings it was given, and nothing secret among them. */
    public Map<String, String> shownSettings() {
        Map<String, String> shown = new TreeMap<>(settings);
        shown.keySet().removeAll(List.of("MERIT_DATABASE_URL", "MERIT_ADMIN_KEY", "MERIT_DATA_DIR"));
        return shown;
    }

    /** An orderly stop, and an end by force when that takes too long. */
    @Override
    public void close() {
        end(node, guard);
    }

    private static void end(Process node, Process guard) {
        // Also when this thread was interrupted while it waited for the start.
        boolean interrupted = Thread.interrupted();
        node.destroy();
        try {
            if (!node.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                node.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            node.destroyForcibly();
        }
        try (var toGuard = guard.getOutputStream()) {
            toGuard.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It is gone already, and so is what it guarded.
            guard.destroy();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
