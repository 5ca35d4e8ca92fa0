package dev.merit.events.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.events.Samples;
import dev.merit.events.Samples.Account;
import dev.merit.events.store.OutboxStore.FirstWaiting;
import dev.merit.events.store.ParkedStore.Parked;
import dev.merit.events.store.ParkedStore.Refusal;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Outbox;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.WaitingEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutboxStoreIT {
    private static final Duration LIFE = Duration.ofSeconds(10);
    private static final int SLICE = 5;
    private static final UUID OWNER = UUID.randomUUID();

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final SqlClient client = database.pool();
    private final OutboxStore store = new OutboxStore();
    private final ParkedStore parked = new ParkedStore();
    private final Account account = Account.inSlice(SLICE);

    @AfterEach
    void stop() {
        var unused = Eventually.get(vertx.close());
        clear();
        POSTGRES.execute("TRUNCATE platform.outbox");
        POSTGRES.execute("TRUNCATE platform.parked_event");
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

        assertThat(Eventually.get(store.setDone(client, old, rows, List.of()))).isFalse();
        assertThat(window()).hasSize(1);
        assertThat(Eventually.get(store.setDone(client, now, rows, List.of()))).isTrue();
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
            Future<Boolean> mark = store.setDone(client, old, rows, List.of());
            Thread.sleep(300);
            assertThat(mark.isComplete()).isFalse();
            other.commit();
            assertThat(Eventually.get(mark)).isFalse();
        }
        assertThat(window()).hasSize(1);
    }

    @Test
    void givesEachSliceToOneOfManyWhoAskAtOnce() {
        List<Future<Claims>> asked = IntStream.range(0, 20)
                .mapToObj(i -> store.claim(client, UUID.randomUUID(), Outbox.SLICES, LIFE))
                .toList();
        var unused = Eventually.get(Future.all(asked));
        assertThat(asked.stream().flatMap(one -> one.result().slices().stream()).map(SliceClaim::slice))
                .doesNotHaveDuplicates();
    }

    @Test
    void sharesTheSlicesAmongTheRelaysThatAreThere() {
        // Breaks when a share is rounded for everybody alike: then slices are left over, or a relay waits for one in
        // vain.
        for (int relays = 1; relays <= Outbox.SLICES + 1; relays++) {
            clear();
            List<UUID> owners = Stream.generate(UUID::randomUUID).limit(relays).toList();
            var unused = owners.stream().map(this::claims).toList();
            owners.forEach(owner -> {
                Claims claims = claims(owner);
                claims.slices().stream().skip(claims.share()).forEach(this::handOver);
            });
            List<Claims> settled = owners.stream().map(this::claims).toList();

            assertThat(settled).allMatch(claims -> claims.slices().size() == claims.share());
            assertThat(settled.stream()
                            .flatMap(claims -> claims.slices().stream())
                            .map(SliceClaim::slice))
                    .as("%d relays", relays)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, Outbox.SLICES).boxed().toList());
            assertThat(settled)
                    .extracting(Claims::share)
                    .allMatch(share -> Math.abs(share - settled.getFirst().share()) <= 1);
        }
    }

    @Test
    void handsOverOnlyWhatIsItsOwn() {
        UUID owner = UUID.randomUUID();
        SliceClaim old = claim(owner);
        handOver(old);
        SliceClaim again = claim(owner);
        assertThat(again.fence()).isEqualTo(old.fence() + 1);

        handOver(old);

        assertThat(claim(owner)).isEqualTo(again);
    }

    @Test
    void forgetsRelaysThatDiedLongAgo() {
        var unused = claims(UUID.randomUUID());
        POSTGRES.execute("UPDATE platform.relay SET expires_at = now() - interval '2 hours'");
        unused = claims(OWNER);

        assertThat(Eventually.get(store.pruneRelays(client))).isEqualTo(1);
        assertThat(POSTGRES.query("SELECT id::text FROM platform.relay")).containsExactly(OWNER.toString());
    }

    @Test
    void renewsWithoutANewFenceAndReleasesAtOnce() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        SliceClaim claimed = claim(first);
        assertThat(claim(first)).isEqualTo(claimed);
        assertThat(claims(second).slices()).isEmpty();

        var unused = Eventually.get(store.release(client, first));

        assertThat(claim(second).fence()).isEqualTo(claimed.fence() + 1);
        // Who let go may come back, but then it is a new ownership.
        expire();
        assertThat(claim(first).fence()).isEqualTo(claimed.fence() + 2);
    }

    @Test
    void parksInTheStatementThatMarksTheRowOrNotAtAll() {
        // Breaks when parking does not look at the fence, and when a repeated mark parks once more.
        append(Samples.purchases(account, 1, 3));
        SliceClaim old = claim(UUID.randomUUID());
        expire();
        SliceClaim now = claim(UUID.randomUUID());
        OutboxRow row = window().getFirst();
        List<Long> rows = List.of(row.id());
        List<Aside> asides = List.of(aside(row, 1, "too large"), aside(row, 2, null));

        assertThat(Eventually.get(store.setDone(client, old, rows, asides))).isFalse();
        assertThat(Eventually.get(parked.count(client))).isEqualTo(new Parked(0, 0));

        assertThat(Eventually.get(store.setDone(client, now, rows, asides))).isTrue();
        assertThat(Eventually.get(store.setDone(client, now, rows, asides))).isTrue();
        assertThat(Eventually.get(parked.count(client))).isEqualTo(new Parked(1, 2));
        assertThat(POSTGRES.query("SELECT payload FROM platform.parked_event ORDER BY sequence"))
                .containsExactlyElementsOf(WaitingEvents.of(POSTGRES, TransactionRecorded.TOPIC).stream()
                        .skip(1)
                        .map(JsonNode::toString)
                        .toList());
        assertThat(POSTGRES.query("SELECT sequence || ' ' || published FROM audit.v_outbox ORDER BY sequence"))
                .containsExactly("1 true", "2 false", "3 false");
        assertThat(Eventually.get(store.measure(client, Outbox.SLICES)).parked())
                .isEqualTo(2);
    }

    @Test
    void namesEveryParkedStreamOnceAndWhetherItMayGo() {
        // Breaks when a stream counts as free because of something behind its refused event.
        Account second = Account.inSlice(SLICE);
        park(account, "refused", null, null);
        park(second, null, "refused", null);
        EventStream blocked =
                new EventStream("merit.transactions", account.member().value());
        EventStream free = new EventStream("merit.transactions", second.member().value());

        assertThat(streams()).containsExactlyInAnyOrder(new ParkedStream(blocked, true), new ParkedStream(free, false));
        assertThat(released(blocked, free)).containsExactly(1L);

        List<ParkedEvent> refused = Eventually.get(parked.listRefused(client, 10));
        assertThat(refused).extracting(ParkedEvent::behind).containsExactly(2L, 1L);
        assertThat(Eventually.get(parked.release(client, refused.getFirst().id())))
                .isTrue();
        assertThat(Eventually.get(parked.release(client, refused.getFirst().id())))
                .isFalse();
        assertThat(released(blocked)).containsExactly(1L, 2L, 3L);
        assertThat(Eventually.get(parked.drop(client, refused.getLast().id()))).isTrue();
        assertThat(released(free)).containsExactly(1L, 3L);
        assertThat(POSTGRES.query("SELECT sequence::text FROM audit.v_outbox WHERE published"))
                .isEmpty();
    }

    @Test
    void takesAwayWhatWasReleasedOnlyForTheOwner() {
        // Breaks when a woken old owner's word is taken: what the new one has not sent would be gone.
        SliceClaim old = claim(UUID.randomUUID());
        expire();
        SliceClaim now = claim(OWNER);
        park(account, null, null, null);
        EventStream stream =
                new EventStream("merit.transactions", account.member().value());
        List<UUID> ids = Eventually.get(parked.listReleased(client, SLICE, List.of(stream))).stream()
                .map(OutboxEvent::id)
                .toList();

        assertThat(Eventually.get(parked.setSent(client, old, ids, null))).isFalse();
        assertThat(released(stream)).containsExactly(1L, 2L, 3L);

        Refusal again = new Refusal(ids.get(1), "too large");
        assertThat(Eventually.get(parked.setSent(client, now, ids.subList(0, 1), again)))
                .isTrue();
        assertThat(streams()).containsExactly(new ParkedStream(stream, true));
        assertThat(POSTGRES.query("SELECT sequence || ' ' || published FROM audit.v_outbox ORDER BY sequence"))
                .containsExactly("1 true", "2 false", "3 false");
    }

    @Test
    void readsAWindowInOrderAndNoLargerThanItsLimits() {
        for (int row = 0; row < 20; row++) {
            append(Samples.purchases(account, row * 300L + 1, row * 300L + 300));
        }
        List<OutboxRow> rows = window();
        assertThat(rows.stream().flatMap(row -> row.events().stream()).map(OutboxEvent::sequence))
                .hasSize(600)
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
        POSTGRES.execute("TRUNCATE platform.outbox");
        // Packs count by what they hold.
        for (int row = 1; row <= 5; row++) {
            append(Samples.purchases(account, row, row));
        }
        POSTGRES.execute("UPDATE platform.outbox SET unpacked_bytes = 3 << 20");
        assertThat(window()).hasSize(2);
    }

    @Test
    void tellsOfEachAccountWhatIsTheFirstThatWaits() {
        // Breaks when an account is looked for in a payload that is packed, or only in its column: rows of before have
        // none. And when what is parked is not waited for, or what is published is.
        Account published = Account.inSlice(1);
        append(Samples.purchases(published, 1, 1));
        POSTGRES.execute("UPDATE platform.outbox SET published_at = now()");
        Account text = Account.inSlice(2);
        append(Samples.purchases(text, 3, 4));
        WaitingEvents.unpack(POSTGRES, TransactionRecorded.TOPIC);
        Account packed = Account.inSlice(0);
        append(Samples.purchases(packed, 7, 9));
        park(account, "refused", null);

        assertThat(Eventually.get(store.listFirstWaiting(client, TransactionRecorded.TOPIC)))
                .extracting(FirstWaiting::member, FirstWaiting::card, FirstWaiting::sequence)
                .containsExactlyInAnyOrder(
                        tuple(text.member().value(), text.card().value(), 3L),
                        tuple(packed.member().value(), packed.card().value(), 7L),
                        tuple(account.member().value(), account.card().value(), 1L));
        assertThat(Eventually.get(store.listUnreadable(client, TransactionRecorded.TOPIC, 10)))
                .isEmpty();
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
        assertThat(Eventually.get(store.measure(client, Outbox.SLICES))).isEqualTo(new Waiting(0, 0, 0));
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

    private static Aside aside(OutboxRow row, int index, @Nullable String cause) {
        return new Aside(row.id(), index, row.events().get(index).payload(), cause);
    }

    /** Three events of an account, parked with these causes. */
    private void park(Account of, @Nullable String... causes) {
        append(Samples.purchases(of, 1, causes.length));
        SliceClaim claim = claim(OWNER);
        OutboxRow row = window().getFirst();
        List<Aside> asides = IntStream.range(0, causes.length)
                .mapToObj(i -> aside(row, i, causes[i]))
                .toList();
        assertThat(Eventually.get(store.setDone(client, claim, List.of(row.id()), asides)))
                .isTrue();
    }

    private List<ParkedStream> streams() {
        return Eventually.get(parked.listStreams(client, SLICE));
    }

    private List<Long> released(EventStream... streams) {
        return Eventually.get(parked.listReleased(client, SLICE, List.of(streams))).stream()
                .map(OutboxEvent::sequence)
                .toList();
    }

    private void append(List<? extends LoyaltyEvent> events) {
        var unused = Eventually.get(
                database.transaction(tx -> Outbox.append(tx, events).mapEmpty()));
    }

    private SliceClaim claim(UUID owner) {
        return claims(owner).slices().stream()
                .filter(claim -> claim.slice() == SLICE)
                .findFirst()
                .orElseThrow();
    }

    private Claims claims(UUID owner) {
        return Eventually.get(store.claim(client, owner, Outbox.SLICES, LIFE));
    }

    private void handOver(SliceClaim claim) {
        var unused = Eventually.get(store.handOver(client, claim));
    }

    private List<OutboxRow> window() {
        return Eventually.get(store.listWindow(client, SLICE, 600));
    }

    private static void expire() {
        POSTGRES.execute("UPDATE platform.lease SET expires_at = now()");
        POSTGRES.execute("UPDATE platform.relay SET expires_at = now()");
    }

    private static void clear() {
        POSTGRES.execute("TRUNCATE platform.lease");
        POSTGRES.execute("TRUNCATE platform.relay");
    }
}
