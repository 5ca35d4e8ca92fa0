package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merit.testing.EventSchemas;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The packaged program as a child process, started by the command that the launcher ends in. */
final class RunningNode implements AutoCloseable {
    private static final Path DIST = Path.of("target", "dist").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration GONE_LIMIT = Duration.ofSeconds(5);
    private static final int POLL_MILLISECONDS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Process process;
    private final Path output;

    private RunningNode(Path directory, Process process, Path output) {
        this.directory = directory;
        this.process = process;
        this.output = output;
    }

    /** The command line of the program. */
    static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + DIST.resolve("jvm.args"),
                "-Dmerit.kafka.classpath=" + DIST.resolve("lib-kafka") + "/*" + File.pathSeparator + DIST.resolve("lib")
                        + "/*",
                "-cp",
                DIST.resolve("lib") + "/*",
                "dev.merit.node.Main"));
        command.addAll(List.of(words));
        return command;
    }

    /** Settings under which several programs can run beside each other. */
    static Map<String, String> environment(Path data) {
        return Map.of(
                "MERIT_DATA_DIR",
                data.toString(),
                "MERIT_HTTP_PORT",
                "0",
                "MERIT_MANAGEMENT_PORT",
                "0",
                "MERIT_RATE_LIMIT_PARTNER_DEFAULT",
                "-1",
                "MERIT_RATE_LIMIT_PARTNER_CEILING",
                "-1");
    }

    /** Starts a node on a data directory and waits until it is ready. */
    static RunningNode start(Path data, String... words) throws IOException, InterruptedException {
        return start(data, Map.of(), words);
    }

    /** The same with further settings. */
    static RunningNode start(Path data, Map<String, String> settings, String... words)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(data.toAbsolutePath().getParent(), "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command(words)).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MERIT_"));
        builder.environment().putAll(environment(data));
        builder.environment().putAll(settings);
        RunningNode node = new RunningNode(data, builder.start(), output);
        boolean ready = false;
        try {
            node.waitFor(START_LIMIT, () -> !node.process.isAlive() || node.isReady());
            assertThat(node.process.isAlive()).as(node.said()).isTrue();
            ready = true;
            return node;
        } finally {
            if (!ready) {
                node.close();
            }
        }
    }

    /** All that the program has said so far. */
    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    JsonNode description() throws IOException {
        return JSON.readTree(directory.resolve("node.json").toFile());
    }

    String api() throws IOException {
        return "http://127.0.0.1:" + description().get("http_port").intValue() + "/api/agent/v1";
    }

    String management() throws IOException {
        return "http://127.0.0.1:" + description().get("management_port").intValue();
    }

    /** The lines to try that the program printed. */
    List<String> curls() {
        return said().lines().filter(line -> line.startsWith("curl ")).toList();
    }

    /** The servers and their wardens. */
    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    /** One of the servers, found by a word of its command line. */
    ProcessHandle child(String word) {
        return children().stream()
                .filter(child -> child.info().commandLine().orElse("").contains(word))
                .filter(child -> !child.info().command().orElse("").endsWith("sh"))
                .filter(child -> child.parent()
                        .flatMap(parent -> parent.info().command())
                        .orElse("")
                        .endsWith("sh"))
                .findFirst()
                .orElseThrow();
    }

    /** Sends SIGTERM and answers the exit code. */
    int stop() throws InterruptedException {
        process.toHandle().destroy();
        return exitCode();
    }

    /** The exit code of a program that ends by itself. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(() -> said())
                .isTrue();
        return process.exitValue();
    }

    /** Sends a signal such as STOP and CONT. */
    void signal(String name) throws IOException, InterruptedException {
        int sent = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(sent).isZero();
    }

    /** Sends SIGKILL, and waits for the death. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Ends it; whatever a healthy node has published by then has to be what consumers are told. */
    @Override
    public void close() {
        try {
            judgeEvents();
        } finally {
            end();
        }
    }

    private void judgeEvents() {
        if (process.isAlive() && isReady()) {
            try {
                JsonNode kafka = description().path("kafka_bootstrap_servers");
                if (kafka.isTextual()) {
                    var unused = EventSchemas.checkAll(kafka.textValue());
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private void end() {
        List<ProcessHandle> children = children();
        process.toHandle().destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            waitFor(STOP_LIMIT, () -> children.stream().noneMatch(ProcessHandle::isAlive));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a moment for processes that must not outlive the program. */
    void waitUntilGone(List<ProcessHandle> children) throws InterruptedException {
        // PostgreSQL's log collector ends when all that write to it have ended.
        waitFor(GONE_LIMIT, () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    void waitFor(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(() -> "too late\n" + said()).isLessThan(deadline);
            Thread.sleep(POLL_MILLISECONDS);
        }
    }

    private boolean isReady() {
        try {
            return Files.exists(directory.resolve("node.json"))
                    && description().get("pid").longValue() == process.pid()
                    && new Api(api(), "none").status(management() + "/health/ready") == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
