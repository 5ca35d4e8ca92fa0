package dev.merit.chaos.world;

import dev.merit.embedded.EmbeddedKafka;
import dev.merit.embedded.KafkaOptions;
import dev.merit.embedded.program.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one Kafka: it can be killed, and starts again at the same port on the same data. */
public final class KafkaServer implements AutoCloseable {
    private static final int GONE_SECONDS = 10;

    private final String bootstrapServers;
    private final KafkaOptions options;
    private EmbeddedKafka server;

    private KafkaServer(String host, KafkaOptions options) {
        this.bootstrapServers = host + ":" + options.port();
        this.options = options;
        this.server = EmbeddedKafka.start(options);
    }

    public static KafkaServer start(Path directory, Network network, Distribution distribution) {
        int port = freePort();
        int controller = freePort();
        String host = network.serverHost();
        Map<String, String> settings = Map.of(
                "listeners", "PLAINTEXT://" + host + ":" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners", "PLAINTEXT://" + host + ":" + port,
                "controller.quorum.voters", "1@127.0.0.1:" + controller);
        KafkaOptions options = KafkaOptions.in(directory)
                .withClasspath(distribution.kafkaClasspath())
                .withPort(port)
                .withSettings(settings);
        return new KafkaServer(host, options);
    }

    /** A port that nobody listens on just now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ChaosFailed("There is no free port.", e);
        }
    }

    /** As every client wants it. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Kills the broker. */
    public void kill() {
        ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
        try {
            var unused = server.onExit().get(GONE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new ChaosFailed("Kafka survived its kill.", e);
        }
        server.close();
    }

    /** Comes back when it serves clients. */
    public void startAgain() {
        server = EmbeddedKafka.start(options);
    }

    @Override
    public void close() {
        server.close();
    }
}
