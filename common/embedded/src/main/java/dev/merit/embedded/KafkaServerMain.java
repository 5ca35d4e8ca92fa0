package dev.merit.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program of the broker's JVM: arguments are the directory, the broker's port, the controller's port, and settings.
 */
public final class KafkaServerMain {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaServerMain.class);

    private static final int NODE_ID = 1;
    private static final long PREDECESSOR_MILLISECONDS_MAX = 20_000;
    private static final int POLL_MILLISECONDS = 50;

    private KafkaServerMain() {}

    /** Exists from the moment the broker serves clients. */
    static Path readyFile(Path directory) {
        return directory.resolve("broker.ready");
    }

    public static void main(String[] arguments) {
        int status = 1;
        try {
            status = run(arguments);
        } catch (Exception e) {
            LOGGER.atError().setCause(e).log("kafka.failed");
        }
        System.exit(status);
    }

    private static int run(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Map<String, String> settings = settings(directory, arguments[1], arguments[2]);
        for (String setting : Arrays.asList(arguments).subList(3, arguments.length)) {
            String[] parts = setting.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lockWhenPredecessorIsGone(channel)) {
            if (!lock.isValid()) {
                return 1;
            }
            format(directory);
            return serve(directory, settings);
        }
    }

    /** The broker of a program killed just now may still be closing its files. */
    private static FileLock lockWhenPredecessorIsGone(FileChannel channel) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PREDECESSOR_MILLISECONDS_MAX * 1_000_000;
        while (System.nanoTime() < deadline) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            Thread.sleep(POLL_MILLISECONDS);
        }
        throw new IOException("Another broker still runs in the same directory");
    }

    private static int serve(Path directory, Map<String, String> settings) throws IOException {
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.shutdown();
                            server.awaitShutdown();
                        },
                        "stop"));
        Thread.ofPlatform().daemon().name("owner").start(KafkaServerMain::stopWithOwner);
        // Comes back when the controller has unfenced the broker: from here on it serves clients.
        server.startup();
        PrivateFiles.write(
                readyFile(directory), Long.toString(ProcessHandle.current().pid()));
        server.awaitShutdown();
        return 1;
    }

    /**
     * The other end of standard input is held by the program that started us, and the kernel closes it when that dies.
     */
    private static void stopWithOwner() {
        try {
            while (System.in.read() >= 0) {
                // Nobody has anything to say here.
            }
        } catch (IOException e) {
            LOGGER.atWarn().setCause(e).log("kafka.owner.lost");
        }
        System.exit(0);
    }

    private static void format(Path directory) throws Exception {
        Path messages = Files.createDirectories(messages(directory));
        new Formatter()
                .setClusterId(clusterId(directory))
                .setNodeId(NODE_ID)
                .addDirectory(messages.toString())
                .setMetadataLogDirectory(messages.toString())
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    /** Kept beside the messages: Kafka refuses messages of a cluster with another id. */
    private static String clusterId(Path directory) throws IOException {
        Path file = directory.resolve("cluster-id");
        if (!Files.exists(file)) {
            PrivateFiles.write(file, Uuid.randomUuid().toString());
        }
        return Files.readString(file).strip();
    }

    private static Path messages(Path directory) {
        return directory.resolve("messages");
    }

    private static Map<String, String> settings(Path directory, String port, String controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("log.dirs", messages(directory).toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // The default takes 128 MB of heap.
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        // After a kill a new start waits for the old broker's session; shorter still, and a busy machine loses its own.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "1000");
        settings.put("num.network.threads", "1");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        return settings;
    }
}
