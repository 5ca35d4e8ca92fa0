package dev.merit.embedded.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    private Path root;
    private Path rehearsed;

    @BeforeEach
    void layOut(@TempDir Path directory) throws IOException {
        root = directory;
        rehearsed = directory.resolve("node.aot");
        Files.writeString(directory.resolve("jvm.args"), "# small\n-Xmx16m\n");
        Path jar = Files.createDirectory(directory.resolve("lib")).resolve("merit-node-0.1.jar");
        Files.writeString(jar, "");
        Files.setLastModifiedTime(jar, FileTime.from(BUILT));
    }

    @Test
    void startsFromWhatWasLearntOfThisBuild() throws IOException {
        rehearsal("learnt", BUILT.plusSeconds(1));

        assertThat(Distribution.in(root).command("up"))
                .containsSubsequence("@" + root.resolve("jvm.args"), "-XX:AOTCache=" + rehearsed, "-cp")
                .endsWith("dev.merit.node.Main", "up");
        assertThat(Distribution.in(root).command("migrate")).noneMatch(word -> word.contains("AOTCache"));
    }

    // Breaks when a start leans on what is not there, could not be made, or was learnt of another build.
    @Test
    void startsWithoutWhatIsOfNoUse() throws IOException {
        assertThat(Distribution.in(root).command("up")).noneMatch(word -> word.contains("AOTCache"));

        rehearsal("", BUILT.plusSeconds(1));
        assertThat(Distribution.in(root).command("up")).noneMatch(word -> word.contains("AOTCache"));

        rehearsal("learnt", BUILT.minusSeconds(1));
        assertThat(Distribution.in(root).command("up")).noneMatch(word -> word.contains("AOTCache"));
    }

    @Test
    void knowsTheFlagsWithoutTheirComments() {
        assertThat(Distribution.in(root).flags()).containsExactly("-Xmx16m");
    }

    private void rehearsal(String content, Instant when) throws IOException {
        Files.writeString(rehearsed, content);
        Files.setLastModifiedTime(rehearsed, FileTime.from(when));
    }
}
