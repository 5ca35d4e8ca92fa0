package dev.merit.analyst.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One account, folded from its events by the rules that the ledger keeps: each credit is a lot; what is taken comes
 * from the lot that expires first; what is taken back comes from its own lot first, and what is spent already stays as
 * a debt, which the next credit settles; a redemption that is undone gives back to the lots it came from.
 *
 * <p>Invariant, after every entry: the lots hold the balance, or nothing where it is negative.
 */
public final class LotBook {
    private final TreeMap<Long, Lot> lots = new TreeMap<>();
    private final Set<Long> changed = new TreeSet<>();
    private final List<Movement> fresh = new ArrayList<>();
    private long sequence;
    private long balance;
    private long held;

    /**
     * @param sequence of the last entry that was folded
     * @param lots those with something left, and those that something may come back to
     */
    public LotBook(long sequence, long balance, List<Lot> lots) {
        this.sequence = sequence;
        this.balance = balance;
        for (Lot lot : lots) {
            this.lots.put(lot.sequence(), lot);
            this.held += lot.remaining();
        }
    }

    /** An account of which nothing was told yet. */
    public static LotBook unopened() {
        return new LotBook(0, 0, List.of());
    }

    /**
     * Folds the next entry. Where it is {@link Folded.Unfit}, the book is worth nothing any more.
     *
     * @param undone what the entry that this one reverses did, where it is a redemption that is undone
     */
    public Folded fold(Booked entry, List<Movement> undone) {
        if (entry.sequence() != sequence + 1) {
            return new Folded.Unfit(
                    "the topic tells entry " + entry.sequence() + " after entry " + sequence + "; records are missing");
        }
        fresh.clear();
        if (entry.undoesRedemption()) {
            giveBack(entry, undone);
        } else if (entry.points() > 0) {
            credit(entry);
        } else if (entry.points() < 0) {
            take(entry);
        }
        sequence = entry.sequence();
        balance += entry.points();
        if (balance != entry.balanceAfter()) {
            return new Folded.Unfit("entry " + sequence + " tells the balance " + entry.balanceAfter()
                    + ", the entries up to it add up to " + balance);
        }
        if (held != Math.max(0, balance)) {
            return new Folded.Unfit(
                    "after entry " + sequence + " the lots hold " + held + ", the balance is " + balance);
        }
        return new Folded.Moved(fresh);
    }

    /** The number of the last entry. */
    public long sequence() {
        return sequence;
    }

    public long balance() {
        return balance;
    }

    /** Lots with something left. */
    public List<Lot> open() {
        return lots.values().stream().filter(lot -> lot.remaining() > 0).toList();
    }

    /** Lots that are new or hold another number of points than at the beginning. */
    public List<Lot> changed() {
        return changed.stream().map(lots::get).filter(Objects::nonNull).toList();
    }

    private void credit(Booked entry) {
        lots.put(entry.sequence(), new Lot(entry.sequence(), entry.id(), 0, entry.expiresAt(), entry.at()));
        move(entry, entry.sequence(), Kind.of(entry.event(), entry.points()), entry.points());
        long debt = Math.min(entry.points(), Math.max(0, -balance));
        move(entry, entry.sequence(), Kind.CORRECTED, -debt);
        owe(entry, Kind.CORRECTED, debt);
    }

    private void take(Booked entry) {
        Kind kind = Kind.of(entry.event(), entry.points());
        long missing = -entry.points();
        Lot own = entry.reverses() == null ? null : lotOf(entry.reverses());
        if (own != null) {
            missing -= takeUpTo(entry, own, kind, missing);
        }
        for (Lot lot : open().stream().sorted(Lot.FIRST_EXPIRING).toList()) {
            missing -= takeUpTo(entry, lot, kind, missing);
        }
        owe(entry, kind, -missing);
    }

    private long takeUpTo(Booked entry, Lot lot, Kind kind, long most) {
        long points = Math.min(most, lot.remaining());
        move(entry, lot.sequence(), kind, -points);
        return points;
    }

    private void giveBack(Booked entry, List<Movement> undone) {
        Map<Long, Long> taken = new TreeMap<>();
        undone.forEach(each -> taken.merge(each.lot(), -each.points(), Long::sum));
        long debt = Math.max(0, -balance);
        List<Lot> first = taken.keySet().stream()
                .map(lots::get)
                .filter(Objects::nonNull)
                .sorted(Lot.FIRST_EXPIRING)
                .toList();
        for (Lot lot : first) {
            long points = Objects.requireNonNull(taken.get(lot.sequence()));
            long paid = Math.min(debt, points);
            debt -= paid;
            owe(entry, Kind.REDEEMED, paid);
            move(entry, lot.sequence(), Kind.REDEEMED, points - paid);
        }
    }

    private void move(Booked entry, long lot, Kind kind, long points) {
        if (points != 0) {
            Lot before = Objects.requireNonNull(lots.get(lot));
            lots.put(lot, before.plus(points));
            held += points;
            changed.add(lot);
            fresh.add(new Movement(entry.id(), lot, kind, points, before.earnedAt()));
        }
    }

    private void owe(Booked entry, Kind kind, long points) {
        if (points != 0) {
            fresh.add(new Movement(entry.id(), Movement.DEBT, kind, points, null));
        }
    }

    private @Nullable Lot lotOf(UUID entry) {
        return lots.values().stream()
                .filter(lot -> lot.entry().equals(entry))
                .findFirst()
                .orElse(null);
    }
}
