package dev.merit.chaos.world;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell that does something when this program dies without having done so. Its standard input is a pipe that only
 * this program holds, and the kernel closes that also after kill -9. A terminal's interrupt is not meant for it.
 */
final class Guard implements AutoCloseable {
    private static final String WAIT = """
            trap '' INT TERM HUP
            read -r word
            [ "$word" = done ] && exit 0
            """;

    private final Process shell;

    private Guard(Process shell) {
        this.shell = shell;
    }

    /** Starts it; the script finds the arguments as {@code $1}, {@code $2} … */
    static Guard start(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", WAIT + script, "merit-chaos-guard"));
        command.addAll(List.of(arguments));
        try {
            return new Guard(new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new ChaosFailed("A shell could not be started: " + e.getMessage(), e);
        }
    }

    /** There is nothing left to guard. */
    @Override
    public void close() {
        try (var words = shell.getOutputStream()) {
            words.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It is gone already, and so is what it guarded.
            shell.destroy();
        }
    }
}
