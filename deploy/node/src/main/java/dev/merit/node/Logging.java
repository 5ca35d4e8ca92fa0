package dev.merit.node;

import dev.merit.platform.config.Settings.LogFormat;
import java.nio.file.Path;

/**
 * Chooses how log lines look. Must come before the first logger of the program, which reads the choice once.
 *
 * <p>All lines go to standard error. A person in front of a terminal sees warnings only; the rest is in a file then.
 */
final class Logging {
    private Logging() {}

    /** For programs that others watch over: everything to standard error. */
    static void configure(LogFormat format) {
        System.setProperty(
                "logback.configurationFile",
                switch (format) {
                    case TEXT -> "dev/merit/node/logback-text.xml";
                    case JSON -> "dev/merit/node/logback-json.xml";
                });
    }

    /** For a person: warnings on the terminal, everything in {@code node.log}, 40 MB at most. */
    static void configureForTerminal(Path dataDirectory) {
        System.setProperty("merit.log.file", dataDirectory.resolve("node.log").toString());
        System.setProperty("logback.configurationFile", "dev/merit/node/logback-terminal.xml");
    }
}
