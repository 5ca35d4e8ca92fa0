package dev.merit.node;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Words for people, on standard output; log lines go to standard error.
 *
 * @param interactive whether somebody watches, so that a line may be drawn again
 */
record Terminal(PrintStream out, boolean interactive) {

    /** The terminal this program was started from. */
    static Terminal ofProcess() {
        // There is none without a terminal, or there is one that says so: the Java versions differ.
        boolean watched = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .filter(console -> !"dumb".equals(System.getenv("TERM")))
                .isPresent();
        return new Terminal(System.out, watched);
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Replaces the line that {@code draw} drew before. */
    void draw(String text) {
        out.print("\r\u001b[K" + text);
        out.flush();
    }
}
