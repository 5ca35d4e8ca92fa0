package dev.merit.events;

import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.events.Samples.Account;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Outbox;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** The other nodes: they commit events and know nothing of the relay. */
final class OutboxWriter implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final Database database;

    private volatile boolean writing = true;
    private volatile long written;

    OutboxWriter(PostgresFixture postgres) {
        database = postgres.open(vertx);
    }

    /** Waits for something whose result nobody needs. */
    static void done(Future<?> future) {
        var unused = Eventually.get(future);
    }

    /** One transaction. */
    void commit(List<? extends LoyaltyEvent> events) {
        done(database.transaction(tx -> Outbox.append(tx, events).mapEmpty()));
    }

    /** Commits an entry for each account every few milliseconds, until told to stop. */
    Thread keepCommitting(List<Account> accounts) {
        return Thread.ofPlatform().start(() -> {
            while (writing) {
                long sequence = written + 1;
                commit(accounts.stream()
                        .map(account -> Samples.purchase(account, sequence))
                        .toList());
                written = sequence;
                pause();
            }
        });
    }

    /** The last sequence of every account. */
    long stop(Thread committing) throws InterruptedException {
        writing = false;
        committing.join();
        return written;
    }

    long written() {
        return written;
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        writing = false;
        done(vertx.close());
    }
}
