package dev.merit.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccountBookTest {
    private static final Standing UNTIERED = Standing.untiered(new ClubId(new UUID(1, 4)));
    private static final AccountKey KEY =
            new AccountKey(new PartnerId(new UUID(1, 1)), new MemberId(new UUID(1, 2)), new CardId(new UUID(1, 3)));
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant SOON = NOW.plus(Duration.ofDays(1));
    private static final Instant LATER = NOW.plus(Duration.ofDays(9));

    @Test
    void startsWithNothing() {
        var book = AccountBook.unopened(KEY, UNTIERED);

        assertThat(book.state()).isEqualTo(AccountState.UNOPENED);
        assertThat(book.isExisting()).isFalse();
        assertThat(book.isChanged()).isFalse();
        assertThat(book.isFirstEarning()).isTrue();
    }

    @Test
    void creditsPointsAsALotOfTheirOwn() {
        var book = AccountBook.unopened(KEY, UNTIERED);

        Entry entry = book.credit(EntryEvent.PURCHASE, 40, LATER, at(NOW), details());

        assertThat(entry.sequence()).isEqualTo(1);
        assertThat(entry.balanceBefore()).isZero();
        assertThat(entry.balanceAfter()).isEqualTo(40);
        assertThat(entry.expiresAt()).isEqualTo(LATER);
        assertThat(book.newLots()).containsExactly(new Lot(1, 40, 40, LATER));
        assertThat(book.state()).isEqualTo(new AccountState(40, 40, 1, 1, LATER));
    }

    // A purchase too small for a point is a fact all the same: it has an entry and counts as a purchase.
    @Test
    void recordsZeroPointsWithoutALot() {
        var book = AccountBook.unopened(KEY, UNTIERED);

        Entry entry = book.credit(EntryEvent.PURCHASE, 0, LATER, at(NOW), details());

        assertThat(entry.points()).isZero();
        assertThat(book.newLots()).isEmpty();
        assertThat(book.state()).isEqualTo(new AccountState(0, 0, 1, 1, null));
    }

    // Breaks when another lot pays for what its own could have paid: those points may expire later.
    @Test
    void takesACreditBackFromItsOwnLotFirst() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.PURCHASE, 10, SOON);
        credit(book, EntryEvent.VOUCHER_BONUS, 30, LATER);

        Entry entry = book.takeBack(new Reclaim(EntryEvent.VOUCHER_BONUS, 2, 30), at(NOW), details());

        assertThat(entry.points()).isEqualTo(-30);
        assertThat(book.allocations()).containsExactly(new Allocation(3, 2, 30));
        assertThat(book.state()).isEqualTo(new AccountState(10, 10, 3, 1, SOON));
    }

    // Breaks when what was spent is forgotten, or lifetime points stay with what was never earned.
    @Test
    void takesBackWhatIsSpentFromTheOthersAndThenAsADebt() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.VOUCHER_BONUS, 30, SOON);
        credit(book, EntryEvent.PURCHASE, 10, LATER);
        var unused = book.debit(EntryEvent.REDEMPTION, 25, at(NOW), details());

        Entry entry = book.takeBack(new Reclaim(EntryEvent.VOUCHER_BONUS, 1, 30), at(NOW), details());

        assertThat(entry.balanceAfter()).isEqualTo(-15);
        assertThat(book.allocations())
                .contains(new Allocation(4, 1, 5), new Allocation(4, 2, 10))
                .hasSize(3);
        assertThat(book.state()).isEqualTo(new AccountState(-15, 10, 4, 1, null));
        assertThatIllegalStateException()
                .isThrownBy(() -> book.takeBack(new Reclaim(EntryEvent.VOUCHER_BONUS, 1, 11), at(NOW), details()));
    }

    // The welcome bonus hangs on this: only purchases make the next one a later one.
    @Test
    void countsOnlyPurchasesAsEarning() {
        var book = AccountBook.unopened(KEY, UNTIERED);

        credit(book, EntryEvent.STAMP_CARD_REWARD, 5, null);

        assertThat(book.isFirstEarning()).isTrue();
        credit(book, EntryEvent.PURCHASE, 5, null);
        assertThat(book.isFirstEarning()).isFalse();
    }

    // Fails when lots are used in the order of their making instead of the order of their end.
    @Test
    void spendsFirstWhatExpiresFirst() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.PURCHASE, 10, null);
        credit(book, EntryEvent.PURCHASE, 10, LATER);
        credit(book, EntryEvent.PURCHASE, 10, SOON);

        Entry debit = book.debit(EntryEvent.REDEMPTION, 25, at(NOW), details());

        assertThat(debit.points()).isEqualTo(-25);
        assertThat(book.allocations())
                .containsExactly(new Allocation(4, 3, 10), new Allocation(4, 2, 10), new Allocation(4, 1, 5));
        assertThat(book.state().nextExpiry()).isNull();
        assertThat(book.balance()).isEqualTo(5);
    }

    @Test
    void spendsTheWholeBalanceAndNotOnePointMore() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.PURCHASE, 10, LATER);

        assertThatIllegalStateException().isThrownBy(() -> book.debit(EntryEvent.REDEMPTION, 11, at(NOW), details()));
        assertThat(book.balance()).isEqualTo(10);
        assertThat(book.debit(EntryEvent.REDEMPTION, 10, at(NOW), details()).balanceAfter())
                .isZero();
    }

    @Test
    void keepsLifetimePointsWhenSomethingIsSpentOrExpires() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.PURCHASE, 10, SOON);
        debit(book, 4);

        assertThat(book.expire(at(SOON), details())).isPresent();

        assertThat(book.state()).isEqualTo(new AccountState(0, 10, 3, 1, null));
    }

    // One instant too late and expired points could be spent; one too early and good ones are taken.
    @Test
    void expiresPointsAtTheVeryMoment() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.PURCHASE, 10, SOON);

        assertThat(book.expire(at(SOON.minusNanos(1_000)), details())).isEmpty();
        assertThat(book.expire(at(SOON), details())).hasValueSatisfying(entry -> {
            assertThat(entry.points()).isEqualTo(-10);
            assertThat(entry.event()).isEqualTo(EntryEvent.EXPIRY);
        });
        assertThat(book.expire(at(LATER), details())).isEmpty();
    }

    @Test
    void booksAllThatExpiredAsOneEntry() {
        var book = AccountBook.unopened(KEY, UNTIERED);
        credit(book, EntryEvent.PURCHASE, 10, SOON);
        credit(book, EntryEvent.PURCHASE, 7, SOON);
        credit(book, EntryEvent.PURCHASE, 5, null);

        assertThat(book.expire(at(LATER), details()))
                .hasValueSatisfying(entry -> assertThat(entry.points()).isEqualTo(-17));
        assertThat(book.balance()).isEqualTo(5);
    }

    // A reversal may leave a debt: new points pay it before they can be spent.
    @Test
    void paysADebtBeforeAnythingCanBeSpent() {
        var book = AccountBook.open(KEY, UNTIERED, new AccountState(-30, 100, 8, 2, null), List.of());

        credit(book, EntryEvent.PURCHASE, 20, LATER);
        assertThat(book.newLots()).containsExactly(new Lot(9, 20, 0, LATER));
        assertThat(book.state().nextExpiry()).isNull();
        credit(book, EntryEvent.PURCHASE, 20, LATER);

        assertThat(book.balance()).isEqualTo(10);
        assertThat(book.newLots()).containsExactly(new Lot(9, 20, 0, LATER), new Lot(10, 20, 10, LATER));
        assertThat(book.state().nextExpiry()).isEqualTo(LATER);
    }

    @Test
    void tellsNewLotsFromChangedOnes() {
        var book = AccountBook.open(
                KEY, UNTIERED, new AccountState(10, 10, 3, 1, SOON), List.of(new Lot(3, 15, 10, SOON)));
        credit(book, EntryEvent.PURCHASE, 5, LATER);

        debit(book, 12);

        assertThat(book.changedLots()).containsExactly(new Lot(3, 15, 0, SOON));
        assertThat(book.newLots()).containsExactly(new Lot(4, 5, 3, LATER));
        assertThat(book.state().nextExpiry()).isEqualTo(LATER);
    }

    @Test
    void takesCreditsWithoutKnowingTheLots() {
        var book = AccountBook.openForCredits(KEY, UNTIERED, new AccountState(10, 10, 3, 1, LATER));

        credit(book, EntryEvent.PURCHASE, 5, SOON);

        assertThat(book.state()).isEqualTo(new AccountState(15, 15, 4, 2, SOON));
    }

    // A debit that does not see the lots would take from nowhere.
    @Test
    void refusesToDebitOrExpireWithoutTheLots() {
        var book = AccountBook.openForCredits(KEY, UNTIERED, new AccountState(10, 10, 3, 1, SOON));

        assertThatIllegalStateException().isThrownBy(() -> book.debit(EntryEvent.REDEMPTION, 1, at(NOW), details()));
        assertThatIllegalStateException().isThrownBy(() -> book.expire(at(SOON), details()));
        assertThat(book.isChanged()).isFalse();
    }

    // Lots that somebody forgot to read would vanish: the next expiry would be set to "never".
    @Test
    void refusesLotsThatDoNotAddUpToTheBalance() {
        var state = new AccountState(10, 10, 3, 1, SOON);

        assertThatIllegalStateException().isThrownBy(() -> AccountBook.open(KEY, UNTIERED, state, List.of()));
        assertThatIllegalStateException()
                .isThrownBy(() -> AccountBook.open(KEY, UNTIERED, state, List.of(new Lot(3, 15, 11, SOON))));
    }

    @Test
    void refusesNonsense() {
        var book = AccountBook.unopened(KEY, UNTIERED);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> book.credit(EntryEvent.PURCHASE, -1, null, at(NOW), details()));
        assertThatIllegalArgumentException().isThrownBy(() -> book.debit(EntryEvent.REDEMPTION, 0, at(NOW), details()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lot(1, 0, 0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lot(1, 5, 6, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lot(1, 5, -1, null));
    }

    private static void credit(AccountBook book, EntryEvent event, long points, @Nullable Instant expiresAt) {
        var unused = book.credit(event, points, expiresAt, at(NOW), details());
    }

    private static void debit(AccountBook book, long points) {
        var unused = book.debit(EntryEvent.REDEMPTION, points, at(NOW), details());
    }

    private static Stamp at(Instant time) {
        return new Stamp(new UUID(7, time.toEpochMilli()), time);
    }

    private static Details details() {
        return Details.bySystem("req_1", NOW);
    }
}
