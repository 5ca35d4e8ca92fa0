package dev.merit.chaos.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One life of a node: the packaged program in a process of its own, set by its ordinary settings only. */
final class NodeProcess {
    private static final int STOP_SECONDS = 40;
    private static final int GONE_SECONDS = 10;
    private static final int TAIL_LINES = 30;
    private static final int KILLED = 137;

    private final Process process;
    private final Guard guard;
    private final Path log;
    private volatile boolean endExpected;

    private NodeProcess(Process process, Guard guard, Path log) {
        this.process = process;
        this.guard = guard;
        this.log = log;
    }

    /** Starts it, and does not wait until it is ready. What it says is added to the log. */
    static NodeProcess launch(List<String> command, Map<String, String> settings, Path log) {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = builder.environment();
        // Nothing of the caller's may set the node, nor its JVM.
        environment.keySet().removeIf(name -> name.startsWith("MERIT_") || name.endsWith("JAVA_OPTIONS"));
        environment.remove("JAVA_TOOL_OPTIONS");
        environment.putAll(settings);
        try {
            Process process = builder.start();
            Guard guard = Guard.start("kill -KILL \"$1\"", Long.toString(process.pid()));
            return new NodeProcess(process, guard, log);
        } catch (IOException e) {
            throw new ChaosFailed("A node could not be started: " + e.getMessage(), e);
        }
    }

    /** Sends a signal by its name; one that has just ended by itself does not mind. */
    void signal(String name) {
        if (process.isAlive()) {
            var unused = Commands.run("", List.of("kill", "-s", name, Long.toString(process.pid())));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Runs it when the node ends although nobody here has ended it. */
    void onFall(Runnable told) {
        var unused = process.onExit().thenRun(() -> {
            if (!endExpected) {
                guard.close();
                told.run();
            }
        });
    }

    /** What it ended with; that of a SIGKILL as long as it has not. */
    int exitCode() {
        return process.isAlive() ? KILLED : process.exitValue();
    }

    /** Waits for a program that ends by itself. */
    void awaitGoodEnd(Duration limit) throws InterruptedException {
        endExpected = true;
        boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        guard.close();
        if (!ended || process.exitValue() != 0) {
            throw new ChaosFailed("The program did not end well. It said:\n" + tail());
        }
    }

    /** SIGKILL, and waits for the death. */
    void kill() {
        endExpected = true;
        process.destroyForcibly();
        boolean ended = await(GONE_SECONDS);
        guard.close();
        if (!ended) {
            throw new ChaosFailed("A node survived its kill.");
        }
    }

    /** An orderly stop, and an end by force when that takes too long; how long it took. */
    Duration stop() {
        endExpected = true;
        long asked = System.nanoTime();
        process.destroy();
        if (!await(STOP_SECONDS)) {
            process.destroyForcibly();
            var unused = await(GONE_SECONDS);
        }
        guard.close();
        return Duration.ofNanos(System.nanoTime() - asked);
    }

    private boolean await(int seconds) {
        boolean interrupted = Thread.interrupted();
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The last that it said. */
    String tail() {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(log));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "nothing";
        }
    }
}
