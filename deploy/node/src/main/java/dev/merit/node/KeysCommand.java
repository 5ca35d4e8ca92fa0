package dev.merit.node;

import dev.merit.contracts.Origin;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.keys.KeysVerticle;
import dev.merit.node.store.DatabaseProbe;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keys for operators, made from the machine that the database belongs to. */
@Command(name = "keys", description = "Makes keys without having one.", subcommands = KeysCommand.CreateAdmin.class)
final class KeysCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        new picocli.CommandLine(this).usage(System.err);
        return ExitCode.SETTINGS;
    }

    @Command(name = "create-admin", description = "Makes one more admin key and prints it; also beside a running node.")
    static final class CreateAdmin implements Callable<Integer> {
        private static final Duration LIMIT = Duration.ofSeconds(20);

        @Option(names = "--name", description = "What the key is called in lists; default: ${DEFAULT-VALUE}.")
        private String name = "Command line";

        @Override
        public Integer call() {
            Settings settings = Launch.settings(System.getenv());
            Logging.configure(settings.logFormat());
            // Only the key goes to standard output, so that a script can take it.
            Terminal terminal = new Terminal(System.err, false);
            String key = DatabaseSession.use(settings, terminal, options -> create(settings, options));
            System.out.println(key);
            return ExitCode.OK;
        }

        private String create(Settings settings, DatabaseOptions options) {
            Vertx vertx = Vertx.vertx();
            try {
                Bus bus = Bus.of(vertx);
                Database database = Database.open(vertx, options);
                Waiting.done(DatabaseProbe.insist(database.pool()), LIMIT, "Connecting");
                Waiting.done(
                        vertx.deployVerticle(new KeysVerticle(bus, database, settings)),
                        LIMIT,
                        "Starting the part \"keys\"");
                var made = Waiting.on(
                        bus.command(new CreateKey(
                                Role.ADMIN,
                                null,
                                new KeyFields(name, null, "full", null, null),
                                null,
                                Origin.system("command-line"))),
                        LIMIT,
                        "Making the key");
                String text = made.body().key();
                if (text == null) {
                    throw new StartFailed("The key came without its text.");
                }
                return text;
            } finally {
                Waiting.done(vertx.close(), LIMIT, "Closing");
            }
        }
    }
}
