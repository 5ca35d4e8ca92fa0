package dev.merit.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one server as a child that cannot outlive this JVM.
 *
 * <p>Between this JVM and the server stands a small shell in a session of its own, so the terminal's Ctrl-C reaches
 * neither it nor the server. Its standard input is a pipe whose other end only this JVM holds. When the pipe closes,
 * which the kernel does for us even after kill -9, the shell stops the server, first kindly, then hard. When the server
 * ends by itself, the shell ends too, so this JVM sees it as the exit of its child.
 */
final class Warden {
    /** What servers say goes here; the script knows the name too. */
    static final String LOG = "start.log";

    /** The word by which one knows a warden in a list of processes. */
    static final String NAME = "merit-warden";

    /** How long the server has after this JVM's death before the hard signal; one tenth of a second each. */
    private static final int PATIENCE_TENTHS = 20;

    private static final Duration LAST_WAIT = Duration.ofSeconds(8);

    /** All a server needs to know of us. Everything else, the secrets of the node first, stays here. */
    private static final Set<String> ENVIRONMENT =
            Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "JAVA_HOME");

    private static final String SCRIPT = """
            soft=$1 hard=$2 patience=$3 input=$4 scratch=$5
            shift 5
            exec 3<&0 </dev/null 2>>start.log
            "$@" <"$input" >>start.log 2>&1 3<&- &
            server=$!
            trap 'kill -s "$soft" "$server"' TERM INT HUP
            gone() {
              tenths=0
              while kill -s 0 "$server"; do
                [ "$tenths" -lt "$1" ] || return 1
                sleep 0.1 || sleep 1
                tenths=$((tenths + 1))
              done
            }
            (
              while read -r word <&3; do :; done
              exec 3<&-
              kill -s "$soft" "$server"
              gone "$patience" || kill -s "$hard" "$server"
              gone 10 || kill -s KILL "$server"
            ) >/dev/null 2>&1 &
            watch=$!
            exec 3<&-
            echo "$server"
            exec >/dev/null 2>&1
            wait "$server"
            status=$?
            while kill -s 0 "$server"; do
              wait "$server"
              status=$?
            done
            rmdir "$scratch"
            kill "$watch"
            wait "$watch"
            exit "$status"
            """;

    /** What a server is told: first {@code soft}, and {@code hard} when it takes too long. */
    record Signals(String soft, String hard) {}

    /**
     * One server to run.
     *
     * @param directory where it runs, and where the file {@link #LOG} takes its output
     * @param input its standard input; {@link #OWNERS_PIPE} ends when this JVM does
     * @param scratch a directory that is removed when the server has gone and left it empty
     * @param environment what it is told beside what every server is told of this process's environment
     */
    record Job(
            List<String> command,
            Signals signals,
            Path directory,
            Path input,
            Path scratch,
            Map<String, String> environment) {
        static final Path NOTHING = Path.of("/dev/null");
        static final Path OWNERS_PIPE = Path.of("/dev/fd/3");

        Job {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        Job(List<String> command, Signals signals, Path directory, Path input) {
            this(command, signals, directory, input, NOTHING, Map.of());
        }
    }

    private final Process shell;
    private final ProcessHandle server;
    private final Signals signals;

    private Warden(Process shell, ProcessHandle server, Signals signals) {
        this.shell = shell;
        this.server = server;
        this.signals = signals;
    }

    static Warden start(Job job) {
        List<String> command = new ArrayList<>(ownSession());
        command.addAll(List.of("sh", "-c", SCRIPT, NAME));
        command.addAll(List.of(
                job.signals().soft(),
                job.signals().hard(),
                Integer.toString(PATIENCE_TENTHS),
                job.input().toString(),
                job.scratch().toString()));
        command.addAll(job.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(job.directory().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(ENVIRONMENT);
        builder.environment().putAll(job.environment());
        try {
            Process shell = builder.start();
            return new Warden(shell, server(shell, job), job.signals());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + job.command().getFirst(), e);
        }
    }

    /** Runs a short program to its end, under the same care, and answers its exit status. */
    static int run(Job job, Duration limit) {
        Warden warden = start(job);
        try {
            if (!warden.shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ServerStartFailed(
                        job.command().getFirst() + " did not finish within " + limit.toSeconds() + " s.");
            }
            return warden.shell.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartFailed(
                    "Interrupted while running " + job.command().getFirst(), e);
        } finally {
            warden.stop(Duration.ZERO);
        }
    }

    /** The server's own process id. */
    long pid() {
        return server.pid();
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    /** Completes with the exit status when the server has ended, for whatever reason. */
    CompletableFuture<Integer> onExit() {
        return shell.onExit().thenApply(Process::exitValue);
    }

    /** Asks the server to stop, waits that long for it, then makes it. Does nothing when it has ended already. */
    void stop(Duration patience) {
        boolean undisturbed = true;
        if (shell.isAlive()) {
            // Not Process.destroy(): that would close the pipe as well, and with it start the short wait.
            shell.toHandle().destroy();
            undisturbed = gone(shell.toHandle(), patience);
        }
        try {
            shell.getOutputStream().close();
        } catch (IOException e) {
            // The reader is gone, which is all we want.
        }
        undisturbed &= gone(shell.toHandle(), LAST_WAIT);
        shell.destroyForcibly();
        if (server.isAlive()) {
            // Only when somebody killed the shell is there still something to do.
            signal(signals.hard(), server.pid());
            undisturbed &= gone(server, Duration.ofSeconds(2));
            server.destroyForcibly();
        }
        if (!undisturbed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a signal by name, which Java itself can do for two of them only. */
    static void signal(String name, long pid) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, Long.toString(pid))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot send a signal to process " + pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits that long; false means that the wait was interrupted, not that the process is still there. */
    private static boolean gone(ProcessHandle process, Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        } catch (ExecutionException | TimeoutException e) {
            // The caller looks again.
        }
        return true;
    }

    private static List<String> ownSession() {
        Optional<String> setsid = Platform.executable("setsid");
        if (setsid.isPresent()) {
            return List.of(setsid.get());
        }
        String perl = Platform.executable("perl")
                .orElseThrow(() -> new ServerStartFailed(
                        "The embedded servers need the program setsid or perl; install one of them."));
        return List.of(perl, "-e", "use POSIX; POSIX::setsid(); exec @ARGV or die", "--");
    }

    private static ProcessHandle server(Process shell, Job job) throws IOException {
        try (BufferedReader reader = shell.inputReader(StandardCharsets.US_ASCII)) {
            String line = reader.readLine();
            Optional<ProcessHandle> server =
                    line == null ? Optional.empty() : ProcessHandle.of(Long.parseLong(line.strip()));
            // A short program may be over and forgotten already: then its shell stands for it.
            return server.orElseGet(shell::toHandle);
        } catch (IOException | NumberFormatException e) {
            shell.destroyForcibly();
            throw new IOException("The shell around " + job.command().getFirst() + " did not start", e);
        }
    }
}
