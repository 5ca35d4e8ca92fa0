package dev.merit.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a correction does to an account. */
class AccountBookReversalTest {
    private static final Standing UNTIERED = Standing.untiered(new ClubId(new UUID(1, 4)));
    private static final AccountKey KEY =
            new AccountKey(new PartnerId(new UUID(1, 1)), new MemberId(new UUID(1, 2)), new CardId(new UUID(1, 3)));
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant SOON = NOW.plus(Duration.ofDays(1));
    private static final Instant LATER = NOW.plus(Duration.ofDays(9));

    private final AccountBook book = AccountBook.unopened(KEY, UNTIERED);

    // Points of another purchase, which expire sooner, must not pay for this one while its own are there.
    @Test
    void takesAPurchaseBackFromItsOwnLotFirst() {
        purchase(30, SOON);
        purchase(50, LATER);

        Entry reversal = reverse(2, 50, true);

        assertThat(reversal.points()).isEqualTo(-50);
        assertThat(reversal.event()).isEqualTo(EntryEvent.PURCHASE_REVERSAL);
        assertThat(book.allocations()).containsExactly(new Allocation(3, 2, 50));
        assertThat(book.state()).isEqualTo(new AccountState(30, 30, 3, 1, SOON));
    }

    @Test
    void takesWhatIsMissingInItsOwnLotFromOthersInOrderOfExpiry() {
        purchase(50, SOON);
        purchase(10, null);
        purchase(10, LATER);
        redeem(30);

        reverse(1, 50, true);

        assertThat(book.allocations())
                .containsExactly(
                        new Allocation(4, 1, 30),
                        new Allocation(5, 1, 20),
                        new Allocation(5, 3, 10),
                        new Allocation(5, 2, 10));
        assertThat(book.balance()).isEqualTo(-10);
        assertThat(remaining()).isZero();
    }

    // Breaks when spent points are forgiven, or when a debt is taken from lots that do not exist.
    @Test
    void leavesADebtForPointsThatAreSpent() {
        purchase(50, LATER);
        redeem(50);

        reverse(1, 50, true);

        assertThat(book.state()).isEqualTo(new AccountState(-50, 0, 3, 0, null));
        purchase(70, LATER);
        assertThat(book.balance()).isEqualTo(20);
        assertThat(remaining()).isEqualTo(20);
    }

    // The welcome bonus hangs on this: only a purchase that is gone wholly is none any more.
    @Test
    void countsAPurchaseUntilItIsReversedWholly() {
        purchase(50, LATER);

        reverse(1, 20, false);
        assertThat(book.isFirstEarning()).isFalse();
        reverse(1, 30, true);

        assertThat(book.isFirstEarning()).isTrue();
        assertThat(book.state()).isEqualTo(new AccountState(0, 0, 3, 0, null));
    }

    @Test
    void recordsAReversalOfNoPoints() {
        purchase(0, LATER);

        Entry reversal = reverse(1, 0, true);

        assertThat(reversal.points()).isZero();
        assertThat(book.allocations()).isEmpty();
        assertThat(book.state()).isEqualTo(new AccountState(0, 0, 2, 0, null));
    }

    @Test
    void givesARedemptionBackToTheLotsItCameFrom() {
        purchase(30, SOON);
        purchase(50, LATER);
        redeem(40);

        Entry reversal = giveBack(new Taken(new Lot(1, 30, 0, SOON), 30), new Taken(new Lot(2, 50, 40, LATER), 10));

        assertThat(reversal.points()).isEqualTo(40);
        assertThat(book.newLots()).containsExactly(new Lot(1, 30, 30, SOON), new Lot(2, 50, 50, LATER));
        assertThat(book.state()).isEqualTo(new AccountState(80, 80, 4, 2, SOON));
    }

    // A lot that was emptied is not among the open ones that were read, and yet it gets its points back.
    @Test
    void givesBackToALotThatWasEmpty() {
        var opened = AccountBook.open(KEY, UNTIERED, new AccountState(0, 30, 2, 1, null), List.of());

        var unused = opened.reverseRedemption(
                List.of(new Taken(new Lot(1, 30, 0, LATER), 30)), at(NOW), Details.bySystem("req_1", NOW));

        assertThat(opened.changedLots()).containsExactly(new Lot(1, 30, 30, LATER));
        assertThat(opened.state()).isEqualTo(new AccountState(30, 30, 3, 1, LATER));
    }

    // Two reversals of one batch that read the same lot: the second must not forget what the first gave.
    @Test
    void givesBackTwiceToOneLot() {
        var opened = AccountBook.open(KEY, UNTIERED, new AccountState(0, 30, 3, 1, null), List.of());
        var read = new Lot(1, 30, 0, LATER);

        var first = opened.reverseRedemption(List.of(new Taken(read, 10)), at(NOW), Details.bySystem("req_1", NOW));
        var second = opened.reverseRedemption(List.of(new Taken(read, 20)), at(NOW), Details.bySystem("req_2", NOW));

        assertThat(first.balanceAfter()).isEqualTo(10);
        assertThat(second.balanceAfter()).isEqualTo(30);
        assertThat(opened.changedLots()).containsExactly(new Lot(1, 30, 30, LATER));
    }

    // The purchase behind the lot was reversed while its points were spent: the debt of that is paid, and no more
    // comes back than the balance can show.
    @Test
    void paysTheDebtOfAReversedPurchaseWithItsRedemption() {
        purchase(50, LATER);
        redeem(50);
        reverse(1, 50, true);

        giveBack(new Taken(new Lot(1, 50, 0, LATER), 50));

        assertThat(book.state()).isEqualTo(new AccountState(0, 0, 4, 0, null));
        assertThat(remaining()).isZero();
    }

