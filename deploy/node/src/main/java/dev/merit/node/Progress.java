package dev.merit.node;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Shows what a start is doing and for how long: one moving line on a terminal, a line per step everywhere else. Several
 * tasks may run at once.
 */
final class Progress implements AutoCloseable {
    private static final int REDRAW_MILLISECONDS = 200;

    private final Terminal terminal;
    private final Map<String, Task> running = new LinkedHashMap<>();
    private final Thread painter;

    private record Task(String step, long since) {}

    Progress(Terminal terminal) {
        this.terminal = terminal;
        this.painter = Thread.ofPlatform().daemon().name("progress").unstarted(this::paint);
        if (terminal.interactive()) {
            painter.start();
        }
    }

    /** Runs a task under its name; when it fails, its line vanishes and the failure speaks. */
    <T> T during(String name, String firstStep, Callable<T> task) throws Exception {
        step(name, firstStep);
        try {
            T result = task.call();
            finish(name, true);
            return result;
        } catch (Exception e) {
            finish(name, false);
            throw e;
        }
    }

    /** The same for a task without a result. */
    void during(String name, String firstStep, Runnable task) {
        step(name, firstStep);
        boolean well = false;
        try {
            task.run();
            well = true;
        } finally {
            finish(name, well);
        }
    }

    /** Tells what a running task does now. */
    synchronized void step(String name, String step) {
        Task before = running.get(name);
        if (before != null && before.step().equals(step)) {
            return;
        }
        running.put(name, new Task(step, before == null ? System.nanoTime() : before.since()));
        if (terminal.interactive()) {
            redraw();
        } else {
            terminal.line(name + ": " + step);
        }
    }

    private synchronized void finish(String name, boolean well) {
        Task task = running.remove(name);
        if (terminal.interactive()) {
            terminal.draw("");
        }
        if (task != null && well) {
            terminal.line(name + ": ready after " + seconds(task.since()));
        }
        if (terminal.interactive()) {
            redraw();
        }
    }

    private synchronized void redraw() {
        terminal.draw(running.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue().step() + " "
                        + seconds(entry.getValue().since()))
                .collect(Collectors.joining("   ")));
    }

    private void paint() {
        try {
            while (true) {
                Thread.sleep(REDRAW_MILLISECONDS);
                redraw();
            }
        } catch (InterruptedException e) {
            // Closed: the last line was cleared already.
        }
    }

    private static String seconds(long since) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - since) / 1e9);
    }

    @Override
    public synchronized void close() {
        painter.interrupt();
        if (terminal.interactive()) {
            terminal.draw("");
        }
    }
}
