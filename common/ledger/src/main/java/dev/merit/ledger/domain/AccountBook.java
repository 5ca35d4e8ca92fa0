package dev.merit.ledger.domain;

import dev.merit.contracts.ClubId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An account open for booking: it starts from what was read under lock, takes bookings one after another, and knows at
 * the end what has to be written. Time and ids are handed in.
 *
 * <p>Invariants, after every call: balance = sum of all entries; sum of what remains in lots = balance, or 0 where the
 * balance is negative; entries are numbered without a gap; a debit uses the lot that expires first.
 */
public final class AccountBook {
    /** Far below the range of a long, so that no sum of balances can overflow. */
    public static final long POINTS_MAX = 1_000_000_000_000_000L;

    private final AccountKey key;
    private final Standing standing;
    private final boolean existing;
    private boolean ofStranger;
    private final boolean lotsKnown;
    private final TreeSet<Lot> open = new TreeSet<>(Lot.FIRST_EXPIRING);
    private final List<Entry> entries = new ArrayList<>();
    private final SortedMap<Long, Lot> newLots = new TreeMap<>();
    private final SortedMap<Long, Lot> changedLots = new TreeMap<>();
    private final List<Allocation> allocations = new ArrayList<>();

    private long balance;
    private long lifetime;
    private long entryCount;
    private long purchaseCount;
    private @Nullable Instant nextExpiry;

    private AccountBook(AccountKey key, Standing standing, AccountState state, @Nullable List<Lot> lots) {
        this.key = key;
        this.standing = standing;
        this.existing = state.entryCount() > 0;
        this.lotsKnown = lots != null;
        this.balance = state.balance();
        this.lifetime = state.lifetime();
        this.entryCount = state.entryCount();
        this.purchaseCount = state.purchaseCount();
        this.nextExpiry = state.nextExpiry();
        if (lots != null) {
            lots.stream().filter(lot -> lot.remaining() > 0).forEach(open::add);
            requireSum(lots.stream().mapToLong(Lot::remaining).sum());
        }
    }

    /** Opens an account with all its lots: it can take every booking. */
    public static AccountBook open(AccountKey key, Standing standing, AccountState state, List<Lot> lots) {
        return new AccountBook(key, standing, state, lots);
    }

    /** Opens an account without its lots: enough for credits, as long as nothing has expired. */
    public static AccountBook openForCredits(AccountKey key, Standing standing, AccountState state) {
        return new AccountBook(key, standing, state, null);
    }

    /** Opens the account of a member who has none on this card. */
    public static AccountBook unopened(AccountKey key, Standing standing) {
        return new AccountBook(key, standing, AccountState.UNOPENED, List.of());
    }

    /** Opens the account of a member whom the partner does not know yet: the first booking enrols it. */
    public static AccountBook ofStranger(AccountKey key, Standing standing) {
        AccountBook book = unopened(key, standing);
        book.ofStranger = true;
        return book;
    }

    /**
     * Books points that have expired, if there are any: every booking at {@code now} has to come after this.
     *
     * @return the entry, or empty when nothing has expired
     */
    public Optional<Entry> expire(Stamp stamp, Details details) {
        Instant now = stamp.at();
        if (nextExpiry == null || nextExpiry.isAfter(now)) {
            return Optional.empty();
        }
        requireLots();
        long sequence = entryCount + 1;
        long expired = 0;
        while (!open.isEmpty() && open.first().isExpired(now)) {
            Lot lot = open.first();
            take(sequence, lot, lot.remaining());
            expired += lot.remaining();
        }
        nextExpiry = earliest();
        return expired == 0
                ? Optional.empty()
                : Optional.of(book(Move.of(EntryEvent.EXPIRY, -expired), stamp, details));
    }

    /**
     * Credits points as a lot of their own. Zero points are recorded too, without a lot.
     *
     * @param expiresAt null for points that never expire
     */
    public Entry credit(EntryEvent event, long points, @Nullable Instant expiresAt, Stamp stamp, Details details) {
        if (points < 0) {
            throw new IllegalArgumentException("a credit cannot be negative: " + points);
        }
        // A negative balance is paid off first; only the rest can be spent later.
        long spendable = Math.max(0, Math.min(points, balance + points));
        Entry entry = book(new Move(event, points, points, expiresAt), stamp, details);
        if (event == EntryEvent.PURCHASE) {
            purchaseCount++;
        }
        if (points > 0) {
            Lot lot = new Lot(entry.sequence(), points, spendable, expiresAt);
            newLots.put(lot.sequence(), lot);
            if (spendable > 0) {
                open.add(lot);
                nextExpiry = earlier(nextExpiry, expiresAt);
            }
        }
        return entry;
    }

