package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.events.Samples.Account;
import dev.merit.platform.pg.Outbox;
import dev.merit.testing.KafkaFixture;
import dev.merit.testing.PostgresFixture;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration TAKE_OVER_MAX = Duration.ofSeconds(20);
    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(6);
    private static final String LATE = "SELECT count(*) FROM platform.outbox"
            + " WHERE published_at IS NULL AND created_at < now() - interval '3 seconds'";

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @RegisterExtension
    static final KafkaFixture KAFKA = new KafkaFixture();

    private final List<Account> accounts = Account.fresh(24);
    private final RelayNode first = new RelayNode(POSTGRES, KAFKA.bootstrapServers());
    private final RelayNode second = new RelayNode(POSTGRES, KAFKA.bootstrapServers());
    private final OutboxWriter writer = new OutboxWriter(POSTGRES);

    @AfterEach
    void stop() {
        first.close();
        second.close();
        writer.close();
        POSTGRES.execute("TRUNCATE platform.outbox");
        POSTGRES.execute("TRUNCATE platform.lease");
        POSTGRES.execute("TRUNCATE platform.relay");
    }

    @Test
    void sharesTheWorkAndRepeatsNothingWhenSlicesMove() throws Exception {
        // Breaks when a slice is taken before its last window is marked, or when a relay keeps what it has for ever.
        first.start();
        Thread committing = writer.keepCommitting(accounts);
        untilPublishing(first);

        second.start();
        untilOwned(Outbox.SLICES / 2, Outbox.SLICES / 2);
        untilPublishing(second);
        first.close();
        // Sooner than the leases would have run out.
        untilOwned(HAND_OVER_MAX, Outbox.SLICES);

        assertThat(assertAllArrives(committing)).isZero();
    }

    @Test
    void takesOverFromAPausedOwnerAndKeepsOrderWhenItWakes() throws Exception {
        // Breaks when relays share rows with SKIP LOCKED, when the lease is judged by the paused node's memory, and
        // when a woken owner's marks are taken: then what the new owner has not sent yet counts as published.
        first.start();
        Thread committing = writer.keepCommitting(accounts);
        untilPublishing(first);
        second.start();
        untilOwned(Outbox.SLICES / 2, Outbox.SLICES / 2);

        first.pause();
        long paused = System.nanoTime();
        untilOwned(Outbox.SLICES);
        System.out.printf(
                "fail-over: the other relay owned everything %d ms after the pause%n",
                Duration.ofNanos(System.nanoTime() - paused).toMillis());
        // All slices flow again, also those of the relay that sleeps.
        Awaitility.await().atMost(LIMIT).until(() -> POSTGRES.count(LATE) == 0);
        first.resume();
        untilOwned(Outbox.SLICES / 2, Outbox.SLICES / 2);

        int repeats = assertAllArrives(committing);
        assertThat(repeats).isLessThan(2_500);
    }

    private int assertAllArrives(Thread committing) throws InterruptedException {
        long last = writer.stop(committing);
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), accounts)) {
            reader.readUntil((int) last * accounts.size(), LIMIT);
            reader.readFor(Duration.ofSeconds(1));
            accounts.forEach(account -> reader.assertGapless(account, last));
            reader.assertRepeatsAreIdentical();
            System.out.printf(
                    "%d events, %d of them repeats%n", reader.records().size(), reader.duplicates());
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            POSTGRES.count("SELECT count(*) FROM platform.outbox WHERE published_at IS NULL") == 0);
            return reader.duplicates();
        }
    }

    /** Until so many slices are owned by each of the relays that own any. */
    private static void untilOwned(Integer... slices) {
        untilOwned(TAKE_OVER_MAX, slices);
    }

    private static void untilOwned(Duration limit, Integer... slices) {
        Awaitility.await().atMost(limit).untilAsserted(() -> assertThat(
                        POSTGRES.query("SELECT count(*)::text FROM platform.lease"
                                + " WHERE name LIKE 'outbox%' AND expires_at > now() GROUP BY owner"))
                .map(Integer::valueOf)
                .containsExactly(slices));
    }

    private static void untilPublishing(RelayNode node) {
        Awaitility.await().atMost(LIMIT).until(() -> node.count("merit.outbox.published") > 500);
    }
}
