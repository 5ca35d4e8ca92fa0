package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a running node when one of its servers is killed. */
final class LostServerJourneyIT {
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);

    private final Path directory;

    LostServerJourneyIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Breaks when a dead broker stops the shop, or stays dead, or when a dead database leaves a node that can do nothing. */
    @Test
    void outlivesItsBrokerAndEndsWithItsDatabase() throws Exception {
        try (RunningNode node = RunningNode.start(directory.resolve("data"), "up", "--demo")) {
            ProcessHandle broker = node.child("KafkaServerMain");
            List<ProcessHandle> children = node.children();

            broker.destroyForcibly();
            HttpResponse<String> purchase =
                    Api.curl(Shell.words(directory, node.curls().get(0)));
            assertThat(purchase.statusCode()).as(purchase.body()).isEqualTo(201);
            node.waitFor(RESTART_LIMIT, () -> node.said().contains("kafka_restarted"));

            node.child("postgres").destroyForcibly();
            assertThat(node.exitCode()).as(node.said()).isEqualTo(1);
            assertThat(node.said()).contains("postgres_died");
            node.waitUntilGone(children);
        }
    }
}
