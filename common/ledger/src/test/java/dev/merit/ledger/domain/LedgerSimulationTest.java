package dev.merit.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random histories, each played to an {@link AccountBook} and to a {@link NaiveAccount}. The book is opened and closed
 * in batches, as group commit does it, and only what it says has changed reaches the next batch.
 *
 * <p>A failure names its seed; {@code -Dmerit.seed=…} plays that one again.
 */
class LedgerSimulationTest {
    private static final int HISTORIES = 2_000;
    private static final int COMMANDS = 52;
    private static final AccountKey KEY =
            new AccountKey(new PartnerId(new UUID(1, 1)), new MemberId(new UUID(1, 2)), new CardId(new UUID(1, 3)));
    private static final ClubId CLUB = new ClubId(new UUID(1, 4));
    private static final EntryEvent[] CREDITS = {
        EntryEvent.PURCHASE,
        EntryEvent.PURCHASE,
        EntryEvent.INITIAL_BONUS,
        EntryEvent.ADJUSTMENT,
        EntryEvent.STAMP_CARD_REWARD,
        EntryEvent.VOUCHER_BONUS
    };

    @Test
    void agreesWithANaiveModelOverRandomHistories() {
        Long given = Long.getLong("merit.seed");
        long first = given == null ? System.nanoTime() : given;
        System.out.println("merit.seed=" + first);

        long commands = 0;
        for (int i = 0; i < (given == null ? HISTORIES : 1); i++) {
            var history = new History(first + i);
            try {
                commands += history.play();
            } catch (RuntimeException e) {
                throw new AssertionError("failed at " + history, e);
            }
        }

        assertThat(commands).isGreaterThanOrEqualTo(given == null ? 100_000 : 1);
    }

    /** One account's life. */
    private static final class History {
        private final long seed;
        private final SplittableRandom random;
        private final StoredAccount stored;
        private final NaiveAccount model;
        private final Standing standing = Standing.untiered(CLUB);
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private final Map<Long, Long> takenBack = new HashMap<>();
        private final Set<Long> wholly = new HashSet<>();
        private long ids;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            // Every fourth account begins in debt, as a reversal may leave it.
            AccountState start =
                    random.nextInt(4) == 0 ? new AccountState(-random.nextLong(1, 400), 900, 7, 3, null) : null;
            this.stored = new StoredAccount(start == null ? AccountState.UNOPENED : start);
            this.model = new NaiveAccount(stored.state);
        }

        int play() {
            int played = 0;
            while (played < COMMANDS) {
                // Days in whole numbers, as expiries are: so many lots end at the very moment of a command.
                now = now.plus(Duration.ofDays(random.nextInt(3) == 0 ? random.nextInt(6) : 0));
                played += playBatch(random.nextInt(1, 7));
            }
            checkRunningBalances();
            checkAllocationsAddUp();
            return played;
        }

        private int playBatch(int size) {
            boolean due = stored.state.nextExpiry() != null
                    && !stored.state.nextExpiry().isAfter(now);
            boolean creditsOnly = !due && random.nextInt(3) == 0;
            AccountBook book = open(creditsOnly);
            for (int i = 0; i < size; i++) {
                expire(book);
                if (creditsOnly || random.nextInt(5) < 3) {
                    credit(book, creditsOnly);
                } else {
                    switch (random.nextInt(6)) {
                        case 0 -> reversePurchase(book);
                        case 1 -> reverseRedemption(book);
                        case 2 -> {} // Only what has expired.
                        default -> debit(book);
                    }
                }
                check(book);
            }
            stored.write(book);
            checkStored();
            return size;
        }

        private AccountBook open(boolean creditsOnly) {
            if (stored.state.entryCount() == 0) {
                return AccountBook.unopened(KEY, standing);
            }
            return creditsOnly
                    ? AccountBook.openForCredits(KEY, standing, stored.state)
                    : AccountBook.open(KEY, standing, stored.state, stored.openLots());
        }

        private void expire(AccountBook book) {
            long expected = model.expire(now);
            long booked = book.expire(stamp(), details()).map(Entry::points).orElse(0L);
            assertThat(-booked).as("points expired, %s", this).isEqualTo(expected);
        }

        private void credit(AccountBook book, boolean onlyLater) {
            EntryEvent event = CREDITS[random.nextInt(CREDITS.length)];
            long points = random.nextInt(6) == 0 ? 0 : random.nextLong(1, 120);
            // Now and then a credit is over before it began: a till that was offline for long.
            @Nullable
            Instant expiresAt =
                    random.nextInt(4) == 0 ? null : now.plus(Duration.ofDays(random.nextInt(onlyLater ? 1 : 0, 12)));
            var unused = book.credit(event, points, expiresAt, stamp(), details());
            model.credit(event, points, expiresAt);
        }

        private void debit(AccountBook book) {
            long balance = model.balance();
            if (balance > 0) {
                long points = random.nextInt(4) == 0 ? balance : random.nextLong(1, balance + 1);
                var unused = book.debit(EntryEvent.REDEMPTION, points, stamp(), details());
                model.debit(EntryEvent.REDEMPTION, points);
            }
        }

