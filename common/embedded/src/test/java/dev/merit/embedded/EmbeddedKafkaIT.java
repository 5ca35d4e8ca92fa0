package dev.merit.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    private static final String TOPIC = "merit.notes";

    private final Path directory;

    EmbeddedKafkaIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void keepsMessagesAcrossCloseAndStartOnOtherPorts() throws Exception {
        // Breaks when the cluster id is made anew, or the quorum's voters keep the port of the last run.
        long firstPid;
        try (EmbeddedKafka server = EmbeddedKafka.start(KafkaOptions.in(directory))) {
            firstPid = server.pid();
            Messages.createTopic(server.bootstrapServers(), TOPIC);
            Messages.send(server.bootstrapServers(), TOPIC, "first");
            assertThat(Messages.read(server.bootstrapServers(), TOPIC, 1)).containsExactly("first");
        }
        assertThat(ProcessHandle.of(firstPid)).isEmpty();
        try (EmbeddedKafka server = EmbeddedKafka.start(KafkaOptions.in(directory))) {
            Messages.send(server.bootstrapServers(), TOPIC, "second");
            assertThat(Messages.read(server.bootstrapServers(), TOPIC, 2)).containsExactly("first", "second");
            // A misspelt topic must be an error, not a new topic that nobody reads.
            assertThatThrownBy(() ->
                            Messages.send(server.bootstrapServers(), "merit.misspelt", "lost", Duration.ofSeconds(2)))
                    .hasMessageContaining("merit.misspelt");
            assertThat(Messages.topics(server.bootstrapServers())).doesNotContain("merit.misspelt");
        }
        assertThat(directory.resolve("kafka.log")).exists();
    }

    @Test
    void saysWhyItDoesNotStart() {
        KafkaOptions options = KafkaOptions.in(directory).withClasspath("/nowhere");
        assertThatThrownBy(() -> EmbeddedKafka.start(options))
                .isInstanceOf(ServerStartFailed.class)
                .hasMessageContaining("KafkaServerMain");
    }
}
