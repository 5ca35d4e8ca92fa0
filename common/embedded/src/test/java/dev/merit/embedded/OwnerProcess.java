package dev.merit.embedded;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running {@link Owner} in a process group of its own that ignores Ctrl-C, as a program does that stops in good
 * order.
 */
record OwnerProcess(
        Process process, long postgres, long kafka, String jdbcUrl, String bootstrapServers, Path socketDirectory)
        implements AutoCloseable {

    static OwnerProcess start(Path directory) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "setsid",
                        "sh",
                        "-c",
                        "trap '' INT; exec \"$@\"",
                        "owner",
                        Platform.java(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = process.inputReader(StandardCharsets.UTF_8)
                .lines()
                .filter(said -> said.contains("jdbc:"))
                .findFirst()
                .orElseThrow(() -> new IOException("The owner said nothing"));
        String[] words = line.split(" ", -1);
        return new OwnerProcess(
                process, Long.parseLong(words[0]), Long.parseLong(words[1]), words[2], words[3], Path.of(words[4]));
    }

    boolean serversAreGone() {
        return ProcessHandle.of(postgres).isEmpty() && ProcessHandle.of(kafka).isEmpty();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }

    /** Waits for the servers too: whoever deletes their directory must not race with their last writes. */
    @Override
    public void close() {
        process.destroyForcibly();
        await().atMost(Duration.ofSeconds(15)).until(this::serversAreGone);
    }
}
