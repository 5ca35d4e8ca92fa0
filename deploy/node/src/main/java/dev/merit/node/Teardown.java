package dev.merit.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be ended, in the opposite order of its start. It runs once, whether the program ends by itself or by a
 * signal; whoever comes second waits for the first.
 */
final class Teardown {
    private static final Logger LOGGER = LoggerFactory.getLogger(Teardown.class);

    private final Terminal terminal;
    private final Deque<Step> steps = new ArrayDeque<>();
    private volatile boolean stopping;
    private volatile boolean finished;
    private volatile int exitCode = ExitCode.OK;

    private record Step(String name, Runnable end) {}

    Teardown(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Ends everything on SIGTERM and SIGINT. The virtual machine would answer 143 or 130 then; an orderly stop is a
     * success, so the hook halts with the program's own code as its last act. A program that has ended everything
     * itself just exits.
     */
    void onSignal() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!finished) {
                                run();
                                Runtime.getRuntime().halt(exitCode);
                            }
                        },
                        "teardown"));
    }

    /** True from the first moment of the end: what dies now was asked to. */
    boolean isStopping() {
        return stopping;
    }

    /** What the shell will be told, should a signal arrive from now on. */
    void failing(int code) {
        exitCode = code;
    }

    /**
     * Remembers how to end what was just started.
     *
     * @throws CancellationException when the end has begun already; the new thing has been ended then
     */
    void add(String name, Runnable end) {
        add(new Step(name, end));
    }

    /** The same for what is not worth a line. */
    void addQuietly(Runnable end) {
        add(new Step("", end));
    }

    private void add(Step step) {
        synchronized (steps) {
            if (!stopping) {
                steps.push(step);
                return;
            }
        }
        end(step);
        throw new CancellationException("stopping");
    }

    /** Ends everything; a step that fails does not keep the others from ending. */
    synchronized void run() {
        stopping = true;
        while (true) {
            Step step;
            synchronized (steps) {
                step = steps.poll();
            }
            if (step == null) {
                finished = true;
                return;
            }
            end(step);
        }
    }

    private void end(Step step) {
        if (!step.name().isEmpty()) {
            terminal.line("Stopping: " + step.name());
        }
        try {
            step.end().run();
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("step", step.name()).setCause(e).log("stop_failed");
        }
    }
}
