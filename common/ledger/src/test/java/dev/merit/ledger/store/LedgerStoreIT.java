package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.AccountState;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.PgProblems;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerStoreIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");
    private static final Instant LATER = Instant.parse("2099-03-01T10:00:00.123456Z");

    private static final ClubId CLUB = new ClubId(UUID.randomUUID());
    private static final Standing UNTIERED = Standing.untiered(CLUB);

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final LedgerStore store = new LedgerStore();
    private final LedgerReads reads = new LedgerReads();
    private final CardClubStore clubs = new CardClubStore();

    /** A tenant of one's own for each test: they share the tables. */
    private final AccountKey key = newKey();

    @BeforeEach
    void knowTheCard() {
        Eventually.get(clubs.set(database.pool(), key.partner(), key.card(), CLUB));
    }

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    // Fails when a column is forgotten, two are mixed up, or a decimal loses a digit on its way.
    @Test
    void givesBackEveryColumnAsItWasWritten() {
        var book = AccountBook.unopened(key, UNTIERED);
        Entry full = book.credit(EntryEvent.PURCHASE, 40, LATER, stamp(), full());
        Entry bare = book.credit(EntryEvent.STAMP_CARD_REWARD, 2, null, stamp(), Details.bySystem("req_2", NOW));

        append(book);

        assertThat(found(full)).isEqualTo(full);
        assertThat(found(bare)).isEqualTo(bare);
        Details.Earned earned = Objects.requireNonNull(found(full).details().earned());
        assertThat(earned.purchaseAmount().toPlainString()).isEqualTo("24.50");
        assertThat(earned.rules().currencyUnitAmount().toPlainString()).isEqualTo("2.00");
    }

    @Test
    void givesBackAccountAndLotsUnderLock() {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, LATER);
        credit(book, 10, null);
        append(book);

        LockedAccounts locked = locked(key, true);

        assertThat(locked.states()).containsOnlyKeys(key).containsValue(new AccountState(50, 50, 2, 2, LATER));
        assertThat(locked.lots().get(key))
                .containsExactlyInAnyOrder(new Lot(1, 40, 40, LATER), new Lot(2, 10, 10, null));
    }

    // The next booking starts from what the last one wrote: a projection that is not written shows here.
    @Test
    void writesWhatALaterBookingChanged() {
        var first = AccountBook.unopened(key, UNTIERED);
        credit(first, 40, LATER);
        credit(first, 10, null);
        append(first);
        var second = locked(key, true).open(key);
        var unused = second.debit(EntryEvent.REDEMPTION, 45, stamp(), full());
        credit(second, 7, LATER);

        append(second);

        LockedAccounts locked = locked(key, true);
        assertThat(locked.states()).containsValue(new AccountState(12, 57, 4, 3, LATER));
        assertThat(locked.lots().get(key)).containsExactlyInAnyOrder(new Lot(2, 10, 5, null), new Lot(4, 7, 7, LATER));
        assertThat(POSTGRES.query("SELECT concat_ws(' ', debit_sequence, lot_sequence, points) FROM ledger.allocation"
                        + where() + " ORDER BY lot_sequence"))
                .containsExactly("3 1 40", "3 2 5");
        assertThat(POSTGRES.query("SELECT sum(points) FROM ledger.entry" + where()))
                .containsExactly("12");
    }

    @Test
    void readsNoLotsWhereNothingIsDueAndNobodyAsks() {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, LATER);
        append(book);

        assertThat(locked(key, false).lots()).isEmpty();
        assertThat(locked(newKey(), true).states()).isEmpty();
    }

    @Test
    void writesNothingForABookWithoutBookings() {
        append(AccountBook.unopened(key, UNTIERED));

        assertThat(locked(key, true).states()).isEmpty();
    }

    // Not the application and not even the owner of the tables can change the past.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ledger.entry SET points = 1",
                "DELETE FROM ledger.entry",
                "TRUNCATE ledger.entry",
                "UPDATE ledger.allocation SET points = 1",
                "DELETE FROM ledger.allocation",
                "TRUNCATE ledger.allocation"
            })
    void refusesToChangeThePast(String change) throws SQLException {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, LATER);
        append(book);

        try (Connection connection = POSTGRES.connection();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("never changed or deleted");
            statement.execute("SET ROLE merit_app");
            assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("permission denied");
        }
        assertThat(POSTGRES.query("SELECT points FROM ledger.entry" + where())).containsExactly("40");
    }

    // The domain's invariants stand in the tables too, for whoever writes past it.
    @Test
    void refusesALotBelowZero() {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, LATER);
        append(book);

        assertThatThrownBy(() -> POSTGRES.execute("UPDATE ledger.lot SET remaining = -1" + where()))
                .hasRootCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> POSTGRES.execute("UPDATE ledger.lot SET remaining = 41" + where()))
                .hasRootCauseInstanceOf(SQLException.class);
    }

    // FOR UPDATE locks nothing where there is no row: the key is what stops the second of two first purchases.
    @Test
    void letsOnlyOneOfTwoMakeTheSameAccount() {
        var one = AccountBook.unopened(key, UNTIERED);
        credit(one, 40, null);
        var other = AccountBook.unopened(key, UNTIERED);
        credit(other, 40, null);

        Future<?> first =
                database.transaction(tx -> store.append(tx, List.of(one)).mapEmpty());
        Future<?> second =
                database.transaction(tx -> store.append(tx, List.of(other)).mapEmpty());

        List<Future<?>> both = List.of(first, second);
        assertThat(Eventually.failure(Future.join(both))).matches(PgProblems::isRetriable);
        assertThat(both).filteredOn(Future::succeeded).hasSize(1);
        assertThat(POSTGRES.query("SELECT points FROM ledger.entry" + where())).containsExactly("40");
    }

    // A first account would be opened in the club that its card is leaving, and stay there.
    @Test
    void holdsACardInItsClubWhileItsFirstAccountIsOpened() {
        String lock = "SELECT club_id FROM ledger.card_club WHERE card_id = '" + key.card() + "' FOR UPDATE NOWAIT";

        Eventually.get(database.transaction(tx -> locked(tx, key, false).map(locked -> {
            assertThat(locked.clubOf(key)).contains(CLUB);
            assertThatThrownBy(() -> POSTGRES.query(lock)).rootCause().hasMessageContaining("could not obtain lock");
            return locked;
        })));

        assertThat(POSTGRES.query(lock)).containsExactly(CLUB.toString());
        var elsewhere = new ClubId(UUID.randomUUID());
        Eventually.get(database.transaction(tx -> clubs.lock(tx, key.partner(), key.card())
                .compose(alone -> clubs.set(tx, key.partner(), key.card(), elsewhere))));
        assertThat(locked(key, false).clubOf(key)).contains(elsewhere);
        assertThat(locked(newKey(), false).states())
                .as("a card that nobody knows")
                .isEmpty();
    }

    // Two bookings that only read the same state would number their entries alike.
    @Test
    void keepsAnAccountLockedUntilTheTransactionEnds() {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, null);
        append(book);

        List<Future<Long>> bookings = IntStream.range(0, 20)
                .mapToObj(i -> database.transaction(tx -> store.lock(tx, new Wanted(Set.of(key), Set.of(), Set.of(key)))
                        .compose(locked -> {
                            var opened = locked.open(key);
                            credit(opened, 1, null);
                            return store.append(tx, List.of(opened)).map(opened.balance());
                        })))
                .toList();

        assertThat(bookings.stream().map(Eventually::get))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(41, 60).boxed().toList());
    }

    // Whoever comes second must not have the earlier time, or the account would go back in time.
    @Test
    void readsTheTimeBehindTheLocks() throws SQLException {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, null);
        append(book);
        try (Connection other = POSTGRES.connection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM ledger.account" + where() + " FOR UPDATE");
            Future<LockedAccounts> locked = database.transaction(tx -> locked(tx, key, false));
            Awaitility.await()
                    .until(() -> POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                            == 1);

            Instant before = now();
            other.commit();

            assertThat(Eventually.get(locked).now()).isAfter(before);
        }
    }

    // In each batch the other's account comes first: they would wait for each other in a circle.
    @Test
    void letsTwoOpenTheSameAccountsInOppositeOrder() {
        for (int round = 0; round < 20; round++) {
            List<AccountKey> keys = List.of(keyOf(key.partner()), keyOf(key.partner()));
            Future<?> first = database.transaction(tx ->
                    store.append(tx, keys.stream().map(this::opened).toList()).mapEmpty());
            Future<?> second = database.transaction(tx -> store.append(
                            tx, keys.reversed().stream().map(this::opened).toList())
                    .mapEmpty());

            List<Future<?>> both = List.of(first, second);
            Throwable failure = Eventually.failure(Future.join(both));
            assertThat(failure).isInstanceOfSatisfying(PgException.class, refused -> assertThat(refused.getSqlState())
                    .isEqualTo("23505"));
            assertThat(both).filteredOn(Future::succeeded).hasSize(1);
        }
    }

    private AccountBook opened(AccountKey opening) {
        var book = AccountBook.unopened(opening, UNTIERED);
        credit(book, 1, null);
        return book;
    }

    private AccountKey keyOf(PartnerId partner) {
        return new AccountKey(partner, new MemberId(UUID.randomUUID()), key.card());
    }

    @Test
    void findsWhatIsDueAndWhatIsLeft() {
        Instant soon = Instant.now().plusMillis(700).truncatedTo(ChronoUnit.MICROS);
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 40, soon);
        credit(book, 7, LATER);
        credit(book, 3, null);
        append(book);

        assertThat(due()).doesNotContain(key);
        LedgerReads.Spendable before = Eventually.get(reads.findSpendable(database.reads(), key));
        assertThat(before)
                .isEqualTo(new LedgerReads.Spendable(
                        50, 50, List.of(new LedgerReads.Expiry(40, soon), new LedgerReads.Expiry(7, LATER))));

        Awaitility.await().until(() -> due().contains(key));

        // Nothing is booked yet, and still nobody can spend it.
        assertThat(Eventually.get(reads.findSpendable(database.reads(), key)))
                .isEqualTo(new LedgerReads.Spendable(10, 50, List.of(new LedgerReads.Expiry(7, LATER))));
        assertThat(locked(key, false).lots().get(key)).hasSize(3);
        var opened = locked(key, false).open(key);
        assertThat(opened.expire(new Stamp(Uuids.next(), now()), full()))
                .hasValueSatisfying(entry -> assertThat(entry.points()).isEqualTo(-40));
        append(opened);
        assertThat(due()).doesNotContain(key);
        assertThat(Eventually.get(reads.findSpendable(database.reads(), key)).balance())
                .isEqualTo(10);
    }

    @Test
    void findsNothingOfAMemberWithoutAnAccount() {
        assertThat(Eventually.get(reads.findSpendable(database.reads(), key))).isEqualTo(LedgerReads.Spendable.NOTHING);
    }

    @Test
    void countsHowOftenAMemberTookAReward() {
        var book = AccountBook.unopened(key, UNTIERED);
        credit(book, 100, null);
        var reward = new RewardId(UUID.randomUUID());
        for (int i = 0; i < 3; i++) {
            var unused = book.debit(EntryEvent.REDEMPTION, 5, stamp(), rewarded(reward));
        }
        append(book);
        var use = new RewardUse(key.partner(), key.member(), reward);
        var none = new RewardUse(key.partner(), newKey().member(), reward);

        assertThat(Eventually.get(store.countRedemptions(database.reads(), Set.of(use, none))))
                .containsOnlyKeys(use)
                .containsValue(3L);
    }

    // A till that lost its idempotency key still has its own number: the second booking is refused by the table.
    @Test
    void findsAnOrderAndRefusesItsSecondBooking() {
        var book = AccountBook.unopened(key, UNTIERED);
        Details details = full();
        Entry entry = book.credit(EntryEvent.PURCHASE, 5, null, stamp(), details);
        append(book);
        String reference = Objects.requireNonNull(details.references().orderReference());
        var order = new LedgerStore.Order(key.partner(), EntryEvent.PURCHASE, reference);
        var otherKind = new LedgerStore.Order(key.partner(), EntryEvent.REDEMPTION, reference);
        var otherPartner = new LedgerStore.Order(newKey().partner(), EntryEvent.PURCHASE, reference);

        assertThat(Eventually.get(store.findOrders(database.reads(), Set.of(order, otherKind, otherPartner))))
                .isEqualTo(Map.of(order, new TransactionId(entry.id())));
        var again = locked(key, false).open(key);
        var unused = again.credit(EntryEvent.PURCHASE, 5, null, stamp(), details);
        assertThat(Eventually.failure(database.transaction(tx -> store.append(tx, List.of(again)))))
                .matches(failure -> PgProblems.violates(failure, "entry_order"));
    }

    private void append(AccountBook book) {
        Eventually.get(
                database.transaction(tx -> store.append(tx, List.of(book)).mapEmpty()));
    }

    private LockedAccounts locked(AccountKey of, boolean asked) {
        return Eventually.get(database.transaction(tx -> locked(tx, of, asked)));
    }

    private Future<LockedAccounts> locked(SqlClient tx, AccountKey of, boolean asked) {
        return store.lock(tx, new Wanted(Set.of(of), asked ? Set.of(of) : Set.of(), Set.of(of)));
    }

    private Instant now() {
        return Instant.parse(POSTGRES.query(
                        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                .getFirst());
    }

    private List<AccountKey> due() {
        return Eventually.get(store.listDue(database.reads(), 100));
    }

    private Entry found(Entry entry) {
        return Eventually.get(reads.findEntry(database.reads(), key.partner(), new TransactionId(entry.id())))
                .orElseThrow();
    }

    private String where() {
        return " WHERE partner_id = '" + key.partner() + "'";
    }

    private static void credit(AccountBook book, long points, @Nullable Instant until) {
        var unused = book.credit(EntryEvent.PURCHASE, points, until, stamp(), full());
    }

    private static Stamp stamp() {
        return new Stamp(Uuids.next(), NOW.plusMillis(1_000));
    }

    private static AccountKey newKey() {
        return new AccountKey(
                new PartnerId(UUID.randomUUID()), new MemberId(UUID.randomUUID()), new CardId(UUID.randomUUID()));
    }

    private static Details full() {
        return new Details(
                new Details.Earned(
                        new BigDecimal("24.50"),
                        "EUR",
                        11,
                        22,
                        33,
                        new BigDecimal("1.250"),
                        new EarningRules(1, new BigDecimal("2.00"), new BigDecimal("0.01"), 500L, 33, 12)),
                new Details.References(
                        new RewardId(UUID.randomUUID()),
                        new VoucherId(UUID.randomUUID()),
                        new TransactionId(UUID.randomUUID()),
                        "order " + UUID.randomUUID()),
                new StaffId(UUID.randomUUID()),
                "Jane",
                "a note",
                UUID.randomUUID(),
                "req_1",
                NOW.minusSeconds(60));
    }

    private static Details rewarded(RewardId reward) {
        return new Details(
                null, new Details.References(reward, null, null, null), null, "System", null, null, "req_1", NOW);
    }
}
