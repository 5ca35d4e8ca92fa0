package dev.merit.node;

import dev.merit.embedded.DataDirectoryInUse;
import dev.merit.embedded.ServerStartFailed;
import dev.merit.platform.config.SettingsException;
import java.io.PrintStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;

/** Says why the program cannot go on: one sentence for what somebody can mend, a stack as well for a bug. */
final class Failures {
    private Failures() {}

    /** Tells people, and answers the exit code. */
    static int explain(Throwable failure, PrintStream people) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case SettingsException settings -> say(settings, people, ExitCode.SETTINGS);
            case DataDirectoryInUse inUse -> say(inUse, people, ExitCode.DIRECTORY_IN_USE);
            case ServerStartFailed server -> say(server, people, ExitCode.FAILED);
            case StartFailed start -> say(start, people, ExitCode.FAILED);
            // Somebody pressed Ctrl-C: there is nothing to explain.
            case CancellationException stopping -> ExitCode.FAILED;
            default -> {
                people.println("Merit cannot go on: " + cause);
                LoggerFactory.getLogger(Failures.class)
                        .atError()
                        .setCause(cause)
                        .log("start_failed");
                yield ExitCode.FAILED;
            }
        };
    }

    private static int say(Throwable failure, PrintStream people, int exitCode) {
        people.println(failure.getMessage());
        return exitCode;
    }
}
