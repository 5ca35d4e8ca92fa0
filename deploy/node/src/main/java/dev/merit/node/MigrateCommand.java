package dev.merit.node;

import dev.merit.platform.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Brings the database to this version's shape, for those who do it apart from the start. */
@Command(name = "migrate", description = "Brings the database to this version's shape and ends.")
final class MigrateCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Settings settings = Launch.settings(System.getenv());
        Logging.configure(settings.logFormat());
        Terminal terminal = Terminal.ofProcess();
        return DatabaseSession.use(settings, terminal, options -> {
            terminal.line("The database " + options + " is up to date.");
            return ExitCode.OK;
        });
    }
}
