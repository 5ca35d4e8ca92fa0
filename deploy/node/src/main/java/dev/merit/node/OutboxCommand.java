package dev.merit.node;

import dev.merit.events.store.ParkedEvent;
import dev.merit.events.store.ParkedStore;
import dev.merit.events.store.ParkedStore.Parked;
import dev.merit.node.store.DatabaseProbe;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Events that Kafka refused: shows them, and has them tried again or given up. Also beside running nodes. */
@Command(
        name = "outbox",
        description = "Shows events that Kafka refused, has them tried again, or gives them up.",
        subcommands = {OutboxCommand.ListParked.class, OutboxCommand.Release.class, OutboxCommand.Drop.class})
final class OutboxCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SHOWN_MAX = 1_000;

    @Override
    public Integer call() {
        new picocli.CommandLine(this).usage(System.err);
        return ExitCode.SETTINGS;
    }

    @Command(
            name = "list",
            description = "Prints the refused events, the oldest first, and how many are held back behind each.")
    static final class ListParked implements Callable<Integer> {
        private record Found(Parked count, List<ParkedEvent> refused) {}

        @Override
        public Integer call() {
            Found found = ask(client -> {
                ParkedStore store = new ParkedStore();
                return Future.all(store.count(client), store.listRefused(client, SHOWN_MAX))
                        .map(both -> new Found(both.resultAt(0), both.resultAt(1)));
            });
            found.refused().forEach(event -> System.out.println(line(event)));
            long left = found.count().refused() - found.refused().size();
            if (left > 0) {
                System.out.println("… and " + left + " more");
            }
            long held = found.count().all() - found.count().refused();
            System.out.println(
                    found.count().refused() + " events were refused, " + held + " are held back behind them.");
            return ExitCode.OK;
        }

        private static String line(ParkedEvent event) {
            return event.id() + "  " + event.topic() + "  member " + event.member() + "  sequence " + event.sequence()
                    + "  " + event.bytes() + " bytes  since " + event.since() + "  " + event.behind() + " behind  "
                    + event.cause();
        }
    }

    @Command(
            name = "release",
            description = "Has a refused event tried again; what is held back behind it follows, in order.")
    static final class Release implements Callable<Integer> {
        @ArgGroup(multiplicity = "1")
        private @Nullable Which which;

        static final class Which {
            @Parameters(paramLabel = "<event-id>", description = "The event, as `merit outbox list` names it.")
            private @Nullable UUID event;

            @Option(names = "--all", description = "All refused events.")
            private boolean all;
        }

        @Override
        public Integer call() {
            Which chosen = Objects.requireNonNull(which);
            if (chosen.all) {
                int released = ask(client -> new ParkedStore().releaseAll(client));
                System.out.println(released + " events are tried again.");
                return ExitCode.OK;
            }
            UUID event = Objects.requireNonNull(chosen.event);
            return tell(event, ask(client -> new ParkedStore().release(client, event)), "is tried again");
        }
    }

    @Command(
            name = "drop",
            description = "Gives a refused event up for good; what is held back behind it follows without it, so"
                    + " consumers see a gap.")
    static final class Drop implements Callable<Integer> {
        @Parameters(paramLabel = "<event-id>", description = "The event, as `merit outbox list` names it.")
        private @Nullable UUID event;

        @Override
        public Integer call() {
            UUID dropped = Objects.requireNonNull(event);
            return tell(dropped, ask(client -> new ParkedStore().drop(client, dropped)), "is given up");
        }
    }

    private static int tell(UUID event, boolean done, String what) {
        if (done) {
            System.out.println("The event " + event + " " + what + ".");
            return ExitCode.OK;
        }
        System.out.println("The event " + event + " is not among the refused ones; `merit outbox list` shows them.");
        return ExitCode.FAILED;
    }

    private static <T> T ask(Function<SqlClient, Future<T>> question) {
        Settings settings = Launch.settings(System.getenv());
        Logging.configure(settings.logFormat());
        Terminal terminal = new Terminal(System.err, false);
        return DatabaseSession.use(settings, terminal, options -> ask(options, question));
    }

    private static <T> T ask(DatabaseOptions options, Function<SqlClient, Future<T>> question) {
        Vertx vertx = Vertx.vertx();
        try {
            Database database = Database.open(vertx, options);
            return Waiting.on(
                    DatabaseProbe.insist(database.pool()).compose(awake -> question.apply(database.pool())),
                    LIMIT,
                    "Asking the outbox");
        } finally {
            Waiting.done(vertx.close(), LIMIT, "Closing");
        }
    }
}
