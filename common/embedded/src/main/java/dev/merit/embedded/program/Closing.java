package dev.merit.embedded.program;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What has to be ended, in reverse order of its start: at the program's end, or when a signal comes. */
public final class Closing implements AutoCloseable {
    private static final long END_LIMIT_SECONDS = 90;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean signalled;

    /** Takes over the end of a thing that was just started. */
    public <T extends AutoCloseable> T add(T thing) {
        synchronized (started) {
            started.push(thing);
        }
        return thing;
    }

    /**
     * Lets a signal do the same as an orderly end: it interrupts this thread and waits until it has closed everything,
     * also what it was just about to start.
     */
    public void onSignal() {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(main), "closing"));
    }

    private void stop(Thread main) {
        signalled = true;
        if (ended.getCount() == 0) {
            return;
        }
        main.interrupt();
        try {
            if (!ended.await(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the end came from outside: then whatever breaks is broken by it. */
    public boolean isSignalled() {
        return signalled;
    }

    @Override
    public void close() {
        // The interrupt has done its work; it must not cut the waits short that an orderly end takes.
        boolean interrupted = Thread.interrupted();
        for (AutoCloseable thing = next(); thing != null; thing = next()) {
            end(thing);
        }
        ended.countDown();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable AutoCloseable next() {
        synchronized (started) {
            return started.poll();
        }
    }

    /** One that cannot be ended must not keep the others alive. */
    private static void end(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            System.err.println("merit: while closing: " + e.getMessage());
        }
    }
}
