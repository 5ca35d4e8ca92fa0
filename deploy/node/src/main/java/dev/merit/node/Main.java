package dev.merit.node;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(
        name = "merit",
        description = "An open, self-hosted loyalty platform.",
        subcommands = {
            UpCommand.class,
            NodeCommand.class,
            MigrateCommand.class,
            KeysCommand.class,
            VerifyAuditCommand.class,
            VerifyLedgerCommand.class,
            OutboxCommand.class,
            RehearseCommand.class,
            Main.VersionCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "`merit bench` compares its speed with simpler designs on this machine.",
            "`merit analyst` reads the events into a DuckDB file and reports from it.",
            "Settings are environment variables; deploy/docs/settings.md lists them all."
        })
public final class Main implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    private Main() {}

    /** What runs for long is started without the parser: the JVM keeps nothing of classes as old as its. */
    private static final Map<List<String>, Supplier<Callable<Integer>>> PLAIN =
            Map.of(List.of("up"), UpCommand::new, List.of("node"), NodeCommand::new);

    public static void main(String[] arguments) {
        Supplier<Callable<Integer>> plain = PLAIN.get(List.of(arguments));
        System.exit(plain == null ? commandLine().execute(arguments) : run(plain.get()));
    }

    private static int run(Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception e) {
            return Failures.explain(e, System.err);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.explain(failure, System.err));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Say what to do.");
        }
    }

    @Command(name = "version", description = "Prints the version.")
    static final class VersionCommand implements Runnable, IVersionProvider {
        @Override
        public void run() {
            System.out.println(getVersion()[0]);
        }

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {version == null ? "development" : version};
        }
    }
}
