package dev.merit.node;

import dev.merit.platform.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a node, with servers of its own where none are given. */
@Command(name = "up", description = "Runs a node; starts PostgreSQL and Kafka of its own where no URL is given.")
final class UpCommand implements Callable<Integer> {

    @Option(names = "--demo", description = "Makes demo data in an empty database and shows three requests to try.")
    private boolean demo;

    @Override
    public Integer call() {
        Settings settings = Launch.settings(System.getenv());
        Terminal terminal = Terminal.ofProcess();
        if (terminal.interactive() && settings.logFormat() == Settings.LogFormat.TEXT) {
            Logging.configureForTerminal(settings.storage().dataDirectory());
        } else {
            Logging.configure(settings.logFormat());
        }
        return Program.run(settings, terminal, demo);
    }
}