    /**
     * Takes points, oldest-expiring first.
     *
     * @throws IllegalStateException when there are not enough: whoever calls this has checked {@link #balance()}
     */
    public Entry debit(EntryEvent event, long points, Stamp stamp, Details details) {
        if (points <= 0) {
            throw new IllegalArgumentException("a debit must be positive: " + points);
        }
        if (points > balance) {
            throw new IllegalStateException("a debit of " + points + " from " + balance);
        }
        requireLots();
        long sequence = entryCount + 1;
        long missing = points;
        while (missing > 0) {
            missing -= takeUpTo(sequence, open.first(), missing);
        }
        nextExpiry = earliest();
        return book(Move.of(event, -points), stamp, details);
    }

    /**
     * Moves points by hand: a credit with an expiry of its own, or a debit.
     *
     * @param points positive or negative, not 0
     * @param expiresAt of a credit; null for points that never expire
     * @throws IllegalStateException when a debit would leave less than nothing
     */
    public Entry adjust(long points, @Nullable Instant expiresAt, Stamp stamp, Details details) {
        return points > 0
                ? credit(EntryEvent.ADJUSTMENT, points, expiresAt, stamp, details)
                : debit(EntryEvent.ADJUSTMENT, Math.negateExact(points), stamp, details);
    }

    /**
     * Takes back what a purchase earned, or a part of it: from its own lot first, then from others as any debit does,
     * and what is spent already stays as a debt. Lifetime points fall by as much. Zero points are recorded too.
     */
    public Entry reversePurchase(TakeBack what, Stamp stamp, Details details) {
        requireLots();
        if (what.points() > lifetime || (what.whole() && purchaseCount == 0)) {
            throw new IllegalStateException("more is taken back than was ever earned: " + what);
        }
        takeFromLotFirst(what.purchaseSequence(), what.points());
        if (what.whole()) {
            purchaseCount--;
        }
        var move = new Move(EntryEvent.PURCHASE_REVERSAL, -what.points(), -what.points(), null);
        return book(move, stamp, details);
    }

    /**
     * Gives the points of a redemption back to the lots they came from. A debt is paid first, as always with the points
     * that expire first. What comes back to a lot that has expired meanwhile has to go at once: {@link #expire} comes
     * before this, and once more after it.
     *
     * @param taken all that the redemption took
     */
    public Entry reverseRedemption(List<Taken> taken, Stamp stamp, Details details) {
        requireLots();
        long points = taken.stream().mapToLong(Taken::points).sum();
        if (points <= 0) {
            throw new IllegalArgumentException("a redemption that took nothing");
        }
        long debt = Math.max(0, -balance);
        Entry entry = book(Move.of(EntryEvent.REDEMPTION_REVERSAL, points), stamp, details);
        for (Taken each : taken.stream().sorted(Taken.FIRST_EXPIRING).toList()) {
            long paid = Math.min(debt, each.points());
            debt -= paid;
            give(each.lot(), each.points() - paid);
        }
        nextExpiry = earliest();
        return entry;
    }

    /**
     * Takes back the points of a credit that is no purchase, as {@link #reversePurchase} does with a purchase's: from
     * its own lot first, then from others, and what is spent already stays as a debt. Lifetime points fall by as much.
     */
    public Entry takeBack(Reclaim what, Stamp stamp, Details details) {
        requireLots();
        if (what.points() > lifetime) {
            throw new IllegalStateException("more is taken back than was ever earned: " + what);
        }
        takeFromLotFirst(what.creditSequence(), what.points());
        return book(new Move(what.event(), -what.points(), -what.points(), null), stamp, details);
    }

    /** The club that the account counts for. */
    public ClubId club() {
        return standing.club();
    }

    public AccountKey key() {
        return key;
    }

    /** Spendable points, once what has expired is booked. */
    public long balance() {
        return balance;
    }

