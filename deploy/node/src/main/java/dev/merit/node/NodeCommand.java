package dev.merit.node;

import dev.merit.platform.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs a node against servers that somebody else runs. */
@Command(name = "node", description = "Runs a node against a given PostgreSQL and Kafka.")
final class NodeCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Settings settings = Launch.settingsWithServers(System.getenv());
        Logging.configure(settings.logFormat());
        return Program.run(settings, Terminal.ofProcess(), false);
    }
}
