package dev.merit.bench.candidate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.program.ChildProgram;
import dev.merit.contracts.Role;
import dev.merit.embedded.program.Distribution;
import dev.merit.platform.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The node as its users run it: the packaged program in a process of its own, set by its ordinary settings only. */
public final class NodeProcess implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration FIRST_ANSWER_POLL = Duration.ofMillis(5);
    private static final int ANSWER_LIMIT_MILLIS = 5_000;

    private final ChildProgram program;
    private final Options options;
    private final int httpPort;

    private NodeProcess(ChildProgram program, Options options, int httpPort) {
        this.program = program;
        this.options = options;
        this.httpPort = httpPort;
    }

    /**
     * What differs from a node without any setting.
     *
     * @param directory for its broker's data and its log
     * @param kafka whether it starts its broker; without one nothing is published and the outbox keeps
     * @param cluster settings of a node that is one of several; none for one that stands alone
     */
    public record Options(
            Path directory, String databaseUrl, String adminKey, boolean kafka, Map<String, String> cluster) {
        /** As many as a setting may say. The limiter counts every request; it only must not stop the callers. */
        private static final String PER_MINUTE = "1000000";

        public Options {
            cluster = Map.copyOf(cluster);
        }

        /** A node that stands alone. */
        public Options(Path directory, String databaseUrl, String adminKey, boolean kafka) {
            this(directory, databaseUrl, adminKey, kafka, Map.of());
        }

        Map<String, String> settings(int httpPort) {
            Map<String, String> settings = new TreeMap<>(Map.of(
                    "MERIT_HTTP_PORT",
                    Integer.toString(httpPort),
                    "MERIT_MANAGEMENT_PORT",
                    "0",
                    "MERIT_DATABASE_URL",
                    databaseUrl,
                    "MERIT_DATA_DIR",
                    directory.toString(),
                    "MERIT_ADMIN_KEY",
                    adminKey));
            for (Role role : Role.values()) {
                settings.put("MERIT_RATE_LIMIT_" + role + "_DEFAULT", PER_MINUTE);
                settings.put("MERIT_RATE_LIMIT_" + role + "_CEILING", PER_MINUTE);
            }
            if (!kafka) {
                settings.put("MERIT_KAFKA_BOOTSTRAP_SERVERS", "off");
            }
            settings.putAll(cluster);
            return settings;
        }
    }

    /** Starts it and waits until it says that it is ready. */
    public static NodeProcess start(Distribution distribution, Options options) {
        NodeProcess node = launch(distribution, options);
        boolean ready = false;
        try {
            node.awaitReady();
            ready = true;
            return node;
        } finally {
            if (!ready) {
                node.close();
            }
        }
    }

    /** Waits until it says of itself that it is. */
    public void awaitReady() {
        Path description = options.directory().resolve("node.json");
        program.await(() -> Files.isRegularFile(description), POLL);
        URI health = URI.create("http://127.0.0.1:" + managementPort(description) + "/health/ready");
        program.await(() -> answers(health, null), POLL);
    }

    /** Waits for the first answer to a request with a key; says how long after that moment it came. */
    public Duration awaitFirstAnswer(long startedAt) {
        URI path = URI.create("http://127.0.0.1:" + httpPort + "/api/agent/v1/admin/partners?per_page=1");
        program.await(() -> answers(path, options.adminKey()), FIRST_ANSWER_POLL);
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** Starts it and waits for nothing. */
    public static NodeProcess launch(Distribution distribution, Options options) {
        // A port of its own choice cannot be shared by several event loops: the node would then run on one only.
        int port = ChildProgram.freePort();
        try {
            Files.deleteIfExists(options.directory().resolve("node.json"));
        } catch (IOException e) {
            throw new BenchFailed("The node's directory cannot be used: " + e.getMessage(), e);
        }
        var command = new ChildProgram.Command(
                "The node", distribution.command("up"), options.settings(port), options.directory());
        return new NodeProcess(ChildProgram.start(command), options, port);
    }

    private static int managementPort(Path description) {
        try {
            JsonNode node = Json.MAPPER.readTree(Files.readString(description));
            return node.path("management_port").intValue();
        } catch (IOException e) {
            throw new BenchFailed("The node does not say where it listens: " + e.getMessage(), e);
        }
    }

    private static boolean answers(URI path, @Nullable String key) {
        try {
            var connection = (HttpURLConnection) path.toURL().openConnection();
            connection.setConnectTimeout(ANSWER_LIMIT_MILLIS);
            connection.setReadTimeout(ANSWER_LIMIT_MILLIS);
            if (key != null) {
                connection.setRequestProperty("X-Agent-Key", key);
            }
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it is called. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), httpPort);
    }

    public int httpPort() {
        return httpPort;
    }

    public long pid() {
        return program.pid();
    }

    public OptionalLong residentMebibytes() {
        return program.residentMebibytes();
    }

    /** The whole command line. */
    public List<String> command() {
        return program.commandLine();
    }

    /** All settings it was given, and nothing secret among them. */
    public Map<String, String> shownSettings() {
        Map<String, String> shown = new TreeMap<>(options.settings(httpPort));
        shown.keySet()
                .removeAll(List.of("MERIT_DATABASE_URL", "MERIT_ADMIN_KEY", "MERIT_DATA_DIR", "MERIT_CLUSTER_SECRET"));
        return shown;
    }

    /** An orderly stop, and an end by force when that takes too long. */
    @Override
    public void close() {
        program.close();
    }
}
