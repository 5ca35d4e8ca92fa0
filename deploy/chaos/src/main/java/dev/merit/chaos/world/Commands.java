package dev.merit.chaos.world;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short programs of the operating system. */
final class Commands {
    private static final int LIMIT_SECONDS = 15;

    private Commands() {}

    /** What a program said, and how it ended. */
    record Said(int status, String text) {
        boolean isGood() {
            return status == 0;
        }
    }

    /** Runs one to its end, bounded. A program that is not there is one that failed. */
    static Said run(String input, List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Said(1, command.getFirst() + " took too long");
            }
            return new Said(process.exitValue(), text);
        } catch (IOException e) {
            return new Said(1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Said(1, "interrupted");
        }
    }

    /** Runs one that has to succeed. */
    static void need(String input, List<String> command) {
        Said said = run(input, command);
        if (!said.isGood()) {
            throw new ChaosFailed("`" + String.join(" ", command) + "` failed: " + said.text());
        }
    }

    static void need(String... command) {
        need("", List.of(command));
    }
}
