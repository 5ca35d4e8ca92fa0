package dev.merit.chaos;

import dev.merit.chaos.domain.Findings;
import dev.merit.chaos.domain.Promise;
import dev.merit.chaos.store.AuditStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Looks twice a second, all through the run, whether every balance is the sum of its entries and none is below zero. */
final class Watcher implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final int KEPT_MAX = 100;
    private static final int LOOKS_ONE_IN = 2;

    private final Way way;
    private final long began = System.nanoTime();
    private final AtomicLong looks = new AtomicLong();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean over;
    private volatile Duration watched = Duration.ZERO;

    /** A way to the database, asked for anew after each loss. */
    @FunctionalInterface
    interface Way {
        AuditStore open() throws SQLException;
    }

    Watcher(Way way) {
        this.way = way;
        this.thread = Thread.ofPlatform().daemon().name("watcher").start(this::watch);
    }

    private void watch() {
        while (!over) {
            try (AuditStore store = way.open()) {
                while (!over) {
                    List<String> deviations = store.listDeviations();
                    looks.incrementAndGet();
                    deviations.stream()
                            .limit(Math.max(0, KEPT_MAX - seen.size()))
                            .forEach(seen::add);
                    Thread.sleep(EVERY);
                }
            } catch (SQLException e) {
                // The server is being killed, which is what the run is about: it looks again when it is back.
                pause();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                seen.add("the watcher broke: " + e);
                return;
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(EVERY);
        } catch (InterruptedException e) {
            over = true;
        }
    }

    /** What was seen until it was closed. One that hardly looked has seen nothing. */
    void judge(Findings findings) {
        findings.looked(Promise.BALANCE, looks.get());
        if (looks.get() * LOOKS_ONE_IN < watched.dividedBy(EVERY)) {
            findings.add(Promise.BALANCE, "looked only " + looks + " times in " + watched.toSeconds() + " s");
        }
        seen.forEach(deviation -> findings.add(Promise.BALANCE, "during the run: " + deviation));
    }

    long looks() {
        return looks.get();
    }

    @Override
    public void close() {
        if (!over) {
            watched = Duration.ofNanos(System.nanoTime() - began);
        }
        over = true;
        thread.interrupt();
        try {
            thread.join(EVERY.multipliedBy(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
