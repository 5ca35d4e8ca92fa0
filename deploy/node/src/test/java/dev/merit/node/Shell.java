package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs short programs as a shell would. */
final class Shell {
    private static final int SECONDS_MAX = 60;

    private Shell() {}

    /** How a program ended and what it said on both channels. */
    record Outcome(int exitCode, String said) {}

    static Outcome run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MERIT_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), said);
    }

    /** The words that a POSIX shell makes of a pasted line. */
    static List<String> words(Path directory, String line) throws IOException, InterruptedException {
        Outcome outcome =
                run(directory, Map.of(), List.of("sh", "-c", "set -- " + line + "\nfor word; do echo \"$word\"; done"));
        assertThat(outcome.exitCode()).as(outcome.said()).isZero();
        return outcome.said().lines().toList();
    }
}
