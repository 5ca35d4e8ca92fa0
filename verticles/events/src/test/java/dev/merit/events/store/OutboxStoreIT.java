package dev.merit.events.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.events.Samples;
import dev.merit.events.Samples.Account;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Outbox;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutboxStoreIT {
    private static final Duration LIFE = Duration.ofSeconds(10);
    private static final int SLICE = 5;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final SqlClient client = database.pool();
    private final OutboxStore store = new OutboxStore();
    private final Account account = Account.inSlice(SLICE);

    @AfterEach
    void stop() {
        var unused = Eventually.get(vertx.close());
        POSTGRES.execute("TRUNCATE platform.outbox");
        POSTGRES.execute("TRUNCATE platform.lease");
    }

    @Test
    void refusesTheMarksOfAnOwnerWhoseSliceWasTaken() {
        // Breaks when the statement trusts the caller: the new owner's unsent rows would count as published.
        append(Samples.purchases(account, 1, 2));
        SliceClaim old = claim(UUID.randomUUID());
        expire();
        SliceClaim now = claim(UUID.randomUUID());
        assertThat(now.fence()).isEqualTo(old.fence() + 1);
        List<Long> rows = window().stream().map(OutboxRow::id).toList();

        assertThat(Eventually.get(store.setPublished(client, old, rows))).isFalse();
        assertThat(window()).hasSize(1);
        assertThat(Eventually.get(store.setPublished(client, now, rows))).isTrue();
        assertThat(window()).isEmpty();
    }

    @Test
    void letsAMarkWaitForAChangeOfOwnerUnderWay() throws Exception {
        // Breaks without the lock on the lease: the mark would go by the owner of a moment ago.
        append(Samples.purchases(account, 1, 2));
        SliceClaim old = claim(UUID.randomUUID());
        List<Long> rows = window().stream().map(OutboxRow::id).toList();
        try (var other = POSTGRES.connection();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            assertThat(statement.executeUpdate(
                            "UPDATE platform.lease SET fence = fence + 1, owner = gen_random_uuid()"))
                    .isPositive();
            Future<Boolean> mark = store.setPublished(client, old, rows);
            Thread.sleep(300);
            assertThat(mark.isComplete()).isFalse();
            other.commit();
            assertThat(Eventually.get(mark)).isFalse();
        }
        assertThat(window()).hasSize(1);
    }

    @Test
    void givesTheSlicesToOneOfManyWhoAskAtOnce() {
        List<Future<List<SliceClaim>>> asked = IntStream.range(0, 20)
                .mapToObj(i -> store.claim(client, UUID.randomUUID(), Outbox.SLICES, LIFE))
                .toList();
        var unused = Eventually.get(Future.all(asked));
        assertThat(asked.stream().flatMap(one -> one.result().stream()).map(SliceClaim::slice))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, Outbox.SLICES).boxed().toList());
    }

    @Test
    void renewsWithoutANewFenceAndReleasesAtOnce() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        SliceClaim claimed = claim(first);
        assertThat(claim(first)).isEqualTo(claimed);
        assertThat(Eventually.get(store.claim(client, second, Outbox.SLICES, LIFE)))
                .isEmpty();

        var unused = Eventually.get(store.release(client, first));

        assertThat(claim(second).fence()).isEqualTo(claimed.fence() + 1);
        // Who let go may come back, but then it is a new ownership.
        expire();
        assertThat(claim(first).fence()).isEqualTo(claimed.fence() + 2);
    }

    @Test
    void readsAWindowInOrderAndNoLargerThanItsLimits() {
        for (int row = 0; row < 20; row++) {
            append(Samples.purchases(account, row * 300L + 1, row * 300L + 300));
        }
        List<OutboxRow> rows = window();
        assertThat(rows.stream().flatMap(row -> row.events().stream()).map(OutboxEvent::sequence))
                .hasSize(2_100)
                .isSorted()
                .startsWith(1L);
        POSTGRES.execute("TRUNCATE platform.outbox");
        // Payloads that do not compress.
        append(Samples.purchases(account, 1, 10));
        POSTGRES.execute("INSERT INTO platform.outbox (slice, topic, event_ids, types, partner_ids, member_ids,"
                + " sequences, times, payloads) SELECT slice, topic, event_ids, types, partner_ids, member_ids,"
                + " sequences, times, array_fill((SELECT string_agg(md5(random()::text), '') FROM"
                + " generate_series(1, 5000 + n - n)), ARRAY[10]) FROM platform.outbox, generate_series(1, 20) n");
        assertThat(window().size()).isBetween(2, 20);
    }

    @Test
    void findsTheSlicesThatHaveWork() {
        append(Samples.purchases(account, 1, 1));
        append(Samples.purchases(Account.inSlice(2), 1, 1));
        assertThat(Eventually.get(store.listWaitingSlices(client, List.of(0, 2, 3))))
                .containsExactly(2);
        assertThat(Eventually.get(store.listWaitingSlices(client, List.of(0, 2, SLICE))))
                .containsExactlyInAnyOrder(2, SLICE);
    }

    @Test
    void measuresWhatWaits() {
        assertThat(Eventually.get(store.measure(client, Outbox.SLICES))).isEqualTo(new Waiting(0, 0));
        append(Samples.purchases(account, 1, 3));
        append(Samples.purchases(Account.inSlice(0), 1, 3));
        POSTGRES.execute(
                "UPDATE platform.outbox SET created_at = now() - interval '90 seconds' WHERE slice = " + SLICE);
        Waiting waiting = Eventually.get(store.measure(client, Outbox.SLICES));
        assertThat(waiting.rows()).isEqualTo(2);
        assertThat(waiting.oldestSeconds()).isBetween(90L, 100L);
    }

    @Test
    void prunesOnlyWhatWasPublishedLongAgo() {
        Stream.of(1, 2, 3).forEach(sequence -> append(Samples.purchases(account, sequence, sequence)));
        POSTGRES.execute("UPDATE platform.outbox SET created_at = now() - interval '3 days'");
        POSTGRES.execute(
                "UPDATE platform.outbox SET published_at = now() - interval '25 hours' WHERE sequences = '{1}'");
        POSTGRES.execute(
                "UPDATE platform.outbox SET published_at = now() - interval '23 hours' WHERE sequences = '{2}'");
        assertThat(Eventually.get(store.prune(client, Duration.ofHours(24)))).isFalse();
        assertThat(POSTGRES.query("SELECT sequences[1] FROM platform.outbox ORDER BY id"))
                .containsExactly("2", "3");
    }

    private void append(List<? extends LoyaltyEvent> events) {
        var unused = Eventually.get(
                database.transaction(tx -> Outbox.append(tx, events).mapEmpty()));
    }

    private SliceClaim claim(UUID owner) {
        return Eventually.get(store.claim(client, owner, Outbox.SLICES, LIFE)).stream()
                .filter(claim -> claim.slice() == SLICE)
                .findFirst()
                .orElseThrow();
    }

    private List<OutboxRow> window() {
        return Eventually.get(store.listWindow(client, SLICE));
    }

    private static void expire() {
        POSTGRES.execute("UPDATE platform.lease SET expires_at = now()");
    }
}