    // As any debit, a debt takes the points that expire first, in whatever order they were read.
    @Test
    void paysADebtWithThePointsThatExpireFirst() {
        var opened = AccountBook.open(KEY, UNTIERED, new AccountState(-20, 80, 4, 1, null), List.of());

        var unused = opened.reverseRedemption(
                List.of(
                        new Taken(new Lot(3, 10, 0, null), 10),
                        new Taken(new Lot(2, 40, 0, LATER), 40),
                        new Taken(new Lot(1, 30, 0, SOON), 30)),
                at(NOW),
                Details.bySystem("req_1", NOW));

        assertThat(opened.balance()).isEqualTo(60);
        assertThat(opened.changedLots())
                .containsExactly(new Lot(1, 30, 10, SOON), new Lot(2, 40, 40, LATER), new Lot(3, 10, 10, null));
    }

    // Breaks when a reversal revives expired points, or swallows them without an entry.
    @Test
    void letsPointsExpireAtOnceThatComeBackTooLate() {
        purchase(30, SOON);
        purchase(50, LATER);
        redeem(40);
        assertThat(book.expire(at(SOON), details())).isEmpty();

        var unused = book.reverseRedemption(
                List.of(new Taken(new Lot(1, 30, 0, SOON), 30), new Taken(new Lot(2, 50, 40, LATER), 10)),
                at(SOON),
                details());

        assertThat(book.expire(at(SOON), details()))
                .hasValueSatisfying(expiry -> assertThat(expiry.points()).isEqualTo(-30));
        assertThat(book.state()).isEqualTo(new AccountState(50, 80, 5, 2, LATER));
        assertThat(book.allocations()).contains(new Allocation(5, 1, 30));
    }

    @Test
    void adjustsUpAsACreditAndDownAsADebit() {
        Entry up = book.adjust(40, LATER, at(NOW), details());
        Entry down = book.adjust(-15, null, at(NOW), details());

        assertThat(up.expiresAt()).isEqualTo(LATER);
        assertThat(down.points()).isEqualTo(-15);
        assertThat(List.of(up.event(), down.event())).containsOnly(EntryEvent.ADJUSTMENT);
        assertThat(book.state()).isEqualTo(new AccountState(25, 40, 2, 0, LATER));
        assertThatIllegalStateException().isThrownBy(() -> book.adjust(-26, null, at(NOW), details()));
        assertThatIllegalArgumentException().isThrownBy(() -> book.adjust(0, null, at(NOW), details()));
    }

    // Breaks when a tier is kept that nothing but a purchase taken back had earned, or lost by what was spent.
    @Test
    void takesTheTierBackThatThePurchaseEarned() {
        var gold = new Tier(new TierId(new UUID(1, 5)), "Gold", 60, BigDecimal.ONE);
        var key = new StandingKey(KEY.partner(), KEY.member(), new ClubId(new UUID(1, 4)));
        var tiered = AccountBook.unopened(KEY, Standing.of(key, new Ladder(List.of(gold)), null, 0));
        var unused = tiered.credit(EntryEvent.PURCHASE, 100, LATER, at(NOW), details());
        var spent = tiered.debit(EntryEvent.REDEMPTION, 80, at(NOW), details());
        assertThat(tiered.tier()).hasValue(gold);

        var back = tiered.reverseRedemption(List.of(new Taken(new Lot(1, 100, 20, LATER), 80)), at(NOW), details());
        assertThat(tiered.tier()).hasValue(gold);
        Entry reversal = tiered.reversePurchase(new TakeBack(1, 50, false), at(NOW), details());

        assertThat(tiered.tier()).isEmpty();
        assertThat(reversal.held()).isEqualTo(new Held(gold.id(), null));
        assertThat(List.of(spent.held(), back.held())).containsOnly(Held.NOTHING);
    }

    @Test
    void refusesToTakeBackWhatWasNeverEarned() {
        purchase(50, LATER);

        assertThatIllegalStateException().isThrownBy(() -> reverse(1, 51, true));
        reverse(1, 50, true);
        assertThatIllegalStateException().isThrownBy(() -> reverse(1, 0, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new TakeBack(1, -1, false));
        assertThatIllegalArgumentException().isThrownBy(() -> book.reverseRedemption(List.of(), at(NOW), details()));
    }

    // A reversal that does not see the lots would take from nowhere.
    @Test
    void refusesToReverseWithoutTheLots() {
        var credits = AccountBook.openForCredits(KEY, UNTIERED, new AccountState(10, 10, 3, 1, LATER));

        assertThatIllegalStateException()
                .isThrownBy(() -> credits.reversePurchase(new TakeBack(3, 1, false), at(NOW), details()));
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        credits.reverseRedemption(List.of(new Taken(new Lot(3, 10, 5, LATER), 5)), at(NOW), details()));
        assertThat(credits.isChanged()).isFalse();
    }

    private void purchase(long points, @Nullable Instant expiresAt) {
        var unused = book.credit(EntryEvent.PURCHASE, points, expiresAt, at(NOW), details());
    }

    private void redeem(long points) {
        var unused = book.debit(EntryEvent.REDEMPTION, points, at(NOW), details());
    }

    @CanIgnoreReturnValue
    private Entry reverse(long purchase, long points, boolean whole) {
        return book.reversePurchase(new TakeBack(purchase, points, whole), at(NOW), details());
    }

    @CanIgnoreReturnValue
    private Entry giveBack(Taken... taken) {
        return book.reverseRedemption(List.of(taken), at(NOW), details());
    }

    private long remaining() {
        return book.newLots().stream().mapToLong(Lot::remaining).sum();
    }

    private static Stamp at(Instant time) {
        return new Stamp(new UUID(7, time.toEpochMilli()), time);
    }

    private static Details details() {
        return Details.bySystem("req_1", NOW);
    }
}
