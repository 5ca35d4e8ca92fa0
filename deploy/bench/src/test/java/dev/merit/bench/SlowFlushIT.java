package dev.merit.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merit.bench.measure.BenchFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowFlushIT {
    // Breaks when the library is not loaded, or sleeps for less than it was told.
    @Test
    void makesEachCommitWait(@TempDir Path directory) throws Exception {
        assumeTrue(hasCompiler(), "there is no cc");
        Duration delay = Duration.ofMillis(20);

        try (DatabaseServer server = DatabaseServer.start(directory, Optional.empty(), delay)) {
            assertThat(server.proveDelay(delay)).isGreaterThanOrEqualTo(delay);
        }
    }

    // Breaks when a disk as it is passes for a slow one.
    @Test
    void noticesThatNothingWaits(@TempDir Path directory) throws Exception {
        try (DatabaseServer server = DatabaseServer.start(directory, Optional.empty(), Duration.ZERO)) {
            assertThatThrownBy(() -> server.proveDelay(Duration.ofSeconds(1)))
                    .isInstanceOf(BenchFailed.class)
                    .hasMessageContaining("does not act");
        }
    }

    private static boolean hasCompiler() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cc")));
    }
}
