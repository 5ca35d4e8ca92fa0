package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.AccountState;
import dev.merit.ledger.domain.Allocation;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.Earned;
import dev.merit.ledger.domain.Details.Part;
import dev.merit.ledger.domain.Details.References;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Ladder;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.TakeBack;
import dev.merit.ledger.domain.Taken;
import dev.merit.ledger.domain.Tier;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random histories of one account under rules that change all the time, and then everything is taken back: what is left
 * is what nobody can reverse. A failure names its seed; {@code -Dmerit.seed=…} plays that one again.
 */
class ReversalSimulationTest {
    private static final int HISTORIES = 10_000;
    private static final int COMMANDS = 16;
    private static final String[] MULTIPLIERS = {"1", "1.5", "3", "0.5", "0"};
    private static final String[] UNITS = {"1", "1", "2", "3", "0.5"};

    // Breaks when parts do not add up, a bonus or a count is forgotten, a debt is paid twice, or a lot takes too much.
    @Test
    void leavesNothingOfAHistoryThatIsTakenBackInAnyOrder() {
        eachHistory(history -> {
            history.play();
            history.takeEverythingBackInAnyOrder();
            history.checkThatOnlyAdjustmentsAndExpiriesAreLeft();
        });
    }

    // Breaks when points come back to another lot than they were taken from. Nothing expires here.
    @Test
    void comesBackToTheVeryLotsWhenTakenBackStepByStep() {
        eachHistory(history -> {
            history.play();
            history.playOn();
            history.takeEverythingBackStepByStep();
        });
    }

    private static void eachHistory(Consumer<History> test) {
        Long given = Long.getLong("merit.seed");
        long first = given == null ? System.nanoTime() : given;
        System.out.println("merit.seed=" + first);
        for (int i = 0; i < (given == null ? HISTORIES : 1); i++) {
            var history = new History(first + i);
            try {
                test.accept(history);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed at merit.seed=" + (first + i), e);
            }
        }
    }

    /** What the tables would hold. */
    private record Snapshot(AccountState state, Map<Long, Lot> lots) {
        /** All but the count of entries, which only ever grows, and lots without points. */
        Snapshot comparable() {
            var open = new TreeMap<>(lots);
            open.values().removeIf(lot -> lot.remaining() == 0);
            return new Snapshot(
                    new AccountState(state.balance(), state.lifetime(), 0, state.purchaseCount(), state.nextExpiry()),
                    open);
        }
    }

    private static final class History {
        private static final AccountKey KEY =
                new AccountKey(new PartnerId(new UUID(1, 1)), new MemberId(new UUID(1, 2)), new CardId(new UUID(1, 3)));

        private static final Ladder LADDER = new Ladder(List.of(tier(5, 40, "1.25"), tier(6, 120, "2")));

        private final Standing tiers =
                Standing.of(new StandingKey(KEY.partner(), KEY.member(), new ClubId(new UUID(1, 4))), LADDER, null, 0);
        private final long seed;
        private final SplittableRandom random;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Allocation> allocations = new ArrayList<>();
        private final List<Entry> standing = new ArrayList<>();
        private final List<Snapshot> before = new ArrayList<>();
        private Snapshot tables = new Snapshot(AccountState.UNOPENED, Map.of());
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private long ids;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
        }

        /** Purchases, redemptions, adjustments and reversals, while time goes by. */
        void play() {
            for (int i = 0; i < COMMANDS; i++) {
                if (random.nextInt(3) == 0) {
                    now = now.plus(Duration.ofDays(random.nextInt(9)));
                }
                switch (random.nextInt(9)) {
                    case 0, 1, 2 -> book(this::purchase);
                    case 3, 4 -> book(this::redeem);
                    case 5 -> book(this::adjust);
                    case 6, 7 -> book(book -> reverse(book, false));
                    default -> book(book -> reverse(book, true));
                }
            }
        }

        /** Behind what {@link #play} left, debts included: purchases and redemptions at one moment. */
        void playOn() {
            standing.clear();
            before.clear();
            book(book -> {}); // Only what has expired.
            for (int i = 0; i < COMMANDS; i++) {
                book(random.nextInt(5) < 3 ? this::purchase : this::redeem);
            }
        }

        void takeEverythingBackInAnyOrder() {
            while (!standing.isEmpty()) {
                now = now.plus(Duration.ofDays(random.nextInt(3)));
                book(book -> reverse(book, random.nextInt(3) > 0));
            }
        }

