package dev.merit.analyst;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether the program was told to stop. Closing it lets the program end. */
final class StopSignal implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final CountDownLatch given = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    private StopSignal() {}

    /** For a program that ends by itself. */
    static StopSignal none() {
        return new StopSignal();
    }

    /** Given by a signal to the process, which then waits until all is written. */
    static StopSignal awaited() {
        var stop = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::give));
        return stop;
    }

    private void give() {
        given.countDown();
        try {
            var unused = done.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isGiven() {
        return given.getCount() == 0;
    }

    /** Waits for it, but no longer than that. */
    void await(Duration longest) {
        try {
            var unused = given.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
    }
}
