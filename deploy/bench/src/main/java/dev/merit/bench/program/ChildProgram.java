package dev.merit.bench.program;

import dev.merit.bench.measure.BenchFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program in a process of its own, with nothing of the caller's environment that could set it or its JVM. */
public final class ChildProgram implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final int KILL_LIMIT_SECONDS = 10;
    private static final int LOG_LINES_SHOWN = 30;
    private static final Path TABLE = Path.of("/proc");
    private static final String RESIDENT = "VmRSS:";

    /** Ends the program when this one dies without having done so; a terminal's interrupt is not meant for it. */
    private static final String GUARD = """
            trap '' INT TERM HUP
            read -r word
            [ "$word" = done ] && exit 0
            kill -TERM "$1" 2>/dev/null
            sleep 20
            kill -KILL "$1" 2>/dev/null
            """;

    private final Process process;
    private final Process guard;
    private final Command command;

    private ChildProgram(Process process, Process guard, Command command) {
        this.process = process;
        this.guard = guard;
        this.command = command;
    }

    /**
     * What is to be run.
     *
     * @param name for messages
     * @param line the whole command line
     * @param settings added to the environment
     * @param directory where it runs, and where its log goes
     */
    public record Command(String name, List<String> line, Map<String, String> settings, Path directory) {
        public Command {
            line = List.copyOf(line);
            settings = Map.copyOf(settings);
        }

        private Path log() {
            return directory.resolve("program.log");
        }
    }

    /** Starts it, and does not wait for anything. */
    public static ChildProgram start(Command command) {
        var builder = new ProcessBuilder(command.line())
                .directory(command.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(command.log().toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("MERIT_") || name.endsWith("JAVA_OPTIONS"));
        environment.remove("JAVA_TOOL_OPTIONS");
        environment.putAll(command.settings());
        try {
            Process process = builder.start();
            return new ChildProgram(process, guard(process), command);
        } catch (IOException e) {
            throw new BenchFailed(command.name() + " could not be started: " + e.getMessage(), e);
        }
    }

    /** Without one the program must not live either. */
    private static Process guard(Process process) throws IOException {
        try {
            return new ProcessBuilder("sh", "-c", GUARD, "guard", Long.toString(process.pid())).start();
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Waits until that is so. Fails, with the last that the program said, when it ends before or takes too long. */
    public void await(BooleanSupplier ready, Duration poll) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new BenchFailed(command.name() + " did not start. It said:" + System.lineSeparator() + tail());
            }
            try {
                Thread.sleep(poll);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchFailed("Interrupted while " + command.name() + " was starting.", e);
            }
        }
    }

    /** A port that was free a moment ago: one that the program is told shows how it runs when told none. */
    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BenchFailed("There is no free port: " + e.getMessage(), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public List<String> commandLine() {
        return command.line();
    }

    /** What the process holds of the machine's memory, in MiB; empty where there is no process table. */
    public OptionalLong residentMebibytes() {
        try (var lines = Files.lines(TABLE.resolve(Long.toString(pid())).resolve("status"))) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1_024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(command.log());
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "nothing";
        }
    }

    /** What it had open is closed when this returns, so that its files can be deleted. */
    private void kill() {
        var unused = process.destroyForcibly()
                .onExit()
                .completeOnTimeout(process, KILL_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** An orderly stop, and an end by force when that takes too long. */
    @Override
    public void close() {
        // Also when this thread was interrupted while it waited for the start.
        boolean interrupted = Thread.interrupted();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            kill();
        }
        try (var toGuard = guard.getOutputStream()) {
            toGuard.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It is gone already, and so is what it guarded.
            guard.destroy();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
