package dev.merit.points.app;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.Json;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.RewardStore;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Purchases that are written without locks, and whom they may meet between the look and the write. */
class LookedPurchasesIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final PartnerId partner = new PartnerId(UUID.randomUUID());
    private final MemberId member = new MemberId(UUID.randomUUID());
    private final CardId card = new CardId(UUID.randomUUID());
    private final Node one = new Node();
    private final Node two = new Node();

    /** Group commit as in production, but a lock is waited for as long as a test needs. */
    private static final class Node {
        final Vertx vertx = Vertx.vertx();
        final Context context = vertx.getOrCreateContext();
        final Database database = POSTGRES.open(vertx);
        final GroupCommit<Booking, BookingState, Done<?>> commit;
        /** What was seen goes on when this is complete. */
        volatile Future<Void> gate = Future.succeededFuture();

        Node() {
            var options =
                    new GroupCommit.Options("points", 1, 256, 100, Duration.ofSeconds(30), Duration.ofSeconds(10));
            var batch = new BookingBatch(new LedgerStore(), new CardStore(), new RewardStore(), Bus.patient(vertx, 1));
            Promise<GroupCommit<Booking, BookingState, Done<?>>> made = Promise.promise();
            context.runOnContext(turn -> made.complete(
                    new GroupCommit<>(vertx, database, new SimpleMeterRegistry(), options, gated(batch))));
            commit = get(made.future());
        }

        private GroupCommit.Work<Booking, BookingState, Done<?>> gated(BookingBatch batch) {
            return new GroupCommit.Work<>() {
                @Override
                public Future<BookingState> load(SqlClient tx, List<Booking> commands) {
                    return batch.load(tx, commands);
                }

                @Override
                public Future<Optional<BookingState>> look(SqlClient client, List<Booking> commands) {
                    return batch.look(client, commands).compose(gate::map);
                }

                @Override
                public GroupCommit.Decision<Done<?>> decide(BookingState state, List<Booking> commands) {
                    return batch.decide(state, commands);
                }
            };
        }

        Future<Done<Purchased>> submit(Booking.Buy buy) {
            Promise<Done<Purchased>> done = Promise.promise();
            context.runOnContext(turn -> commit.submit(0, buy.account(), buy)
                    .map(each -> each.as(Purchased.class))
                    .onComplete(done));
            return done.future();
        }

        void close() {
            get(commit.close());
            get(database.close());
            get(vertx.close());
        }
    }

    @BeforeEach
    void openTheAccount() {
        PlainCard.insert(one.database, partner, card);
        // The look at an account that is not there was for nothing, so one batch is not looked at.
        assertThat(get(one.submit(buy("1", null))).body().newBalance()).isEqualTo(1);
        assertThat(get(one.submit(buy("0.2", null))).body().newBalance()).isEqualTo(1);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    // Breaks when an entry that was not seen does not keep one from booking on the balance of before.
    @Test
    void booksOnWhatANeighbourHasBookedMeanwhile() throws SQLException {
        try (Connection somebody = heldAccount()) {
            var first = one.submit(buy("10", null));
            awaitWrites(1);
            var second = two.submit(buy("5", null));
            awaitWrites(2);
            somebody.rollback();

            assertThat(List.of(
                            get(first).body().newBalance(), get(second).body().newBalance()))
                    .isIn(List.of(11L, 16L), List.of(16L, 6L));
        }
        assertThat(POSTGRES.query("SELECT s FROM platform.outbox o, unnest(o.member_ids, o.sequences) AS e (m, s)"
                        + " WHERE o.topic = 'merit.transactions' AND m = '" + member + "' ORDER BY o.id"))
                .containsExactly("1", "2", "3", "4");
        assertThat(POSTGRES.query("SELECT balance FROM audit.v_balance WHERE member_id = '" + member + "'"))
                .containsExactly("16");
    }

    // Breaks when a repeat is refused for what holds by now, although its original is just being written.
    @Test
    void answersARepeatThatMeetsItsOriginal() throws SQLException {
        Repeat repeat = new Repeat(UUID.randomUUID(), "body");
        try (Connection somebody = heldAccount()) {
            var original = one.submit(buy("12", repeat));
            awaitWrites(1);
            deactivateTheCard();
            var repeated = two.submit(buy("12", repeat));
            awaitWaiting(2);
            somebody.rollback();

            Purchased first = get(original).body();
            assertThat(first.pointsAwarded()).isEqualTo(12);
            assertThat(Json.write(get(repeated).body())).isEqualTo(Json.write(first));
        }
    }

    // Breaks when a node that stood still writes what was refused elsewhere in the meantime.
    @Test
    void writesNothingLongAfterItWasSeen() throws InterruptedException {
        Repeat repeat = new Repeat(UUID.randomUUID(), "body");
        Promise<Void> still = Promise.promise();
        one.gate = still.future();
        var original = one.submit(buy("12", repeat));
        Thread.sleep(Duration.ofMillis(600));
        deactivateTheCard();
        assertThat(failure(two.submit(buy("12", repeat)))).isInstanceOf(ProblemException.class);
        still.complete();

        assertThat(failure(original)).isInstanceOf(ProblemException.class);
        assertThat(POSTGRES.count("SELECT count(*) FROM audit.v_ledger WHERE member_id = '" + member + "'"))
                .isEqualTo(2);
    }

    private Booking.Buy buy(String amount, @Nullable Repeat repeat) {
        var fields = new PurchaseFields(card, member.toString(), new BigDecimal(amount), null, null, null, null);
        return new Booking.Buy(
                new Purchase(partner, fields, new Origin("test", repeat, null)),
                new MemberRef(member, true),
                Attribution.SYSTEM);
    }

    private void deactivateTheCard() {
        POSTGRES.execute("UPDATE points.card SET is_active = false WHERE card_id = '" + card + "'");
    }

    private Connection heldAccount() throws SQLException {
        Connection somebody = POSTGRES.connection();
        somebody.setAutoCommit(false);
        try (var statement = somebody.createStatement()) {
            var unused =
                    statement.execute("SELECT 1 FROM ledger.account WHERE member_id = '" + member + "' FOR UPDATE");
        }
        return somebody;
    }

    /** Until so many wait with their purchase decided. */
    private static void awaitWrites(int count) {
        Awaitility.await().until(() -> waiting("AND query LIKE 'WITH w0%'") == count);
    }

    private static void awaitWaiting(int count) {
        Awaitility.await().until(() -> waiting("") == count);
    }

    private static long waiting(String which) {
        return POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' " + which);
    }
}
