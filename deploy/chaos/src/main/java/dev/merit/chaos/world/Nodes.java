package dev.merit.chaos.world;

import dev.merit.chaos.domain.NodeEnd;
import dev.merit.embedded.program.Distribution;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a run, and the only place that knows how one is started. A node that ends by itself is started again, as
 * an orchestrator would, and remembered.
 */
public final class Nodes implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration AFTER_FALL = Duration.ofSeconds(2);
    private static final int OK = 200;
    private static final int ROUTER_FROM_NODES = 3;
    private static final String UNLIMITED = "-1";

    private final Setting setting;
    private final List<Ports> ports;
    private final @Nullable NodeProcess[] processes;
    /** Whose next life is of the other distribution, where there is one. */
    private final boolean[] isOther;

    private final ConcurrentLinkedQueue<NodeEnd> ends = new ConcurrentLinkedQueue<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LOOK_LIMIT).build();
    private volatile boolean isUp;
    private volatile boolean closing;

    /**
     * What all nodes share.
     *
     * @param distribution of each node's first life
     * @param other what nodes are after an orderly stop, and back again after the next; null for the same
     * @param skewHours by how much the clock of every second node is ahead, and of every third behind
     * @param databaseUrls one for each node
     * @param clusterSecret what nodes know each other by; null leaves each on its own, sharing only the servers
     */
    public record Setting(
            Distribution distribution,
            @Nullable Distribution other,
            Network network,
            Path directory,
            int skewHours,
            List<String> databaseUrls,
            String kafka,
            String adminKey,
            @Nullable String clusterSecret) {
        public Setting {
            databaseUrls = List.copyOf(databaseUrls);
        }

        @Override
        public String toString() {
            return "Setting[directory=" + directory + "]";
        }
    }

    /** A restarted node is found where it was. */
    private record Ports(int http, int management, int cluster, int bus) {}

    public Nodes(Setting setting, int count) {
        this.setting = setting;
        this.ports = IntStream.range(0, count)
                .mapToObj(node -> new Ports(
                        KafkaServer.freePort(), KafkaServer.freePort(), KafkaServer.freePort(), KafkaServer.freePort()))
                .toList();
        this.processes = new @Nullable NodeProcess[count];
        this.isOther = new boolean[count];
    }

    public int size() {
        return ports.size();
    }

    /** Where its API is. */
    public URI api(int node) {
        return URI.create("http://" + setting.network().nodeHost(node) + ":"
                + ports.get(node).http());
    }

    /** Where its health checks are. */
    public URI management(int node) {
        return URI.create("http://" + setting.network().nodeHost(node) + ":"
                + ports.get(node).management());
    }

    /** From now on a node that ends by itself is started again; before, it ends the run. */
    public void allUp() {
        isUp = true;
    }

    /** How nodes ended so far, by themselves or as they were told; kills aside. */
    public List<NodeEnd> ends() {
        return List.copyOf(ends);
    }

    /** Brings the database to its shape before the first node does. */
    public static void migrate(Distribution distribution, String databaseUrl, Path log) throws InterruptedException {
        NodeProcess process =
                NodeProcess.launch(distribution.command("migrate"), Map.of("MERIT_DATABASE_URL", databaseUrl), log);
        process.awaitGoodEnd(START_LIMIT);
    }

    /** Starts one, unless it runs; does not wait. */
    public synchronized void start(int node) {
        NodeProcess before = processes[node];
        if (closing || (before != null && before.isAlive())) {
            return;
        }
        List<String> command = new ArrayList<>(setting.network().within(node));
        command.addAll(distribution(node).command("node"));
        NodeProcess process = NodeProcess.launch(command, settings(node), log(node));
        processes[node] = process;
        process.onFall(() -> fell(node, process));
    }

    private Distribution distribution(int node) {
        Distribution other = setting.other();
        return other != null && isOther[node] ? other : setting.distribution();
    }

    private Path home(int node) {
        try {
            return Files.createDirectories(setting.directory().resolve("node-" + (node + 1)));
        } catch (IOException e) {
            throw new ChaosFailed("Cannot make a directory for a node: " + e.getMessage(), e);
        }
    }

    private Path log(int node) {
        return home(node).resolve("node.log");
    }

    Map<String, String> settings(int node) {
        Network network = setting.network();
        Ports own = ports.get(node);
        Map<String, String> settings = new TreeMap<>(Map.of(
                "MERIT_HTTP_HOST", network.nodeHost(node),
                "MERIT_HTTP_PORT", Integer.toString(own.http()),
                "MERIT_MANAGEMENT_PORT", Integer.toString(own.management()),
                "MERIT_DATABASE_URL", setting.databaseUrls().get(node),
                "MERIT_KAFKA_BOOTSTRAP_SERVERS", setting.kafka(),
                "MERIT_DATA_DIR", home(node).toString(),
                "MERIT_ADMIN_KEY", setting.adminKey()));
        settings.putAll(
                WrongClock.environment(setting.skewHours() * List.of(0, 1, -1).get(node % 3)));
        for (String role : List.of("PARTNER", "MEMBER", "ADMIN")) {
            settings.put("MERIT_RATE_LIMIT_" + role + "_DEFAULT", UNLIMITED);
            settings.put("MERIT_RATE_LIMIT_" + role + "_CEILING", UNLIMITED);
        }
        if (isRouterOnly(node, size(), setting.clusterSecret() != null)) {
            settings.put("MERIT_VERTICLES", "router");
        }
        if (setting.clusterSecret() != null) {
            settings.put("MERIT_CLUSTER", "tcp");
            settings.put("MERIT_CLUSTER_HOST", network.nodeHost(node));
            settings.put("MERIT_CLUSTER_PORT", Integer.toString(own.cluster()));
            settings.put("MERIT_CLUSTER_BUS_PORT", Integer.toString(own.bus()));
            settings.put("MERIT_CLUSTER_MEMBERS", members());
            settings.put("MERIT_CLUSTER_SECRET", setting.clusterSecret());
        }
        return settings;
    }

    /**
     * Whether a node only hands requests on to the others. A node that has every part asks nobody else, so without such
     * a one nothing would cross the bus; two others are left to be asked when one of them is away.
     */
    public static boolean isRouterOnly(int node, int nodes, boolean clustered) {
        return clustered && nodes >= ROUTER_FROM_NODES && node == nodes - 1;
    }

    private String members() {
        return IntStream.range(0, size())
                .mapToObj(node ->
                        setting.network().nodeHost(node) + ":" + ports.get(node).cluster())
                .collect(Collectors.joining(","));
    }

    private void fell(int node, NodeProcess process) {
        if (closing || !isUp) {
            return;
        }
        ends.add(new NodeEnd(node, false, process.exitCode(), Duration.ZERO, process.tail()));
        try {
            Thread.sleep(AFTER_FALL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        start(node);
    }

    private synchronized NodeProcess process(int node) {
        NodeProcess process = processes[node];
        if (process == null) {
            throw new ChaosFailed("Node " + (node + 1) + " was never started.");
        }
        return process;
    }

    /** SIGKILL. */
    public void kill(int node) {
        process(node).kill();
    }

    /** SIGTERM, and waits for the end. Where there are two distributions the node's next life is of the other one. */
    public void stop(int node) {
        stop(node, process(node));
        isOther[node] = !isOther[node];
    }

    private void stop(int node, NodeProcess process) {
        Duration took = process.stop();
        ends.add(new NodeEnd(node, true, process.exitCode(), took, process.tail()));
    }

    /** SIGSTOP: it keeps its connections and does nothing. */
    public void pause(int node) {
        process(node).signal("STOP");
    }

    /** SIGCONT. */
    public void resume(int node) {
        process(node).signal("CONT");
    }

    /** Waits until a node says that it is ready. */
    public void awaitReady(int node) throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady(node)) {
            if (!isUp && !process(node).isAlive()) {
                throw new ChaosFailed("Node " + (node + 1) + " did not start. It said:\n"
                        + process(node).tail());
            }
            if (System.nanoTime() > deadline) {
                throw new ChaosFailed("Node " + (node + 1) + " was not ready in " + START_LIMIT.toSeconds()
                        + " s. It said:\n" + process(node).tail());
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** Whether a node says that it is ready. */
    boolean isReady(int node) throws InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(URI.create(management(node) + "/health/ready"))
                .timeout(LOOK_LIMIT)
                .build();
        try {
            return client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }

    /** Stops all in order, at once. */
    @Override
    public void close() {
        List<Thread> stoppers = new ArrayList<>();
        synchronized (this) {
            closing = true;
            for (int at = 0; at < processes.length; at++) {
                int node = at;
                NodeProcess process = processes[at];
                if (process != null && process.isAlive()) {
                    stoppers.add(Thread.ofPlatform().start(() -> {
                        process.signal("CONT");
                        stop(node, process);
                    }));
                }
            }
        }
        boolean interrupted = false;
        for (Thread stopper : stoppers) {
            try {
                stopper.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        client.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
