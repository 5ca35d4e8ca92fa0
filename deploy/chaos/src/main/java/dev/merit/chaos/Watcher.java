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

    private final String jdbcUrl;
    private final AtomicLong looks = new AtomicLong();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean over;

    Watcher(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
        this.thread = Thread.ofPlatform().daemon().name("watcher").start(this::watch);
    }

    private void watch() {
        while (!over) {
            try (AuditStore store = AuditStore.live(jdbcUrl)) {
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

    void judge(Findings findings) {
        findings.looked(Promise.BALANCE, looks.get());
        seen.forEach(deviation -> findings.add(Promise.BALANCE, "during the run: " + deviation));
    }

    long looks() {
        return looks.get();
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
        try {
            thread.join(EVERY.multipliedBy(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
