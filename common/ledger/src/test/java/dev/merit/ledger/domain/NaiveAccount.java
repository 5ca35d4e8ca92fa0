package dev.merit.ledger.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account should be, written as plainly as possible and from the contract alone: one list of credits, one of
 * entries, and every figure counted anew by walking through them.
 */
final class NaiveAccount {

    /** Points that came in, and what is left of them. */
    static final class Credit {
        final long sequence;
        final long points;
        long left;
        final @Nullable Instant expiresAt;

        Credit(long sequence, long points, long left, @Nullable Instant expiresAt) {
            this.sequence = sequence;
            this.points = points;
            this.left = left;
            this.expiresAt = expiresAt;
        }
    }

    /** One move of points. */
    record Move(long sequence, EntryEvent event, long points) {}

    /** Points that a move took from a credit. */
    record Taken(long move, long credit, long points) {}

    private final long startBalance;
    private final long startLifetime;
    private final long startCount;
    private final long startPurchases;
    final List<Credit> credits = new ArrayList<>();
    final List<Move> moves = new ArrayList<>();
    final List<Taken> taken = new ArrayList<>();
    private long wholePurchasesReversed;

    /** An account that begins with a past of which only the sums are known. */
    NaiveAccount(AccountState start) {
        startBalance = start.balance();
        startLifetime = start.lifetime();
        startCount = start.entryCount();
        startPurchases = start.purchaseCount();
    }

    long balance() {
        long sum = startBalance;
        for (Move move : moves) {
            sum += move.points();
        }
        return sum;
    }

    long spendable() {
        long sum = 0;
        for (Credit credit : credits) {
            sum += credit.left;
        }
        return sum;
    }

    long lifetime() {
        long sum = startLifetime;
        for (Move move : moves) {
            switch (move.event()) {
                case PURCHASE_REVERSAL -> sum += move.points();
                case REDEMPTION_REVERSAL -> {} // Was earned once already.
                default -> sum += Math.max(0, move.points());
            }
        }
        return sum;
    }

    long count() {
        return startCount + moves.size();
    }

    long purchases() {
        long sum = startPurchases - wholePurchasesReversed;
        for (Move move : moves) {
            sum += move.event() == EntryEvent.PURCHASE ? 1 : 0;
        }
        return sum;
    }

    @Nullable
    Instant nextExpiry() {
        Credit first = first();
        return first == null ? null : first.expiresAt;
    }

    void credit(EntryEvent event, long points, @Nullable Instant expiresAt) {
        long debt = Math.max(0, -balance());
        moves.add(new Move(count() + 1, event, points));
        if (points > 0) {
            credits.add(new Credit(count(), points, Math.max(0, points - debt), expiresAt));
        }
    }

    void debit(EntryEvent event, long points) {
        long sequence = count() + 1;
        for (long missing = points; missing > 0; ) {
            Credit first = first();
            if (first == null) {
                throw new IllegalStateException("the model has run dry");
            }
            missing -= take(sequence, first, missing);
        }
        moves.add(new Move(sequence, event, -points));
    }

    /** Takes what has expired, and tells how much that was. */
    long expire(Instant now) {
        long sequence = count() + 1;
        long sum = 0;
        for (Credit first = first(); first != null && isOver(first, now); first = first()) {
            sum += take(sequence, first, first.left);
        }
        if (sum > 0) {
            moves.add(new Move(sequence, EntryEvent.EXPIRY, -sum));
        }
        return sum;
    }

    /** Own points first, then as a debit would; what is not there becomes debt. */
    void reversePurchase(long purchase, long points, boolean whole) {
        long sequence = count() + 1;
        long missing = points;
        for (Credit each : credits) {
            if (each.sequence == purchase) {
                missing -= take(sequence, each, missing);
            }
        }
        for (Credit first = first(); missing > 0 && first != null; first = first()) {
            missing -= take(sequence, first, missing);
        }
        moves.add(new Move(sequence, EntryEvent.PURCHASE_REVERSAL, -points));
        wholePurchasesReversed += whole ? 1 : 0;
    }

    /** Everything goes back to where it came from, but for what pays a debt. */
    void reverseRedemption(long redemption) {
        long debt = Math.max(0, -balance());
        long sum = 0;
        List<Taken> back = new ArrayList<>(
                taken.stream().filter(each -> each.move() == redemption).toList());
        while (!back.isEmpty()) {
            Taken next = back.getFirst();
            for (Taken each : back) {
                if (comesBefore(creditOf(each), creditOf(next))) {
                    next = each;
                }
            }
            back.remove(next);
            long paid = Math.min(debt, next.points());
            debt -= paid;
            creditOf(next).left += next.points() - paid;
            sum += next.points();
        }
        moves.add(new Move(count() + 1, EntryEvent.REDEMPTION_REVERSAL, sum));
    }

    private Credit creditOf(Taken each) {
        return credits.stream()
                .filter(credit -> credit.sequence == each.credit())
                .findFirst()
                .orElseThrow();
    }

    private static boolean comesBefore(Credit one, Credit other) {
        return endsBefore(one.expiresAt, other.expiresAt)
                || (!endsBefore(other.expiresAt, one.expiresAt) && one.sequence < other.sequence);
    }

    private long take(long sequence, Credit from, long atMost) {
        long points = Math.min(atMost, from.left);
        from.left -= points;
        if (points > 0) {
            taken.add(new Taken(sequence, from.sequence, points));
        }
        return points;
    }

    private static boolean isOver(Credit credit, Instant now) {
        return credit.expiresAt != null && !now.isBefore(credit.expiresAt);
    }

    /** The credit to use next: the earliest end, among equals the oldest; what never ends comes last. */
    private @Nullable Credit first() {
        Credit best = null;
        for (Credit each : credits) {
            if (each.left > 0 && (best == null || endsBefore(each.expiresAt, best.expiresAt))) {
                best = each;
            }
        }
        return best;
    }

    private static boolean endsBefore(@Nullable Instant one, @Nullable Instant other) {
        return one != null && (other == null || one.isBefore(other));
    }
}
