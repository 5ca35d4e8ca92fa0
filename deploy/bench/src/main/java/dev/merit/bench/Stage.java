package dev.merit.bench;

import dev.merit.bench.candidate.NewKey;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.contracts.Role;
import dev.merit.embedded.program.Closing;
import dev.merit.embedded.program.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What every run stands on: a directory and a PostgreSQL of its own, and the packaged node. All of it ends with the run. */
final class Stage {
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Closing closing;
    private final CpuClock clock = new CpuClock();
    private final Distribution distribution;
    private final Path directory;
    private final DatabaseServer server;
    private final Map<String, String> settings;
    private final String adminKey = NewKey.of(Role.ADMIN);

    private Stage(Closing closing, Distribution distribution, Path directory, DatabaseServer server)
            throws SQLException {
        this.closing = closing;
        this.distribution = distribution;
        this.directory = directory;
        this.server = server;
        this.settings = new LinkedHashMap<>(server.checkSettings());
        server.pid().ifPresent(pid -> clock.watch(Program.POSTGRES, pid));
    }

    /** Starts PostgreSQL, or uses the one that is given. */
    static Stage open(Closing closing, Optional<String> databaseUrl, Duration flushDelay)
            throws SQLException, IOException {
        Distribution distribution = Distribution.find();
        Path directory = Files.createTempDirectory(Files.createDirectories(runs(distribution)), "run-");
        var unused = closing.add(() -> deleteTree(directory));
        String fileStore = fileStore(directory);
        DatabaseServer server =
                closing.add(DatabaseServer.start(directory.resolve("postgres"), databaseUrl, flushDelay));
        var stage = new Stage(closing, distribution, directory, server);
        if (server.isOwn()) {
            stage.settings.put("file_store", fileStore);
        }
        return stage;
    }

    /**
     * Where a run has its directory: beside the classes or the distribution that it runs from. Not among temporary
     * files, which may lie in memory.
     */
    private static Path runs(Distribution distribution) {
        for (Path folder = Distribution.placeOf(Stage.class); folder != null; folder = folder.getParent()) {
            if (folder.endsWith("target")) {
                return folder.resolve("run");
            }
        }
        return distribution.root().resolveSibling("run");
    }

    private static String fileStore(Path directory) throws IOException {
        String type = Files.getFileStore(directory).type();
        if (IN_MEMORY.contains(type)) {
            throw new BenchFailed(
                    directory + " lies in memory (" + type + "), where a flush costs nothing; the bench needs a disk.");
        }
        return type;
    }

    private static void deleteTree(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** A directory for one of the programs. */
    Path directory(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    /** How a node on that database is set that stands alone. */
    NodeProcess.Options options(String name, DatabaseServer.Database database, boolean kafka) throws IOException {
        return new NodeProcess.Options(directory(name), database.url(), adminKey, kafka);
    }

    /** Starts a node, which ends with the run. */
    NodeProcess start(NodeProcess.Options options) {
        NodeProcess node = closing.add(NodeProcess.start(distribution, options));
        clock.watch(Program.NODE, node.pid());
        if (options.kafka()) {
            clock.watch(Program.KAFKA, node.pid());
        }
        return node;
    }

    <T extends AutoCloseable> T add(T thing) {
        return closing.add(thing);
    }

    /** After a restart of the server. */
    void watchServer() throws SQLException {
        clock.forget(Program.POSTGRES);
        server.pid().ifPresent(pid -> clock.watch(Program.POSTGRES, pid));
    }

    CpuClock clock() {
        return clock;
    }

    Distribution distribution() {
        return distribution;
    }

    DatabaseServer server() {
        return server;
    }

    /** Those of PostgreSQL that decide how durable and how fast it is, and what kind of disk its own files lie on. */
    Map<String, String> settings() {
        return settings;
    }
}