    /** Whether the next purchase is the member's first earning on this card. */
    public boolean isFirstEarning() {
        return purchaseCount == 0;
    }

    /** The member's standing in the account's club, which its other accounts there share. */
    public Standing standing() {
        return standing;
    }

    /** The tier that the member holds now, by all its bookings so far. */
    public Optional<Tier> tier() {
        return standing.tier();
    }

    /** Whether the partner does not know the member yet. */
    public boolean isOfStranger() {
        return ofStranger;
    }

    /** Whether the account's row is there already. */
    public boolean isExisting() {
        return existing;
    }

    /** Whether anything was booked. */
    public boolean isChanged() {
        return !entries.isEmpty();
    }

    public AccountState state() {
        return new AccountState(balance, lifetime, entryCount, purchaseCount, nextExpiry);
    }

    /** Entries booked since the account was opened, in order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Lots made since the account was opened. */
    public List<Lot> newLots() {
        return List.copyOf(newLots.values());
    }

    /** Earlier lots that something was taken from. */
    public List<Lot> changedLots() {
        return List.copyOf(changedLots.values());
    }

    public List<Allocation> allocations() {
        return List.copyOf(allocations);
    }

    /**
     * What an entry moves.
     *
     * @param lifetime lifetime points, which is 0 for spending and negative for what is taken back
     */
    private record Move(
            EntryEvent event,
            long points,
            long lifetime,
            @Nullable Instant expiresAt) {

        /** One that leaves lifetime points and expiries alone. */
        static Move of(EntryEvent event, long points) {
            return new Move(event, points, 0, null);
        }
    }

    private Entry book(Move move, Stamp stamp, Details details) {
        balance += move.points();
        lifetime += move.lifetime();
        entryCount++;
        Held held = move.event().countsForTiers() ? standing.move(move.lifetime(), stamp, details) : Held.NOTHING;
        Entry entry = new Entry(
                key,
                entryCount,
                stamp.id(),
                move.event(),
                move.points(),
                balance,
                move.expiresAt(),
                details,
                held,
                stamp.at());
        entries.add(entry);
        return entry;
    }

    private long takeUpTo(long debitSequence, Lot lot, long atMost) {
        long points = Math.min(atMost, lot.remaining());
        if (points > 0) {
            take(debitSequence, lot, points);
        }
        return points;
    }

    private void take(long debitSequence, Lot lot, long points) {
        change(lot, lot.less(points));
        allocations.add(new Allocation(debitSequence, lot.sequence(), points));
    }

    /** Takes points for the next entry from one lot, then from the others, as far as there are any. */
    private void takeFromLotFirst(long lotSequence, long points) {
        long sequence = entryCount + 1;
        Lot own = openLot(lotSequence);
        long missing = points;
        if (own != null) {
            missing -= takeUpTo(sequence, own, missing);
        }
        while (missing > 0 && !open.isEmpty()) {
            missing -= takeUpTo(sequence, open.first(), missing);
        }
        nextExpiry = earliest();
    }

    /**
     * The lot may have changed since it was read, or be none that still had points left and was read with the others.
     */
    private void give(Lot stored, long points) {
        if (points > 0) {
            Lot current = current(stored);
            change(current, current.more(points));
        }
    }

    private void change(Lot before, Lot after) {
        open.remove(before);
        if (after.remaining() > 0) {
            open.add(after);
        }
        (newLots.containsKey(after.sequence()) ? newLots : changedLots).put(after.sequence(), after);
    }

    private Lot current(Lot stored) {
        Lot isNew = newLots.get(stored.sequence());
        return isNew != null ? isNew : changedLots.getOrDefault(stored.sequence(), stored);
    }

    private @Nullable Lot openLot(long sequence) {
        return open.stream()
                .filter(lot -> lot.sequence() == sequence)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Instant earliest() {
        return open.isEmpty() ? null : open.first().expiresAt();
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    /** Lots that were not read, or of another moment than the balance, would be lost by the first debit. */
    private void requireSum(long remaining) {
        if (remaining != Math.max(0, balance)) {
            throw new IllegalStateException("open lots hold " + remaining + ", the balance is " + balance);
        }
    }

    private void requireLots() {
        if (!lotsKnown) {
            throw new IllegalStateException("the account was opened without its lots");
        }
    }
}
