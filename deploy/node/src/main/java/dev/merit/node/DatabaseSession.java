package dev.merit.node;

import dev.merit.embedded.DataDirectory;
import dev.merit.embedded.DataDirectoryInUse;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.DatabaseOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The database, and Kafka if wanted, for the length of one command: the given one, that of a running node, or the embedded one. */
final class DatabaseSession {
    private static final int POOL_SIZE = 2;

    private DatabaseSession() {}

    /**
     * What is lent.
     *
     * @param kafka empty when nothing is published, or it was not asked for
     */
    record Lent(DatabaseOptions database, Optional<String> kafka) {}

    /** Migrates the database unless a running node has done so, lends it, and stops what was started. */
    static <T> T use(Settings settings, Terminal terminal, Function<DatabaseOptions, T> work) {
        return useServers(settings, terminal, false, lent -> work.apply(lent.database()));
    }

    /** The same with Kafka. */
    static <T> T useServers(Settings settings, Terminal terminal, boolean withKafka, Function<Lent, T> work) {
        Teardown teardown = new Teardown(terminal);
        teardown.onSignal();
        Path directory = settings.storage().dataDirectory();
        try (Progress progress = new Progress(terminal)) {
            if (settings.storage().databaseUrl().isEmpty()) {
                Optional<Lent> running = hold(directory, teardown);
                if (running.isPresent()) {
                    return work.apply(
                            withKafka ? running.get() : new Lent(running.get().database(), Optional.empty()));
                }
            }
            Servers servers = new Servers(settings, directory, progress, teardown);
            servers.startDatabase();
            if (withKafka) {
                servers.startKafka();
            }
            return work.apply(new Lent(servers.database(), withKafka ? servers.kafka() : Optional.empty()));
        } finally {
            teardown.run();
        }
    }

    /** The servers of the node that runs in the directory; empty when there is none and the directory is ours now. */
    private static Optional<Lent> hold(Path directory, Teardown teardown) {
        DataDirectory held;
        try {
            held = DataDirectory.hold(directory);
        } catch (DataDirectoryInUse inUse) {
            return Optional.of(NodeDescription.file(directory)
                    .read()
                    .map(node -> new Lent(
                            new DatabaseOptions(node.databaseUrl(), null, DatabaseOptions.APP_ROLE, POOL_SIZE),
                            Optional.ofNullable(node.kafkaBootstrapServers())))
                    .orElseThrow(() -> inUse));
        }
        teardown.addQuietly(held::close);
        return Optional.empty();
    }
}
