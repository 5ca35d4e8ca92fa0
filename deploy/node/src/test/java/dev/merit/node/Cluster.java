package dev.merit.node;

import dev.merit.testing.PostgresFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.OS;

/** Nodes that share a database and a secret, each a process of its own. */
final class Cluster implements AutoCloseable {
    static final String SECRET = "a secret of many words";

    private final Path directory;
    private final PostgresFixture postgres;
    private final Map<String, String> settings;
    private final Path hosts;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> busPorts = new ArrayList<>();
    private final List<RunningNode> nodes = new ArrayList<>();

    /** Begins nothing yet; {@code size} nodes may be started. */
    Cluster(Path directory, PostgresFixture postgres, Map<String, String> settings, int size) throws IOException {
        this.directory = directory;
        this.postgres = postgres;
        this.settings = settings;
        this.hosts = hosts(directory, size);
        for (int i = 0; i < size; i++) {
            ports.add(freePort());
            busPorts.add(freePort());
        }
    }

    /** Starts the next node and waits until it is ready. */
    RunningNode start(Map<String, String> more) throws Exception {
        return start(nodes.size(), more);
    }

    /** Starts one that was stopped once more, on its ports and data directory. */
    RunningNode again(int number) throws Exception {
        return start(number, Map.of());
    }

    private RunningNode start(int number, Map<String, String> more) throws Exception {
        Map<String, String> own = new HashMap<>(more);
        own.put("MERIT_CLUSTER_HOST", host(number));
        own.put("MERIT_CLUSTER_PORT", ports.get(number).toString());
        own.put("MERIT_CLUSTER_BUS_PORT", busPorts.get(number).toString());
        RunningNode node = RunningNode.start(directory.resolve("node-" + number), environment(own), "node");
        nodes.add(node);
        return node;
    }

    int port(int number) {
        return ports.get(number);
    }

    int busPort(int number) {
        return busPorts.get(number);
    }

    /** What a node of this cluster is told, with something else in some places. */
    Map<String, String> environment(Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("MERIT_DATABASE_URL", postgres.options().url());
        environment.put("MERIT_KAFKA_BOOTSTRAP_SERVERS", "off");
        environment.put("MERIT_CLUSTER", "tcp");
        environment.put("MERIT_CLUSTER_PORT", Integer.toString(freePort()));
        environment.put("MERIT_CLUSTER_BUS_PORT", "0");
        environment.put("MERIT_CLUSTER_SECRET", SECRET);
        environment.put("MERIT_CLUSTER_HOST", host(0));
        environment.put(
                "MERIT_CLUSTER_MEMBERS",
                IntStream.range(0, ports.size())
                        .mapToObj(number -> host(number) + ":" + ports.get(number))
                        .collect(Collectors.joining(",")));
        environment.put("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
        environment.putAll(more);
        return environment;
    }

    /** As in the world: a name for each, and on Linux, where all of 127 leads to this machine, an address for each. */
    private static Path hosts(Path directory, int size) throws IOException {
        List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
        for (int number = 0; number < size; number++) {
            lines.add(address(number) + " " + host(number));
        }
        return Files.write(directory.resolve("hosts"), lines);
    }

    private static String host(int number) {
        return "node-" + number + ".merit.test";
    }

    static String address(int number) {
        return OS.LINUX.isCurrentOs() ? "127.0.0." + (number + 2) : "127.0.0.1";
    }

    /** A figure of a node, by its name in Prometheus. */
    static double metric(RunningNode node, String name) {
        try {
            return Api.text(node.management() + "/metrics")
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        nodes.forEach(RunningNode::close);
    }
}
