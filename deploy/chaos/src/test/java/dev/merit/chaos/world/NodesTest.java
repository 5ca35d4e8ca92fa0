package dev.merit.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.embedded.program.Distribution;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodesTest {
    private final Path directory;

    NodesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private int[] routers(int count, @Nullable String secret) {
        var setting = new Nodes.Setting(
                new Distribution(directory),
                null,
                new Loopback(),
                directory,
                0,
                Collections.nCopies(count, "jdbc"),
                "kafka",
                "key",
                secret);
        try (Nodes nodes = new Nodes(setting, count)) {
            return IntStream.range(0, count)
                    .filter(node -> "router".equals(nodes.settings(node).get("MERIT_VERTICLES")))
                    .toArray();
        }
    }

    /** Breaks when every node has every part: then no request crosses the bus, and nothing of it is tried. */
    @Test
    void letsTheLastOfAClusterHandOnAllThatItIsAsked() {
        assertThat(routers(3, "secret")).containsExactly(2);
        assertThat(routers(2, "secret")).isEmpty();
        assertThat(routers(3, null)).isEmpty();
    }
}
