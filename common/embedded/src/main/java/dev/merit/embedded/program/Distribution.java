package dev.merit.embedded.program;

import dev.merit.embedded.ServerStartFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The packaged node.
 *
 * @param root holds {@code lib}, {@code lib-kafka} and {@code jvm.args}, and once it was rehearsed {@code node.aot}
 */
public record Distribution(Path root) {
    /** Names another place for it. */
    public static final String PROPERTY = "merit.node.dist";

    /** Commands that start from what was rehearsed. */
    private static final Set<String> LONG_RUNNING = Set.of("up", "node");

    private static final String PLACE = "deploy/node/target/dist";

    /** Looks upwards from where this program lies. */
    public static Distribution find() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return checked(Path.of(given).toAbsolutePath());
        }
        for (Path folder = placeOf(Distribution.class); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(PLACE))) {
                return checked(folder.resolve(PLACE));
            }
        }
        throw new ServerStartFailed(
                "The node is not built: there is no " + PLACE + " above " + placeOf(Distribution.class) + ".");
    }

    /** The one in that folder. */
    public static Distribution in(Path root) {
        return checked(root.toAbsolutePath());
    }

    private static Distribution checked(Path root) {
        if (!Files.isRegularFile(flagsFile(root))) {
            throw new ServerStartFailed("There is no packaged node in " + root + ".");
        }
        return new Distribution(root);
    }

    /** The folder or archive that the classes of a program lie in. */
    public static Path placeOf(Class<?> program) {
        try {
            return Path.of(
                    program.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The class path of a broker. */
    public String kafkaClasspath() {
        return root + "/lib-kafka/*:" + root + "/lib/*";
    }

    /** The command line that the launcher has, word for word. */
    public List<String> command(String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(
                List.of(java.toString(), "@" + flagsFile(root), "-Dmerit.kafka.classpath=" + kafkaClasspath()));
        if (arguments.length > 0 && LONG_RUNNING.contains(arguments[0]) && isRehearsed()) {
            command.addAll(List.of("-XX:AOTCache=" + rehearsed(), "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        command.addAll(List.of("-cp", root + "/lib/*", "dev.merit.node.Main"));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    private Path rehearsed() {
        return root.resolve("node.aot");
    }

    /** Whether the JVM kept something of a start of this build; the launcher takes care of that. */
    private boolean isRehearsed() {
        try {
            return Files.isRegularFile(rehearsed())
                    && Files.size(rehearsed()) > 0
                    && !Files.getLastModifiedTime(rehearsed()).toInstant().isBefore(builtAt());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Instant builtAt() throws IOException {
        try (var jars = Files.newDirectoryStream(root.resolve("lib"), "merit-node-*.jar")) {
            Instant newest = Instant.MIN;
            for (Path jar : jars) {
                Instant age = Files.getLastModifiedTime(jar).toInstant();
                newest = age.isAfter(newest) ? age : newest;
            }
            return newest;
        }
    }

    /** The JVM's flags, without their comments. */
    public List<String> flags() {
        try (var lines = Files.lines(flagsFile(root))) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path flagsFile(Path root) {
        return root.resolve("jvm.args");
    }
}
