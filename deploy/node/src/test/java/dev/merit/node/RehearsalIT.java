package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsal of the packaged program. What the JVM keeps of it is the JVM's affair, and takes half a minute. */
final class RehearsalIT {

    /** Breaks when it cannot book, or leaves its database behind. */
    @Test
    void booksAndLeavesNothingBehind(@TempDir Path directory) throws Exception {
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        List<String> command = new ArrayList<>(RunningNode.command("rehearse"));
        command.add(2, "-Djava.io.tmpdir=" + scratch);

        Shell.Outcome outcome = Shell.run(directory, Map.of(), command);

        assertThat(outcome.exitCode()).as(outcome.said()).isZero();
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith("merit")))
                    .isEmpty();
        }
    }
}
