package dev.merit.chaos.world;

import dev.merit.embedded.EmbeddedPostgres;
import dev.merit.embedded.PostgresOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one PostgreSQL, as durable as any: it can be killed, and starts again at the same port on the same data. */
public final class PostgresServer implements AutoCloseable {
    private static final int GONE_SECONDS = 10;

    private final String host;
    private PostgresOptions options;
    private EmbeddedPostgres server;

    private PostgresServer(String host, PostgresOptions options) {
        this.host = host;
        this.server = EmbeddedPostgres.start(options);
        this.options = options.withPort(server.port());
    }

    /** Starts it with further settings, which only a planted mistake needs. */
    public static PostgresServer start(Path directory, Network network, Map<String, String> further) {
        Map<String, String> settings = new HashMap<>(further);
        if (network instanceof Namespaces namespaces) {
            settings.put("listen_addresses", "127.0.0.1," + network.serverHost());
            settings.put("hba_file", hbaFile(directory, namespaces).toString());
        }
        return new PostgresServer(
                network.serverHost(), PostgresOptions.forTests(directory).withSettings(settings));
    }

    /** The server lets in its own machine only, unless it is told of the bridge. */
    private static Path hbaFile(Path directory, Namespaces namespaces) {
        Path file = directory.resolveSibling("pg_hba.conf").toAbsolutePath();
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, """
                    local all all scram-sha-256
                    host all all 127.0.0.1/32 scram-sha-256
                    host all all %s scram-sha-256
                    """.formatted(namespaces.range()));
            return file;
        } catch (IOException e) {
            throw new ChaosFailed("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** As nodes take it. Holds the password: not for logs. */
    public String url() {
        return url(host, server.port());
    }

    /** The same by way of something that stands between. */
    String url(String throughHost, int throughPort) {
        return server.url().replace("127.0.0.1:" + server.port(), throughHost + ":" + throughPort);
    }

    /** For JDBC. Holds the password: not for logs. */
    public String jdbcUrl() {
        return server.jdbcUrl();
    }

    int port() {
        return server.port();
    }

    /** Kills the server and every process below it, as an end of its machine would. */
    public void kill() {
        ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
        all.addAll(postmaster.descendants().toList());
        all.forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
        server.close();
    }

    private void awaitEnd() {
        try {
            var unused = server.onExit().get(GONE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new ChaosFailed("PostgreSQL survived its kill.", e);
        }
    }

    /** Comes back when it accepts connections. */
    public void startAgain() {
        server = EmbeddedPostgres.start(options);
    }

    @Override
    public void close() {
        server.close();
    }
}
