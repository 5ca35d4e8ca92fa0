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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL that everybody goes through, and a database in it that is made for one run and dropped after it. */
final class DatabaseServer implements AutoCloseable {
    private static final String LOCAL = "127.0.0.1";

    private final @Nullable EmbeddedPostgres embedded;
    private final URI server;
    private final String database;
    private boolean created;

    private DatabaseServer(@Nullable EmbeddedPostgres embedded, URI server) {
        this.embedded = embedded;
        this.server = server;
        this.database = "merit_bench_" + ProcessHandle.current().pid();
    }

    /** Starts one, just as the node would, and as durable. */
    static DatabaseServer start(Path directory, Optional<String> givenUrl) {
        if (givenUrl.isPresent()) {
            return new DatabaseServer(null, URI.create(givenUrl.get()));
        }
        EmbeddedPostgres embedded = EmbeddedPostgres.start(PostgresOptions.in(directory));
        return new DatabaseServer(embedded, URI.create(embedded.url()));
    }

    void createDatabase() throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc(server));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
            created = true;
        }
    }

    /** In PostgreSQL's own form. Holds the password: not for logs. */
    String url() {
        return server.resolve("/" + database).toString();
    }

    /** Statements are prepared on the server from the first use on. Holds the password: not for logs. */
    String jdbcUrl() {
        return jdbc(URI.create(url())) + "&prepareThreshold=1";
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
        try (Connection connection = DriverManager.getConnection(jdbcUrl());
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
    void analyze() throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
        }
    }

    /** The process above all its workers, when it runs on this machine. */
    Optional<Long> pid() throws SQLException {
        if (!LOCAL.equals(server.getHost()) && !"localhost".equals(server.getHost())) {
            return Optional.empty();
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl());
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
            if (created) {
                try (Connection connection = DriverManager.getConnection(jdbc(server));
                        Statement statement = connection.createStatement()) {
                    statement.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
                }
            }
        } finally {
            if (embedded != null) {
                embedded.close();
            }
        }
    }
}
