package dev.merit.bench;

import dev.merit.bench.measure.BenchFailed;
import dev.merit.embedded.EmbeddedPostgres;
import dev.merit.embedded.PostgresOptions;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL that everybody goes through, and databases in it that are made for one run and dropped after it. */
final class DatabaseServer implements AutoCloseable {
    private static final String LOCAL = "127.0.0.1";
    private static final String FORBIDDEN = "42501";

    private final Path directory;
    private final URI server;
    private final Set<String> databases = new LinkedHashSet<>();
    private @Nullable EmbeddedPostgres embedded;

    private DatabaseServer(@Nullable EmbeddedPostgres embedded, URI server, Path directory) {
        this.embedded = embedded;
        this.server = server;
        this.directory = directory;
    }

    /**
     * A database in it. Both forms of its address hold the password: not for logs.
     *
     * @param url in PostgreSQL's own form
     * @param jdbcUrl statements are prepared on the server from the first use on
     */
    record Database(String url, String jdbcUrl) {}

    /** Starts one, just as the node would, and as durable; unless one is given. */
    static DatabaseServer start(Path directory, Optional<String> givenUrl, Duration flushDelay) {
        if (givenUrl.isPresent()) {
            if (flushDelay.isPositive()) {
                throw new BenchFailed("Only a PostgreSQL that the bench starts can be made to flush slowly.");
            }
            return new DatabaseServer(null, URI.create(givenUrl.get()), directory);
        }
        EmbeddedPostgres embedded = EmbeddedPostgres.start(PostgresOptions.in(directory));
        if (flushDelay.isPositive()) {
            int port = embedded.port();
            embedded.close();
            SlowFlush.install(directory, flushDelay);
            embedded = EmbeddedPostgres.start(PostgresOptions.in(directory).withPort(port));
        }
        return new DatabaseServer(embedded, URI.create(embedded.url()), directory);
    }

    /** Fails unless each flush takes so much longer; says what a commit takes then. */
    Duration proveDelay(Duration flushDelay) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc(server))) {
            return SlowFlush.prove(connection, flushDelay);
        }
    }

    /** Whether the bench started it, so that its files lie in the bench's own directory. */
    boolean isOwn() {
        return embedded != null;
    }

    /** Stops it in order and starts it anew: what it kept in its memory is gone. What the machine keeps of files is not. */
    void restart() {
        EmbeddedPostgres running = embedded;
        if (running == null) {
            throw new BenchFailed("Only a PostgreSQL that the bench started can be restarted.");
        }
        int port = running.port();
        running.close();
        embedded = EmbeddedPostgres.start(PostgresOptions.in(directory).withPort(port));
    }

    /** Dropped at the end. */
    Database createDatabase(String suffix) throws SQLException {
        String name = "merit_bench_" + ProcessHandle.current().pid() + suffix;
        execute(server, "CREATE DATABASE " + name);
        databases.add(name);
        URI url = server.resolve("/" + name);
        return new Database(url.toString(), jdbc(url) + "&prepareThreshold=1");
    }

    private static void execute(URI url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc(url));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String jdbc(URI url) {
        String[] login = Optional.ofNullable(url.getRawUserInfo()).orElse("").split(":", 2);
        String password = login.length == 2 ? "&password=" + login[1] : "";
        return "jdbc:postgresql://" + url.getRawAuthority().replaceFirst("^.*@", "") + url.getRawPath() + "?user="
                + login[0] + password;
    }

    /**
     * What decides how durable and how fast it is.
     *
     * @throws BenchFailed when a crash could lose what was acknowledged: then nothing measured would mean anything
     */
    Map<String, String> checkSettings() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        try (Connection connection = DriverManager.getConnection(jdbc(server));
                Statement statement = connection.createStatement()) {
            for (String name : new String[] {
                "server_version",
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "wal_level",
                "wal_sync_method",
                "data_checksums",
                "shared_buffers",
                "max_wal_size",
                "checkpoint_timeout"
            }) {
                try (ResultSet rows = statement.executeQuery("SHOW " + name)) {
                    rows.next();
                    settings.put(name, rows.getString(1));
                }
            }
        }
        for (String name : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            if (!"on".equals(settings.get(name))) {
                throw new BenchFailed("PostgreSQL runs with " + name + "=" + settings.get(name)
                        + "; the bench compares only what is durable, so it must be on.");
            }
        }
        return settings;
    }

    /**
     * Tells the server how large everybody's tables have become; else its own clock decides whose plans suffer how
     * long.
     */
    void analyze(Database database) throws SQLException {
        execute(URI.create(database.url()), "VACUUM ANALYZE");
    }

    /** Writes all that is dirty, so that what is measured next pays for its own pages only. */
    void checkpoint() throws SQLException {
        try {
            execute(server, "CHECKPOINT");
        } catch (SQLException e) {
            if (FORBIDDEN.equals(e.getSQLState())) {
                throw new BenchFailed(
                        "The login of --database-url must be a member of pg_checkpoint: "
                                + "the server writes all that is dirty before each round.",
                        e);
            }
            throw e;
        }
    }

    /** The process above all its workers, when it runs on this machine. */
    Optional<Long> pid() throws SQLException {
        if (!LOCAL.equals(server.getHost()) && !"localhost".equals(server.getHost())) {
            return Optional.empty();
        }
        try (Connection connection = DriverManager.getConnection(jdbc(server));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return ProcessHandle.of(rows.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .filter(parent -> parent.info().command().orElse("").endsWith("postgres"))
                    .map(ProcessHandle::pid);
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            for (String database : databases) {
                execute(server, "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
            }
        } finally {
            if (embedded != null) {
                embedded.close();
            }
        }
    }
}
