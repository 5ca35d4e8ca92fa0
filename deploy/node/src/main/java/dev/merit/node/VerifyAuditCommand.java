package dev.merit.node;

import dev.merit.keys.app.AuditVerification;
import dev.merit.keys.app.AuditVerification.Outcome;
import dev.merit.node.store.DatabaseProbe;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Proves that the audit log is what was written, also beside a running node. */
@Command(
        name = "verify-audit",
        description = {
            "Walks along every chain of audit rows. Names the first row of each that was changed, taken out or moved, and ends"
                    + " with 1 when there is one."
        })
final class VerifyAuditCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofHours(24);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    @Override
    public Integer call() {
        Settings settings = Launch.settings(System.getenv());
        Logging.configure(settings.logFormat());
        Terminal terminal = new Terminal(System.err, false);
        Outcome outcome = DatabaseSession.use(settings, terminal, VerifyAuditCommand::verify);
        outcome.breaks().forEach(System.out::println);
        System.out.println(outcome.rows() + " rows in " + outcome.chains() + " chains are as they were written"
                + (outcome.isWhole() ? "." : "; " + outcome.breaks().size() + " chains are broken."));
        return outcome.isWhole() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Outcome verify(DatabaseOptions options) {
        Vertx vertx = Vertx.vertx();
        try {
            Database database = Database.open(vertx, options);
            return Waiting.on(
                    DatabaseProbe.insist(database.pool()).compose(awake -> new AuditVerification(database).verify()),
                    LIMIT,
                    "Verifying the audit log");
        } finally {
            Waiting.done(vertx.close(), CLOSE_LIMIT, "Closing");
        }
    }
}
