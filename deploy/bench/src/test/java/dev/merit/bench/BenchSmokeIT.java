package dev.merit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.embedded.program.Distribution;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole bench as a program of its own, on the packaged node. It says nothing of speed. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BenchSmokeIT {

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
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.merit.bench.Main",
                        "--json",
                        json().toString()),
                Stream.of(arguments));
        return new ProcessBuilder(command.toList())
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
    }

    private Path json() {
        return directory.resolve("bench.json");
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("out.txt")) + Files.readString(directory.resolve("err.txt"));
    }

    // Breaks when any contestant cannot run, when the books do not agree with what was acknowledged, and when the node
    // is
    // given a setting or a flag that its users do not have.
    @Test
    void runsEveryContestantOnTheNodeAsItIsShipped() throws Exception {
        Process bench = start("--smoke");

        List<ProcessHandle> children = awaitNode(bench);
        String command = commandLine(children);
        assertThat(bench.waitFor(5, TimeUnit.MINUTES)).isTrue();

        assertThat(bench.exitValue()).as(said()).isZero();
        JsonNode report = Json.MAPPER.readTree(Files.readString(json()));
        assertThat(report.path("results")).hasSize(10).allSatisfy(result -> {
            assertThat(result.at("/rate/min").doubleValue())
                    .as(result.toString())
                    .isPositive();
            assertThat(result.at("/p50/min").doubleValue()).isPositive();
            assertThat(result.at("/p99/min").doubleValue()).isPositive();
            assertThat(result.path("failed").longValue()).isZero();
        });
        assertThat(report.path("goals"))
                .allSatisfy(goal ->
                        assertThat(goal.at("/measured/median").doubleValue()).isPositive());
        assertThat(Files.readString(directory.resolve("out.txt"))).contains("÷ best single", "fsync=on");

        // The node is the packaged one, with its own flags and no others, told nothing but where things are and how
        // high
        // the limiter may count; it publishes.
        Path dist = Distribution.find().root();
        assertThat(command).contains("@" + dist + "/jvm.args").endsWith("dev.merit.node.Main up");
        assertThat(command.split(" ")).filteredOn(word -> word.startsWith("-")).hasSize(2);
        assertThat(report.at("/node/settings").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "MERIT_HTTP_PORT",
                        "MERIT_MANAGEMENT_PORT",
                        "MERIT_RATE_LIMIT_PARTNER_CEILING",
                        "MERIT_RATE_LIMIT_PARTNER_DEFAULT");
        assertThat(report.at("/node/settings/MERIT_RATE_LIMIT_PARTNER_DEFAULT").asInt())
                .isPositive();
        assertThat(report.at("/node/publishing").textValue()).startsWith("on");
        assertThat(report.at("/postgres/synchronous_commit").textValue()).isEqualTo("on");
        awaitEnd(children);
    }

    // Breaks when the outbox cannot be filled as the node fills it, or when nothing is published.
    @Test
    void measuresHowFastEventsArePublished() throws Exception {
        Process bench = start("--events", "--smoke");

        assertThat(bench.waitFor(3, TimeUnit.MINUTES)).isTrue();

        assertThat(bench.exitValue()).as(said()).isZero();
        assertThat(Files.readString(directory.resolve("out.txt")))
                .contains("backlog: 20,000 events, drained at ")
                .contains("steady:  1,000 events at 500/s, lag p50 ");
    }

    // Breaks when the bench forgets what it started: servers would go on for ever, or a directory would stay.
    @Test
    void leavesNothingBehindWhenItIsStopped() throws Exception {
        Process bench = start("--smoke", "--no-kafka");
        List<ProcessHandle> children = awaitNode(bench);

        bench.destroy();

        assertThat(bench.waitFor(2, TimeUnit.MINUTES)).isTrue();
        awaitEnd(children);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("merit-"));
        }
    }

    // Breaks when only an orderly end is thought of.
    @Test
    void leavesNoProcessBehindWhenItIsKilled() throws Exception {
        Process bench = start("--smoke", "--no-kafka");
        List<ProcessHandle> children = awaitNode(bench);

        bench.destroyForcibly();

        awaitEnd(children);
    }

    /** Everything that runs below the bench, once the node is among it. */
    private List<ProcessHandle> awaitNode(Process bench) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (true) {
            List<ProcessHandle> children = bench.descendants().toList();
            if (children.stream().anyMatch(BenchSmokeIT::isNode)) {
                return children;
            }
            assertThat(bench.isAlive()).as(said()).isTrue();
            assertThat(System.nanoTime()).as("no node was started").isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static void awaitEnd(List<ProcessHandle> children) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (children.stream().anyMatch(ProcessHandle::isAlive)) {
            assertThat(System.nanoTime()).as("still alive: " + children).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static boolean isNode(ProcessHandle process) {
        return process.info().arguments().stream().flatMap(Arrays::stream).anyMatch("dev.merit.node.Main"::equals);
    }

    private static String commandLine(List<ProcessHandle> children) throws IOException {
        Optional<ProcessHandle> node =
                children.stream().filter(BenchSmokeIT::isNode).findFirst();
        return String.join(" ", node.orElseThrow().info().arguments().orElseThrow());
    }
}
