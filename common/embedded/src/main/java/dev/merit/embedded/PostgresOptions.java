package dev.merit.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How an embedded PostgreSQL runs.
 *
 * @param directory everything it keeps: data, password, logs
 * @param port on 127.0.0.1; 0 takes any free one
 * @param binariesCache where the programs are unpacked, one folder a version; may be shared by several servers
 * @param settings further server settings; they win over the ones chosen here
 * @param progress told what a slow start is doing: "unpacking", "creating", "starting"
 */
public record PostgresOptions(
        Path directory,
        int port,
        int sharedBuffersMegabytes,
        Path binariesCache,
        Map<String, String> settings,
        Consumer<String> progress) {

    private static final int PORT_MAX = 65_535;

    /** The rest is for its own processes, the node, Kafka, and the system's cache of files. */
    private static final int SHARE = 16;

    private static final int SHARED_BUFFERS_MIN = 128;
    private static final int SHARED_BUFFERS_MAX = 1_024;

    public PostgresOptions {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port must be between 0 and 65535: " + port);
        }
        if (sharedBuffersMegabytes < 1) {
            throw new IllegalArgumentException("shared buffers must be 1 MB at least: " + sharedBuffersMegabytes);
        }
        settings = Map.copyOf(settings);
    }

    /**
     * The production-grade defaults: any free port, a sixteenth of the machine's memory as shared buffers but between
     * 128 and 1,024 MB, programs beside the data.
     */
    public static PostgresOptions in(Path directory) {
        return new PostgresOptions(
                directory, 0, sharedBuffersFor(machineMemoryBytes()), directory, Map.of(), step -> {});
    }

    /** In MB. They are the server's only when it has touched them, which a small shop's never does. */
    static int sharedBuffersFor(long memoryBytes) {
        return Math.clamp(memoryBytes / SHARE / (1 << 20), SHARED_BUFFERS_MIN, SHARED_BUFFERS_MAX);
    }

    /** What a container may use, if it is one. */
    private static long machineMemoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** For tests: smaller, and with programs unpacked once per machine. Just as durable as the default. */
    public static PostgresOptions forTests(Path directory) {
        return in(directory).withSharedBuffersMegabytes(128).withBinariesCache(PostgresBinaries.sharedCache());
    }

    public PostgresOptions withPort(int newPort) {
        return new PostgresOptions(directory, newPort, sharedBuffersMegabytes, binariesCache, settings, progress);
    }

    public PostgresOptions withSharedBuffersMegabytes(int megabytes) {
        return new PostgresOptions(directory, port, megabytes, binariesCache, settings, progress);
    }

    public PostgresOptions withBinariesCache(Path cache) {
        return new PostgresOptions(directory, port, sharedBuffersMegabytes, cache, settings, progress);
    }

    public PostgresOptions withSettings(Map<String, String> further) {
        return new PostgresOptions(directory, port, sharedBuffersMegabytes, binariesCache, further, progress);
    }

    public PostgresOptions withProgress(Consumer<String> listener) {
        return new PostgresOptions(directory, port, sharedBuffersMegabytes, binariesCache, settings, listener);
    }
}
