package dev.merit.node;

import dev.merit.platform.config.Settings;

/** A node from its start to its end. */
final class Program {
    private Program() {}

    /** Comes back only when the node could not start or fell over; a signal ends the program in the teardown's hook. */
    static int run(Settings settings, Terminal terminal, boolean demo) {
        Teardown teardown = new Teardown(terminal);
        teardown.onSignal();
        try {
            int code = Node.start(settings, terminal, teardown, demo).awaitEnd();
            teardown.failing(code);
            return code;
        } catch (RuntimeException e) {
            if (teardown.isStopping()) {
                // A signal came during the start; what broke then was broken by the end of what it leaned on.
                return ExitCode.OK;
            }
            // Before the teardown: a signal that comes meanwhile would not let it be said.
            int code = Failures.explain(e, System.err);
            teardown.failing(code);
            return code;
        } finally {
            teardown.run();
        }
    }
}