        void takeEverythingBackStepByStep() {
            while (!standing.isEmpty()) {
                Entry last = standing.removeLast();
                Snapshot expected = before.removeLast();
                book(book -> reverseWholly(book, last));
                assertThat(tables.comparable()).isEqualTo(expected.comparable());
            }
        }

        void checkThatOnlyAdjustmentsAndExpiriesAreLeft() {
            long adjusted = sum(EntryEvent.ADJUSTMENT);
            long expired = sum(EntryEvent.EXPIRY);
            long given = entries.stream()
                    .filter(entry -> entry.event() == EntryEvent.ADJUSTMENT)
                    .mapToLong(entry -> Math.max(0, entry.points()))
                    .sum();
            assertThat(tables.state().balance()).isEqualTo(adjusted + expired);
            assertThat(tables.state().lifetime()).isEqualTo(given);
            assertThat(tiers.tier()).as("the tier follows").isEqualTo(LADDER.at(given));
            assertThat(tables.state().purchaseCount())
                    .as("the next purchase is the first again")
                    .isZero();
            assertThat(sum(EntryEvent.REDEMPTION) + sum(EntryEvent.REDEMPTION_REVERSAL))
                    .isZero();
            for (Entry purchase : entries) {
                if (purchase.event() == EntryEvent.PURCHASE) {
                    assertThat(pointsLeft(purchase))
                            .as("points of %s", purchase)
                            .isZero();
                    assertThat(amountLeft(purchase))
                            .as("amount of %s", purchase)
                            .isZero();
                }
            }
        }

        private void book(Consumer<AccountBook> command) {
            Snapshot start = tables;
            List<Lot> open = tables.lots().values().stream()
                    .filter(lot -> lot.remaining() > 0)
                    .toList();
            AccountBook book = tables.state().entryCount() == 0
                    ? AccountBook.unopened(KEY, tiers)
                    : AccountBook.open(KEY, tiers, tables.state(), open);
            int standingBefore = standing.size();
            expire(book);
            command.accept(book);
            write(book);
            if (standing.size() > standingBefore) {
                before.add(start);
            }
        }

        private void write(AccountBook book) {
            var lots = new TreeMap<>(tables.lots());
            book.changedLots().forEach(lot -> lots.put(lot.sequence(), lot));
            book.newLots().forEach(lot -> lots.put(lot.sequence(), lot));
            tables = new Snapshot(book.state(), lots);
            entries.addAll(book.entries());
            allocations.addAll(book.allocations());
            assertThat(lots.values().stream().mapToLong(Lot::remaining).sum())
                    .as("sum of lots")
                    .isEqualTo(Math.max(0, book.state().balance()));
            assertThat(book.state().balance())
                    .as("balance = sum of entries")
                    .isEqualTo(entries.stream().mapToLong(Entry::points).sum());
        }

        private void expire(AccountBook book) {
            var unused = book.expire(stamp(), Details.bySystem("req", now));
        }

        private void purchase(AccountBook book) {
            var rules = new EarningRules(
                    random.nextLong(0, 4),
                    new BigDecimal(UNITS[random.nextInt(UNITS.length)]),
                    random.nextInt(3) == 0 ? BigDecimal.valueOf(random.nextLong(1, 900), 2) : null,
                    random.nextInt(3) == 0 ? random.nextLong(0, 40) : null,
                    random.nextBoolean() ? random.nextLong(0, 30) : 0,
                    12);
            BigDecimal minimum = rules.minPurchaseAmount();
            BigDecimal amount = BigDecimal.valueOf(random.nextLong(1, 6_000), 2);
            if (minimum != null && amount.compareTo(minimum) < 0) {
                amount = amount.add(minimum);
            }
            // Now and then the tier's multiplier was another one at that time: it is a rule like all others.
            BigDecimal multiplier = random.nextInt(3) == 0
                    ? new BigDecimal(MULTIPLIERS[random.nextInt(MULTIPLIERS.length)])
                    : book.tier().map(Tier::multiplier).orElse(BigDecimal.ONE);
            Earning earning = Earning.of(rules, amount, multiplier, book.isFirstEarning());
            var earned = new Earned(
                    amount, "EUR", earning.base(), earning.tierBonus(), earning.initialBonus(), multiplier, rules);
            Instant expiresAt = random.nextInt(4) == 0 ? null : now.plus(Duration.ofDays(random.nextInt(1, 40)));
            standing.add(book.credit(
                    EntryEvent.PURCHASE, earning.awarded(), expiresAt, stamp(), details(earned, References.NONE)));
        }

