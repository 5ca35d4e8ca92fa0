package dev.merit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small run as a program of its own, on packaged nodes: a node and PostgreSQL are killed. It says nothing of speed. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ChaosSmokeIT {
    private static final int GOOD = 0;
    private static final int LATE = 3;

    private Path directory;

    @BeforeEach
    void useADirectoryOfItsOwn(@TempDir Path made) {
        directory = made;
    }

    private Process start(String... arguments) throws IOException {
        Stream<String> command = Stream.concat(
                Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.merit.chaos.Main",
                        "--smoke",
                        "--no-partitions",
                        "--out",
                        directory.resolve("run").toString()),
                Stream.of(arguments));
        return new ProcessBuilder(command.toList())
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("out.txt")) + Files.readString(directory.resolve("err.txt"));
    }

    /**
     * Breaks when a node acknowledges what it then loses, when a repeat acts twice, when an event is skipped; and when
     * the run itself no longer compares anything.
     */
    @Test
    void losesAndDoublesNothing() throws Exception {
        Process run = start("--seed", "1");

        assertThat(run.waitFor(8, TimeUnit.MINUTES)).isTrue();

        assertThat(run.exitValue()).as(said()).isIn(GOOD, LATE);
        JsonNode summary =
                Json.MAPPER.readTree(directory.resolve("run/summary.json").toFile());
        assertThat(summary.path("correct").booleanValue()).isTrue();
        for (String promise : List.of(
                "no_loss", "no_invention", "balance", "stream", "limits", "tenancy", "order", "answers", "definite")) {
            assertThat(summary.at("/promises/" + promise + "/looked_at").longValue())
                    .as(promise)
                    .isPositive();
        }
        assertThat(summary.path("faults")).hasSize(2);
        assertThat(Files.readAllLines(directory.resolve("run/operations.txt"))).hasSize(300);
    }

    /** Breaks when only an orderly end is thought of. */
    @Test
    void leavesNoProcessBehindWhenItIsKilled() throws Exception {
        Process run = start("--seed", "2", "--nodes", "1");
        List<ProcessHandle> children = awaitNode(run);

        run.destroyForcibly();

        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (children.stream().anyMatch(ProcessHandle::isAlive)) {
            assertThat(System.nanoTime()).as("still alive: " + children).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private List<ProcessHandle> awaitNode(Process run) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (true) {
            List<ProcessHandle> children = run.descendants().toList();
            if (children.stream()
                    .anyMatch(child -> child.info().commandLine().orElse("").contains("dev.merit.node.Main"))) {
                return children;
            }
            assertThat(run.isAlive()).as(said()).isTrue();
            assertThat(System.nanoTime()).as("no node was started").isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