        /** A part of an earlier purchase, or all that is left of one; how much that is, is not the account's affair. */
        private void reversePurchase(AccountBook book) {
            var standing = stored.entries.stream()
                    .filter(entry -> entry.event() == EntryEvent.PURCHASE && !wholly.contains(entry.sequence()))
                    .toList();
            if (standing.isEmpty()) {
                return;
            }
            Entry purchase = standing.get(random.nextInt(standing.size()));
            long left = purchase.points() - takenBack.getOrDefault(purchase.sequence(), 0L);
            boolean whole = random.nextBoolean();
            long points = whole ? left : random.nextLong(0, left + 1);
            takenBack.merge(purchase.sequence(), points, Long::sum);
            if (whole) {
                wholly.add(purchase.sequence());
            }
            var unused = book.reversePurchase(new TakeBack(purchase.sequence(), points, whole), stamp(), details());
            model.reversePurchase(purchase.sequence(), points, whole);
        }

        private void reverseRedemption(AccountBook book) {
            var standing = stored.entries.stream()
                    .filter(entry -> entry.event() == EntryEvent.REDEMPTION && !wholly.contains(entry.sequence()))
                    .toList();
            if (standing.isEmpty()) {
                return;
            }
            long redemption = standing.get(random.nextInt(standing.size())).sequence();
            wholly.add(redemption);
            // Lots as they were before this batch, and in any order: so they come out of the tables.
            var taken = new ArrayList<>(stored.allocations.stream()
                    .filter(each -> each.debitSequence() == redemption)
                    .map(each -> new Taken(Objects.requireNonNull(stored.lots.get(each.lotSequence())), each.points()))
                    .toList());
            Collections.shuffle(taken, new Random(random.nextLong()));
            var unused = book.reverseRedemption(taken, stamp(), details());
            model.reverseRedemption(redemption);
            check(book);
            expire(book);
        }

        private void check(AccountBook book) {
            AccountState state = book.state();
            // A booking that forgets to move the balance, or moves it twice.
            assertThat(state.balance()).as("balance = sum of entries, %s", this).isEqualTo(model.balance());
            // A lot that is credited in full although it paid a debt, or a debit that takes from no lot.
            long remaining = stored.lotsWith(book).values().stream()
                    .mapToLong(Lot::remaining)
                    .sum();
            assertThat(remaining).as("sum of lots, %s", this).isEqualTo(Math.max(0, state.balance()));
            // Lifetime points that fall with spending, or a bonus that is not counted.
            assertThat(state.lifetime()).as("lifetime, %s", this).isEqualTo(model.lifetime());
            // An entry that is numbered before another one of the same command is booked.
            assertThat(state.entryCount()).as("entry count, %s", this).isEqualTo(model.count());
            // A welcome bonus that is given twice, or never.
            assertThat(state.purchaseCount()).as("purchases, %s", this).isEqualTo(model.purchases());
            // Points that stay spendable after their end, because no one was told to look.
            assertThat(state.nextExpiry()).as("next expiry, %s", this).isEqualTo(model.nextExpiry());
        }

        private void checkStored() {
            // An entry that is lost between batches, doubled, or out of order.
            assertThat(stored.entries)
                    .as("entries, %s", this)
                    .extracting(entry -> new NaiveAccount.Move(entry.sequence(), entry.event(), entry.points()))
                    .isEqualTo(model.moves);
            // A lot that is changed but not said to be, or the wrong one taken first.
            assertThat(stored.lots.values())
                    .as("lots, %s", this)
                    .extracting(lot -> new NaiveAccount.Taken(lot.sequence(), lot.points(), lot.remaining()))
                    .isEqualTo(model.credits.stream()
                            .map(each -> new NaiveAccount.Taken(each.sequence, each.points, each.left))
                            .toList());
            // A reversal gives back what is written here: it must be what was really taken, in that order.
            assertThat(stored.allocations)
                    .as("allocations, %s", this)
                    .extracting(each -> new NaiveAccount.Taken(each.debitSequence(), each.lotSequence(), each.points()))
                    .isEqualTo(model.taken);
        }

        /** Each entry says what the balance was after it: a consumer folds the events and compares. */
        private void checkRunningBalances() {
            if (stored.entries.isEmpty()) {
                return;
            }
            Entry before = stored.entries.getFirst();
            for (Entry entry : stored.entries.subList(1, stored.entries.size())) {
                if (entry.sequence() != before.sequence() + 1 || entry.balanceBefore() != before.balanceAfter()) {
                    throw new AssertionError("gap between " + before + " and " + entry + ", " + this);
                }
                before = entry;
            }
            assertThat(before.balanceAfter()).as("last balance, %s", this).isEqualTo(stored.state.balance());
        }

        /** A debit is covered by lots to the last point: neither more nor less is taken than was booked. */
        private void checkAllocationsAddUp() {
            for (Entry entry : stored.entries) {
                long taken = 0;
                for (Allocation allocation : stored.allocations) {
                    taken += allocation.debitSequence() == entry.sequence() ? allocation.points() : 0;
                }
                long debited = Math.max(0, -entry.points());
                // Only a reversed purchase may leave a debt: then less was there than is taken back.
                if (entry.event() == EntryEvent.PURCHASE_REVERSAL ? taken > debited : taken != debited) {
                    throw new AssertionError("allocations of " + entry + " are " + taken + ", " + this);
                }
            }
        }

        private Stamp stamp() {
            return new Stamp(new UUID(seed, ++ids), now);
        }

        private Details details() {
            return Details.bySystem("req_" + ids, now);
        }

        @Override
        public String toString() {
            return "merit.seed=" + seed + ", at " + now + " after " + ids + " stamps";
        }
    }
}