        private void redeem(AccountBook book) {
            if (book.balance() > 0) {
                long points = random.nextLong(1, book.balance() + 1);
                standing.add(book.debit(EntryEvent.REDEMPTION, points, stamp(), details(null, References.NONE)));
            }
        }

        private void adjust(AccountBook book) {
            long points = random.nextLong(-30, 60);
            if (points != 0 && book.balance() + Math.min(0, points) >= 0) {
                var unused =
                        book.adjust(points, now.plus(Duration.ofDays(20)), stamp(), details(null, References.NONE));
            }
        }

        private void reverse(AccountBook book, boolean wholly) {
            if (standing.isEmpty()) {
                return;
            }
            Entry entry = standing.get(random.nextInt(standing.size()));
            BigDecimal left = entry.event() == EntryEvent.PURCHASE ? amountLeft(entry) : BigDecimal.ZERO;
            long cents = left.movePointRight(2).longValueExact();
            if (wholly || cents <= 1) {
                standing.remove(entry);
                reverseWholly(book, entry);
            } else {
                takeBack(book, entry, BigDecimal.valueOf(random.nextLong(1, cents), 2));
            }
        }

        private void reverseWholly(AccountBook book, Entry entry) {
            if (entry.event() == EntryEvent.PURCHASE) {
                takeBack(book, entry, null);
                return;
            }
            List<Taken> taken = allocations.stream()
                    .filter(each -> each.debitSequence() == entry.sequence())
                    .map(each ->
                            new Taken(Objects.requireNonNull(tables.lots().get(each.lotSequence())), each.points()))
                    .toList();
            // Lots as the tables hold them, so before what this booking may have expired.
            var unused = book.reverseRedemption(taken, stamp(), details(null, referenceTo(entry)));
            expire(book);
        }

        private void takeBack(AccountBook book, Entry purchase, @Nullable BigDecimal amount) {
            Earned earned = Objects.requireNonNull(purchase.details().earned());
            PurchaseReversal part = PurchaseReversal.of(
                            new PurchaseReversal.Standing(earned, amountLeft(purchase), pointsLeft(purchase)),
                            amount,
                            new FieldErrors())
                    .orThrow();
            assertThat(part.points()).as("a part never gives points").isNotNegative();
            Details details = details(null, referenceTo(purchase))
                    .correcting(new Details.Correction("test", new Part(part.amount(), "EUR")));
            var unused = book.reversePurchase(
                    new TakeBack(purchase.sequence(), part.points(), part.whole()), stamp(), details);
        }

        private BigDecimal amountLeft(Entry purchase) {
            BigDecimal left =
                    Objects.requireNonNull(purchase.details().earned()).purchaseAmount();
            for (Entry entry : entries) {
                Details.Correction correction = entry.details().correction();
                if (isOf(entry, purchase) && correction != null && correction.taken() != null) {
                    left = left.subtract(correction.taken().amount());
                }
            }
            return left;
        }

        private long pointsLeft(Entry purchase) {
            return purchase.points()
                    + entries.stream()
                            .filter(entry -> isOf(entry, purchase))
                            .mapToLong(Entry::points)
                            .sum();
        }

        private static boolean isOf(Entry reversal, Entry entry) {
            return new TransactionId(entry.id())
                    .equals(reversal.details().references().reverses());
        }

        private long sum(EntryEvent event) {
            return entries.stream()
                    .filter(entry -> entry.event() == event)
                    .mapToLong(Entry::points)
                    .sum();
        }

        private static References referenceTo(Entry entry) {
            return new References(null, null, new TransactionId(entry.id()), null);
        }

        private Details details(@Nullable Earned earned, References references) {
            return new Details(earned, references, null, Details.SYSTEM, null, null, "req", now);
        }

        private static Tier tier(long id, long threshold, String multiplier) {
            return new Tier(new TierId(new UUID(1, id)), "Tier", threshold, new BigDecimal(multiplier));
        }

        private Stamp stamp() {
            return new Stamp(new UUID(seed, ++ids), now);
        }
    }
}
