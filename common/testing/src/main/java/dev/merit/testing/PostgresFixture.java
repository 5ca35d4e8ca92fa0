package dev.merit.testing;

import dev.merit.embedded.EmbeddedPostgres;
import dev.merit.embedded.PostgresOptions;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.platform.pg.Migrations;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A migrated database of one's own on a real PostgreSQL. The server is started once for all tests of a module and
 * leaves with their JVM; each test class gets a fresh database.
 *
 * <p>Where {@code MERIT_DATABASE_URL} is given, that server is used instead; its login must be allowed to make
 * databases and roles. Where {@code MERIT_TEST_CONTAINERS} is {@code true} and there is a container engine, the server
 * runs in a container.
 */
public final class PostgresFixture implements BeforeAllCallback, AfterAllCallback {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final int POOL = 10;
    private static @Nullable Server server;

    private @Nullable DatabaseOptions options;

    private record Server(String url, @Nullable String socketDirectory) {}

    private PostgresFixture() {}

    /** With every migration that is on the class path. */
    public static PostgresFixture migrated() {
        return new PostgresFixture();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Server running = server();
        String name = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        DatabaseOptions root = new DatabaseOptions(running.url(), null, null, 1);
        execute(root, "CREATE DATABASE " + name);
        String url = running.url().replaceFirst("/[^/]*$", "/" + name);
        // Roles belong to the whole server: two classes at once would both make them.
        synchronized (PostgresFixture.class) {
            var unused = Migrations.run(new DatabaseOptions(url, null, null, 1), domainsPresent());
        }
        options = new DatabaseOptions(url, running.socketDirectory(), DatabaseOptions.APP_ROLE, POOL);
    }

    /** Leaves nothing behind, above all not on a server that is not ours. */
    @Override
    public void afterAll(ExtensionContext context) {
        if (options != null) {
            execute(
                    new DatabaseOptions(server().url(), null, null, 1),
                    "DROP DATABASE " + options.database() + " WITH (FORCE)");
        }
    }

    /** As the node opens it: with the application's role. */
    public Database open(Vertx vertx) {
        return Database.open(vertx, options());
    }

    public DatabaseOptions options() {
        if (options == null) {
            throw new IllegalStateException("the fixture is a static field with @RegisterExtension");
        }
        return options;
    }

    /** Runs a statement as the owner of the database: for set-up, and for breaking things on purpose. */
    public void execute(String sql) {
        execute(options(), sql);
    }

    /** Reads the first column of every row, as text, as the owner of the database. */
    public List<String> query(String sql) {
        try (Connection connection = connection();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The one number that a query answers. */
    public long count(String sql) {
        return Long.parseLong(query(sql).getFirst());
    }

    /** A connection as the owner of the database. */
    public Connection connection() throws SQLException {
        return connect(options());
    }

    private static void execute(DatabaseOptions on, String sql) {
        try (Connection connection = connect(on);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static Connection connect(DatabaseOptions to) throws SQLException {
        return DriverManager.getConnection(to.jdbcUrl(), to.user(), to.password());
    }

    private static List<String> domainsPresent() {
        return Migrations.ORDER.stream()
                .filter(domain -> PostgresFixture.class.getClassLoader().getResource("db/" + domain) != null)
                .toList();
    }

    private static synchronized Server server() {
        Server running = server;
        if (running == null) {
            String external = System.getenv("MERIT_DATABASE_URL");
            if (external != null && !external.isBlank()) {
                running = new Server(external, null);
            } else {
                running = Containers.wanted() ? new Server(Containers.postgres(), null) : embedded();
            }
            server = running;
        }
        return running;
    }

    private static Server embedded() {
        try {
            var directory = Files.createTempDirectory("merit-test-postgres");
            EmbeddedPostgres postgres = EmbeddedPostgres.start(PostgresOptions.forTests(directory));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                postgres.close();
                TemporaryFiles.delete(directory);
            }));
            return new Server(postgres.url(), postgres.socketDirectory().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
