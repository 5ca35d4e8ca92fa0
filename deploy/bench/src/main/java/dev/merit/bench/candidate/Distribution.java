package dev.merit.bench.candidate;

import dev.merit.bench.measure.BenchFailed;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged node.
 *
 * @param root holds {@code lib}, {@code lib-kafka} and {@code jvm.args}
 */
public record Distribution(Path root) {
    /** Names another place for it. */
    public static final String PROPERTY = "merit.node.dist";

    private static final String PLACE = "deploy/node/target/dist";

    /** Looks upwards from where this program lies. */
    public static Distribution find() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return checked(Path.of(given).toAbsolutePath());
        }
        for (Path folder = here(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(PLACE))) {
                return checked(folder.resolve(PLACE));
            }
        }
        throw new BenchFailed("The node is not built: there is no " + PLACE + " above " + here() + ".");
    }

    private static Distribution checked(Path root) {
        var found = new Distribution(root);
        if (!Files.isRegularFile(found.flagsFile())) {
            throw new BenchFailed("There is no packaged node in " + root + ".");
        }
        return found;
    }

    private static Path here() {
        try {
            return Path.of(Distribution.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path flagsFile() {
        return root.resolve("jvm.args");
    }

    /** The command line that the launcher has, word for word. */
    List<String> command(String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "@" + flagsFile(),
                "-Dmerit.kafka.classpath=" + root + "/lib-kafka/*:" + root + "/lib/*",
                "-cp",
                root + "/lib/*",
                "dev.merit.node.Main"));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** The JVM's flags, without their comments. */
    public List<String> flags() {
        try (var lines = Files.lines(flagsFile())) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new BenchFailed("Cannot read " + flagsFile() + ".", e);
        }
    }
}
