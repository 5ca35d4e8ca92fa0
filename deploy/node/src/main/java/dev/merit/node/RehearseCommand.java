package dev.merit.node;

import dev.merit.platform.config.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Runs a node on a database that is thrown away, lets it book for a while, and ends. A JVM that is told to, by {@code
 * -XX:AOTCacheOutput}, keeps what it learnt meanwhile for later starts.
 */
@Command(name = "rehearse", hidden = true, description = "Runs a node for some seconds on a database of its own.")
final class RehearseCommand implements Callable<Integer> {
    private static final int PURCHASES = 400;
    private static final String LIMIT = Integer.toString(2 * PURCHASES);
    private static final int CREATED = 201;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final String BASE = "/api/agent/v1";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("merit-rehearsal-");
        Settings settings = Settings.read(Map.of(
                "MERIT_DATA_DIR",
                directory.toString(),
                "MERIT_HTTP_PORT",
                "0",
                "MERIT_MANAGEMENT_PORT",
                "0",
                "MERIT_KAFKA_BOOTSTRAP_SERVERS",
                "off",
                "MERIT_RATE_LIMIT_PARTNER_DEFAULT",
                LIMIT,
                "MERIT_RATE_LIMIT_PARTNER_CEILING",
                LIMIT));
        Logging.configure(settings.logFormat());
        Terminal nobody =
                new Terminal(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
        Teardown teardown = new Teardown(nobody);
        teardown.onSignal();
        teardown.addQuietly(() -> delete(directory));
        try {
            var unused = Node.start(settings, nobody, teardown, true);
            return book(directory) ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            teardown.run();
        }
    }

    /** False when anything was refused. */
    private static boolean book(Path directory) throws IOException, InterruptedException {
        int port = NodeDescription.file(directory).read().orElseThrow().httpPort();
        Demo.Kept shop = Demo.kept(directory).orElseThrow();
        String body = "{\"card_id\":\"" + shop.card() + "\",\"member_identifier\":\"" + shop.member()
                + "\",\"purchase_amount\":2.50}";
        try (HttpClient till = HttpClient.newHttpClient()) {
            for (int i = 0; i < PURCHASES; i++) {
                HttpRequest purchase = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + BASE + "/partner/transactions/purchase"))
                        .timeout(ANSWER_LIMIT)
                        .header("X-Agent-Key", shop.key())
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
                if (till.send(purchase, BodyHandlers.discarding()).statusCode() != CREATED) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
