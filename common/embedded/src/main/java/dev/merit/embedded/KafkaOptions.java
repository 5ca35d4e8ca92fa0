package dev.merit.embedded;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How an embedded Kafka runs.
 *
 * @param directory everything it keeps: messages, cluster id, logs
 * @param port on 127.0.0.1; 0 takes any free one
 * @param heapMegabytes the heap of the broker's JVM
 * @param classpath of the broker's JVM
 * @param settings further broker settings; they win over the ones chosen here
 * @param progress told what a slow start is doing: "starting"
 */
public record KafkaOptions(
        Path directory,
        int port,
        int heapMegabytes,
        String classpath,
        Map<String, String> settings,
        Consumer<String> progress) {

    private static final String CLASSPATH_PROPERTY = "merit.kafka.classpath";
    private static final int HEAP_MEGABYTES = 192;
    private static final int PORT_MAX = 65_535;

    public KafkaOptions {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port must be between 0 and 65535: " + port);
        }
        if (heapMegabytes < 64) {
            throw new IllegalArgumentException("the heap must be 64 MB at least: " + heapMegabytes);
        }
        settings = Map.copyOf(settings);
        // The broker runs in its own directory, where relative names would mean something else.
        classpath = Arrays.stream(classpath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Any free port, 192 MB of heap, and the class path of this JVM unless the property merit.kafka.classpath is set.
     */
    public static KafkaOptions in(Path directory) {
        String classpath = System.getProperty(CLASSPATH_PROPERTY, System.getProperty("java.class.path", ""));
        return new KafkaOptions(directory, 0, HEAP_MEGABYTES, classpath, Map.of(), step -> {});
    }

    public KafkaOptions withPort(int newPort) {
        return new KafkaOptions(directory, newPort, heapMegabytes, classpath, settings, progress);
    }

    public KafkaOptions withHeapMegabytes(int megabytes) {
        return new KafkaOptions(directory, port, megabytes, classpath, settings, progress);
    }

    public KafkaOptions withClasspath(String newClasspath) {
        return new KafkaOptions(directory, port, heapMegabytes, newClasspath, settings, progress);
    }

    public KafkaOptions withSettings(Map<String, String> further) {
        return new KafkaOptions(directory, port, heapMegabytes, classpath, further, progress);
    }

    public KafkaOptions withProgress(Consumer<String> listener) {
        return new KafkaOptions(directory, port, heapMegabytes, classpath, settings, listener);
    }
}
