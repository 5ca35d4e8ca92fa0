package dev.merit.bench;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Says how far the bench is: a bar in a terminal, a line a step elsewhere. Standard output is left to the result. */
final class Progress implements AutoCloseable {
    private final PrintStream out = System.err;
    private final @Nullable ProgressBar bar;
    private int total;
    private int done;

    Progress(int total) {
        this.total = total;
        this.bar = isTerminal()
                ? new ProgressBarBuilder()
                        .setTaskName("bench")
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build()
                : null;
    }

    private static boolean isTerminal() {
        // There is none without a terminal, or there is one that says so: the Java versions differ.
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /** There are more steps than were known of. */
    void expect(int further) {
        total += further;
        if (bar != null) {
            bar.maxHint(total);
        }
    }

    /** Before a step. */
    void begin(String what) {
        if (bar != null) {
            bar.setExtraMessage(what);
        }
    }

    /** After it. */
    void end(String what) {
        done++;
        if (bar == null) {
            out.println("[" + done + "/" + total + "] " + what);
        } else {
            bar.step();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
