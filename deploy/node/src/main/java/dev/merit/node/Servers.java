package dev.merit.node;

import dev.merit.embedded.EmbeddedPostgres;
import dev.merit.embedded.KafkaOptions;
import dev.merit.embedded.PostgresOptions;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.platform.pg.Migrations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL and Kafka: the given ones, or embedded ones inside the data directory. Both come up at the same time, and
 * the database is migrated while Kafka is still starting.
 */
final class Servers {
    private static final Duration INTERRUPT_LIMIT = Duration.ofSeconds(10);

    private final Settings settings;
    private final Path dataDirectory;
    private final Progress progress;
    private final Teardown teardown;
    private final CompletableFuture<Integer> databaseDied = new CompletableFuture<>();
    private final ExecutorService starters = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("start-", 1).factory());

    private @Nullable Future<DatabaseOptions> database;
    private @Nullable Future<Optional<String>> kafka;

    Servers(Settings settings, Path dataDirectory, Progress progress, Teardown teardown) {
        this.settings = settings;
        this.dataDirectory = dataDirectory;
        this.progress = progress;
        this.teardown = teardown;
    }

    /** Begins; nothing is waited for. */
    void startDatabase() {
        database = starters.submit(() -> {
            DatabaseOptions options = locateDatabase();
            var unused = progress.during("Database", "migrating", () -> migrate(migrationLogin(options)));
            return options;
        });
    }

    /** Begins; nothing is waited for. */
    void startKafka() {
        kafka = starters.submit(this::locateKafka);
    }

    /** The migrated database, as the application sees it. */
    DatabaseOptions database() {
        return join(database);
    }

    /** Where events go; empty when none are published. */
    Optional<String> kafka() {
        return join(kafka);
    }

    /** Completes when the embedded PostgreSQL died by itself. */
    CompletableFuture<Integer> databaseDied() {
        return databaseDied;
    }

    private DatabaseOptions locateDatabase() throws Exception {
        Settings.Storage storage = settings.storage();
        if (storage.databaseUrl().isPresent()) {
            return options(storage.databaseUrl().get(), null);
        }
        EmbeddedPostgres server = progress.during(
                "PostgreSQL",
                "looking",
                () -> EmbeddedPostgres.start(PostgresOptions.in(dataDirectory.resolve("postgres"))
                        .withPort(storage.embeddedPort())
                        .withProgress(step -> progress.step("PostgreSQL", step))));
        teardown.add("PostgreSQL", server::close);
        var unused = server.onExit().thenAccept(status -> {
            if (!teardown.isStopping()) {
                databaseDied.complete(status);
            }
        });
        return options(server.url(), server.socketDirectory().toString());
    }

    private DatabaseOptions options(String url, @Nullable String socketDirectory) {
        return new DatabaseOptions(
                url,
                socketDirectory,
                DatabaseOptions.APP_ROLE,
                settings.storage().poolSize());
    }

    private DatabaseOptions migrationLogin(DatabaseOptions application) {
        String url = settings.storage().migrationDatabaseUrl().orElse(application.url());
        return new DatabaseOptions(url, null, null, 1);
    }

    private static int migrate(DatabaseOptions login) {
        try {
            return Migrations.run(login, Migrations.ORDER);
        } catch (FlywayException e) {
            throw new StartFailed("The database " + login + " could not be migrated: " + e.getMessage(), e);
        }
    }

    private Optional<String> locateKafka() throws Exception {
        Settings.Kafka wanted = settings.kafka();
        if (!wanted.publishing() || wanted.bootstrapServers().isPresent()) {
            return wanted.bootstrapServers();
        }
        KafkaKeeper keeper = progress.during(
                "Kafka",
                "starting",
                () -> KafkaKeeper.start(KafkaOptions.in(dataDirectory.resolve("kafka"))
                        .withPort(wanted.embeddedPort())
                        .withProgress(step -> progress.step("Kafka", step))));
        teardown.add("Kafka", keeper::close);
        return Optional.of(keeper.bootstrapServers());
    }

    private static <T> T join(@Nullable Future<T> started) {
        if (started == null) {
            throw new IllegalStateException("it was never started");
        }
        try {
            return started.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    void giveUpStarting() {
        starters.shutdownNow();
        try {
            if (!starters.awaitTermination(INTERRUPT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                // Its server goes with this process all the same.
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
