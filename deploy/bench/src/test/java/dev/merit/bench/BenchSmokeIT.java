package dev.merit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.candidate.Listing;
import dev.merit.bench.report.Contestants;
import dev.merit.embedded.program.Distribution;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole bench as a program of its own, on the packaged node. It says nothing of speed. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BenchSmokeIT {
    /** All that one run can say something of. */
    private static final int GOALS = 15;

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
                        "-Djava.awt.headless=true",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.merit.bench.Main"),
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

    // Breaks when a contestant cannot run, when the books do not agree with what was acknowledged, when a goal is left
    // out, and when the node is given a setting or a flag that its users do not have.
    @Test
    void runsEveryContestantOnTheNodeAsItIsShipped() throws Exception {
        Process bench = start("--smoke", "--json", json().toString());

        List<ProcessHandle> children = awaitNode(bench);
        List<String> command = commandLine(children);
        List<String> environment = environment(children);
        assertThat(bench.waitFor(5, TimeUnit.MINUTES)).isTrue();

        assertThat(bench.exitValue()).as(said()).isZero();
        JsonNode report = Json.MAPPER.readTree(Files.readString(json()));
        assertThat(report.path("results")).hasSize(Contestants.ALL.size()).allSatisfy(result -> {
            assertThat(result.at("/rate/min").doubleValue())
                    .as(result.toString())
                    .isPositive();
            assertThat(result.at("/p50/min").doubleValue()).isPositive();
            assertThat(result.at("/p99/min").doubleValue()).isPositive();
            assertThat(result.path("failed").longValue()).isZero();
        });
        assertThat(report.path("goals")).hasSize(GOALS).allSatisfy(goal -> assertThat(
                        goal.at("/measured/median").doubleValue())
                .isPositive());
        assertThat(Files.readString(directory.resolve("out.txt"))).contains("÷ best single", "fsync=on", "file_store=");

        // The node is the packaged one, with its own flags and no others, told nothing but where things are and how
        // high the limiter may count; it publishes. Nothing that was acknowledged can be lost.
        assertThat(command).isEqualTo(Distribution.find().command("up"));
        assertThat(report.at("/node/settings").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "MERIT_HTTP_PORT",
                        "MERIT_MANAGEMENT_PORT",
                        "MERIT_RATE_LIMIT_ADMIN_CEILING",
                        "MERIT_RATE_LIMIT_ADMIN_DEFAULT",
                        "MERIT_RATE_LIMIT_MEMBER_CEILING",
                        "MERIT_RATE_LIMIT_MEMBER_DEFAULT",
                        "MERIT_RATE_LIMIT_PARTNER_CEILING",
                        "MERIT_RATE_LIMIT_PARTNER_DEFAULT");
        assertThat(environment)
                .allSatisfy(name -> assertThat(name).startsWith("MERIT_"))
                .contains("MERIT_ADMIN_KEY", "MERIT_DATABASE_URL", "MERIT_DATA_DIR")
                .hasSize(report.at("/node/settings").size() + 3);
        for (String durable : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertThat(report.at("/postgres/" + durable).textValue())
                    .as(durable)
                    .isEqualTo("on");
        }
        assertThat(report.at("/node/settings/MERIT_RATE_LIMIT_PARTNER_DEFAULT").asInt())
                .isPositive();
        assertThat(jars(Distribution.find().root()))
                .isNotEmpty()
                .noneMatch(jar -> jar.contains("spring") || jar.contains("merit-bench") || jar.contains("merit-peer"));
        assertThat(report.at("/node/publishing").textValue()).startsWith("on");
        assertThat(directory.resolve("bench.svg")).exists();
        awaitEnd(children);
    }

    // Breaks when the node writes other tables than those that are filled, or when a list cannot be read.
    @Test
    void measuresALedgerThatHasGrown() throws Exception {
        Process bench = start("--growth", "2000", "--smoke", "--no-kafka");

        assertThat(bench.waitFor(4, TimeUnit.MINUTES)).isTrue();

        assertThat(bench.exitValue()).as(said()).isZero();
        assertThat(Files.readString(directory.resolve("out.txt")))
                .containsPattern("(?m)^\\d[\\d,]+ entries")
                .contains("bytes a purchase", "after the restart");
        String said = Files.readString(directory.resolve("out.txt"));
        for (Listing listing : Listing.values()) {
            assertThat(said).containsPattern("(?m)^" + listing.title() + " +\\d.* 0$");
        }
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
        Set<Path> before = runs();
        Process bench = start("--smoke", "--no-kafka", "--json", json().toString());
        List<ProcessHandle> children = awaitNode(bench);
        assertThat(runs()).hasSizeGreaterThan(before.size());

        bench.destroy();

        assertThat(bench.waitFor(2, TimeUnit.MINUTES)).isTrue();
        awaitEnd(children);
        assertThat(runs()).isEqualTo(before);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("merit-"));
        }
    }

    // Breaks when only an orderly end is thought of.
    @Test
    void leavesNoProcessBehindWhenItIsKilled() throws Exception {
        Set<Path> before = runs();
        Process bench = start("--smoke", "--no-kafka", "--json", json().toString());
        List<ProcessHandle> children = awaitNode(bench);

        bench.destroyForcibly();

        awaitEnd(children);
        // Files do stay then; those of a test must not.
        for (Path run : runs()) {
            if (!before.contains(run)) {
                deleteTree(run);
            }
        }
    }

    /** The directories of all runs of this build, which are not among temporary files. */
    private static Set<Path> runs() throws IOException {
        Path all = Path.of("target", "run").toAbsolutePath();
        if (!Files.isDirectory(all)) {
            return Set.of();
        }
        try (Stream<Path> runs = Files.list(all)) {
            return runs.collect(Collectors.toSet());
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
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

    private static List<String> commandLine(List<ProcessHandle> children) {
        ProcessHandle.Info node = node(children).info();
        return Stream.concat(node.command().stream(), node.arguments().stream().flatMap(Arrays::stream))
                .toList();
    }

    /** The names of all settings that the node or its JVM could find; what they say may be secret. */
    private static List<String> environment(List<ProcessHandle> children) throws IOException {
        Path file = Path.of("/proc", Long.toString(node(children).pid()), "environ");
        return Stream.of(Files.readString(file).split("\0", -1))
                .map(line -> line.split("=", 2)[0])
                .filter(name -> name.startsWith("MERIT_") || name.matches(".*JAVA.*OPTIONS"))
                .toList();
    }

    /** All that can come onto the node's class path. */
    private static List<String> jars(Path dist) throws IOException {
        try (Stream<Path> files = Files.walk(dist)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
        }
    }

    private static ProcessHandle node(List<ProcessHandle> children) {
        return children.stream().filter(BenchSmokeIT::isNode).findFirst().orElseThrow();
    }
}
