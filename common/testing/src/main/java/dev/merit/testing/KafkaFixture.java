package dev.merit.testing;

import dev.merit.embedded.EmbeddedKafka;
import dev.merit.embedded.KafkaOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Kafka, started once for all tests of a module; it leaves with their JVM. Where {@code
 * MERIT_KAFKA_BOOTSTRAP_SERVERS} is given, that one is used instead; where {@code MERIT_TEST_CONTAINERS} is
 * {@code true} and there is a container engine, it runs in a container.
 */
public final class KafkaFixture implements BeforeAllCallback {
    private static @Nullable String bootstrapServers;

    @Override
    public void beforeAll(ExtensionContext context) {
        var unused = start();
    }

    /** Where clients connect. */
    public String bootstrapServers() {
        return start();
    }

    private static synchronized String start() {
        String running = bootstrapServers;
        if (running == null) {
            String external = System.getenv("MERIT_KAFKA_BOOTSTRAP_SERVERS");
            if (external != null && !external.isBlank()) {
                running = external;
            } else {
                running = Containers.wanted() ? Containers.kafka() : embedded();
            }
            bootstrapServers = running;
        }
        return running;
    }

    private static String embedded() {
        try {
            var directory = Files.createTempDirectory("merit-test-kafka");
            EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.in(directory));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                kafka.close();
                TemporaryFiles.delete(directory);
            }));
            return kafka.bootstrapServers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
