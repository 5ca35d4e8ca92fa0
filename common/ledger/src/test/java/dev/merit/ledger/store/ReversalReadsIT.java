package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.Correction;
import dev.merit.ledger.domain.Details.Part;
import dev.merit.ledger.domain.Details.References;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.domain.TakeBack;
import dev.merit.ledger.domain.Taken;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.ledger.store.ReversalReads.EntryKey;
import dev.merit.ledger.store.ReversalReads.Reversed;
import dev.merit.ledger.store.ReversalReads.Reversible;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.PgProblems;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReversalReadsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");
    private static final Instant LATER = Instant.parse("2099-03-01T10:00:00.123456Z");

    private static final Standing UNTIERED = Standing.untiered(new ClubId(UUID.randomUUID()));

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final LedgerStore store = new LedgerStore();
    private final ReversalReads reversals = new ReversalReads();
    private final RewardId reward = new RewardId(UUID.randomUUID());

    /** A tenant of one's own for each test: they share the tables. */
    private final AccountKey key = new AccountKey(
            new PartnerId(UUID.randomUUID()), new MemberId(UUID.randomUUID()), new CardId(UUID.randomUUID()));

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    @Test
    void hasOnlySoundStatementsAndOnlyOnItsOwnSchema() {
        StatementRules.check(POSTGRES, Set.of("ledger"), ReversalReads.class);
    }

    // Breaks when a plan walks over a partner's entries or allocations instead of looking each up by its key.
    @Test
    void looksEverythingUpByItsKey() {
        assertThat(StatementRules.plan(POSTGRES, ReversalReads.class, "FIND_REVERSED"))
                .contains("entry_reverses")
                .contains("reverses = k.entry_id");
        assertThat(StatementRules.plan(POSTGRES, ReversalReads.class, "FIND_ENTRIES"))
                .contains("entry_by_id")
                .contains("entry_id = k.entry_id");
        assertThat(StatementRules.plan(POSTGRES, ReversalReads.class, "FIND_TAKEN"))
                .contains("entry_by_id", "allocation_pkey", "lot_pkey")
                .contains("debit_sequence = entry.account_sequence")
                .contains("account_sequence = allocation.lot_sequence");
    }

    // A reversal starts from what these read: a lot that is forgotten loses its points for good.
    @Test
    void readsARedemptionWithTheLotsItTookFrom() {
        var book = AccountBook.unopened(key, UNTIERED);
        purchase(book, 30, LATER);
        purchase(book, 50, null);
        Entry redemption = book.debit(EntryEvent.REDEMPTION, 45, stamp(), rewarded(null));
        var unused = book.debit(EntryEvent.ADJUSTMENT, 5, stamp(), adjusted());
        append(book);

        Reversible found = reversible(redemption);

        assertThat(found.entry()).isEqualTo(redemption);
        assertThat(found.before()).isEqualTo(Reversed.NOTHING);
        assertThat(found.taken())
                .containsExactlyInAnyOrder(
                        new Taken(new Lot(1, 30, 0, LATER), 30), new Taken(new Lot(2, 50, 30, null), 15));
    }

    @Test
    void sumsUpThePartsOfAPurchaseThatWereTakenBack() {
        var book = AccountBook.unopened(key, UNTIERED);
        Entry purchase = purchase(book, 40, LATER);
        append(book);
        var again = open();
        Entry first = reverse(again, purchase, 10, "10.00");
        Entry second = reverse(again, purchase, 5, "5.50");
        append(again);

        Reversible found = reversible(purchase);

        assertThat(found.before())
                .isEqualTo(new Reversed(new TransactionId(second.id()), new BigDecimal("15.50"), -15));
        assertThat(found.taken()).isEmpty();
        Entry read = reversible(first).entry();
        assertThat(read).isEqualTo(first);
        assertThat(Objects.requireNonNull(read.details().correction()).taken())
                .isEqualTo(new Part(new BigDecimal("10.00"), "EUR"));
    }

    @Test
    void findsNothingOfAnotherTenant() {
        var book = AccountBook.unopened(key, UNTIERED);
        Entry purchase = purchase(book, 40, LATER);
        append(book);
        var stranger = new EntryKey(new PartnerId(UUID.randomUUID()), new TransactionId(purchase.id()));

        assertThat(Eventually.get(reversals.findReversible(database.reads(), Set.of(stranger))))
                .isEmpty();
        assertThat(Eventually.get(reversals.findReversed(database.reads(), Set.of(stranger))))
                .isEmpty();
    }

    // Breaks when a reward that was given back still counts against its member's limit.
    @Test
    void countsARewardGivenBackAsNotTaken() {
        var book = AccountBook.unopened(key, UNTIERED);
        purchase(book, 100, null);
        var kept = book.debit(EntryEvent.REDEMPTION, 10, stamp(), rewarded(null));
        Entry redemption = book.debit(EntryEvent.REDEMPTION, 10, stamp(), rewarded(null));
        append(book);
        var again = open();
        Entry reversal = giveBack(again, redemption);
        append(again);
        var use = new RewardUse(key.partner(), key.member(), reward);

        assertThat(kept.points()).isEqualTo(-10);
        assertThat(reversal.balanceAfter()).isEqualTo(90);
        assertThat(Eventually.get(store.countRedemptions(database.reads(), Set.of(use))))
                .containsEntry(use, 1L);
    }

    // The domain decides under a lock; whoever writes past it is stopped by the table.
    @Test
    void refusesToReverseARedemptionTwice() {
        var book = AccountBook.unopened(key, UNTIERED);
        purchase(book, 100, null);
        Entry redemption = book.debit(EntryEvent.REDEMPTION, 10, stamp(), rewarded(null));
        append(book);
        Reversible read = reversible(redemption);
        var once = open();
        giveBack(once, read);
        append(once);
        var twice = open();
        giveBack(twice, read);

        assertThat(Eventually.failure(database.transaction(tx -> store.append(tx, List.of(twice)))))
                .matches(failure -> PgProblems.violates(failure, "entry_redemption_reversed"));
    }

    @Test
    void refusesCorrectionsThatMakeNoSense() {
        Details ofNothing = Details.bySystem("req_1", NOW)
                .correcting(new Correction("returned", new Part(new BigDecimal("1.00"), "EUR")));
        assertThat(refused(book -> book.reversePurchase(new TakeBack(1, 5, false), stamp(), ofNothing)))
                .as("a reversal of nothing")
                .isEqualTo("entry_reversal_names_its_entry");
        assertThat(refused(book -> book.credit(EntryEvent.PURCHASE_REVERSAL, 5, null, stamp(), part("1.00"))))
                .as("a reversal that gives points for a purchase")
                .isEqualTo("entry_purchase_reversal_takes");
        assertThat(refused(book -> book.debit(EntryEvent.REDEMPTION_REVERSAL, 5, stamp(), part("1.00"))))
                .as("a reversal that takes points for a reward")
                .isEqualTo("entry_redemption_reversal_gives");
        assertThat(refused(book -> book.credit(EntryEvent.ADJUSTMENT, 0, null, stamp(), adjusted())))
                .as("an adjustment of nothing")
                .isEqualTo("entry_adjustment_moves");
    }

    private interface Booking {
        Entry on(AccountBook book);
    }

    private @Nullable String refused(Booking booking) {
        var book = AccountBook.unopened(key, UNTIERED);
        purchase(book, 10, null);
        var unused = booking.on(book);
        return ((PgException) Eventually.failure(database.transaction(tx -> store.append(tx, List.of(book)))))
                .getConstraint();
    }

    @CanIgnoreReturnValue
    private Entry purchase(AccountBook book, long points, @Nullable Instant until) {
        var earned = new Details.Earned(
                new BigDecimal("24.50"),
                "EUR",
                points,
                0,
                0,
                BigDecimal.ONE,
                new EarningRules(1, BigDecimal.ONE, null, null, 0, 12));
        return book.credit(
                EntryEvent.PURCHASE,
                points,
                until,
                stamp(),
                new Details(earned, References.NONE, null, Details.SYSTEM, null, null, "req_1", NOW));
    }

    private Entry reverse(AccountBook book, Entry purchase, long points, String amount) {
        var references = new References(null, null, new TransactionId(purchase.id()), null);
        var details = new Details(null, references, null, Details.SYSTEM, "a note", null, "req_2", NOW)
                .correcting(new Correction("returned", new Part(new BigDecimal(amount), "EUR")));
        return book.reversePurchase(new TakeBack(purchase.sequence(), points, false), stamp(), details);
    }

    private Entry giveBack(AccountBook book, Entry redemption) {
        return giveBack(book, reversible(redemption));
    }

    @CanIgnoreReturnValue
    private Entry giveBack(AccountBook book, Reversible redemption) {
        return book.reverseRedemption(
                redemption.taken(),
                stamp(),
                rewarded(new TransactionId(redemption.entry().id())));
    }

    private AccountBook open() {
        var wanted = new Wanted(Set.of(key), Set.of(key), Set.of(key));
        return Eventually.get(database.transaction(tx -> store.lock(tx, wanted)))
                .open(key);
    }

    private Reversible reversible(Entry entry) {
        var of = new EntryKey(key.partner(), new TransactionId(entry.id()));
        var found = Eventually.get(reversals.findReversible(database.reads(), Set.of(of)));
        return Objects.requireNonNull(found.get(of));
    }

    private void append(AccountBook book) {
        Eventually.get(
                database.transaction(tx -> store.append(tx, List.of(book)).mapEmpty()));
    }

    private Details rewarded(@Nullable TransactionId reverses) {
        var references = new References(reward, null, reverses, null);
        Details details = new Details(null, references, null, Details.SYSTEM, null, null, "req_1", NOW);
        return reverses == null ? details : details.correcting(new Correction("wrong reward", null));
    }

    private static Details adjusted() {
        return Details.bySystem("req_1", NOW).correcting(new Correction("goodwill", null));
    }

    private static Details part(String amount) {
        var references = new References(null, null, new TransactionId(UUID.randomUUID()), null);
        return new Details(null, references, null, Details.SYSTEM, null, null, "req_1", NOW)
                .correcting(new Correction("returned", new Part(new BigDecimal(amount), "EUR")));
    }

    private static Stamp stamp() {
        return new Stamp(Uuids.next(), NOW);
    }
}
