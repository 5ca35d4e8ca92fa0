package dev.merit.points.app;

import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.AdjustFields;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.OnInsufficient;
import dev.merit.contracts.points.PointsRequest.ReverseFields;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.Correction;
import dev.merit.ledger.domain.Details.Earned;
import dev.merit.ledger.domain.Details.Part;
import dev.merit.ledger.domain.Details.References;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.TakeBack;
import dev.merit.ledger.store.ReversalReads.Reversed;
import dev.merit.ledger.store.ReversalReads.Reversible;
import dev.merit.people.domain.Attribution;
import dev.merit.points.domain.CardTerms;
import dev.merit.points.domain.PurchaseReversal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides corrections for a {@link BookingDesk}: what a reversal takes or gives back, and what is moved by hand. A
 * reversal asks nothing of card, reward or member: what was booked under them can be taken back whatever they are now.
 */
final class Corrections {
    private final BookingDesk desk;

    Corrections(BookingDesk desk) {
        this.desk = desk;
    }

    Corrected reverse(Booking.Undo undo) {
        Reversible target = desk.reversible(undo.entry());
        BookingDesk.refuse(undo.by().refuseUnknown());
        var errors = new FieldErrors();
        undo.by().check(desk.card(undo).club(), errors);
        return switch (target.entry().event()) {
            case PURCHASE -> reversePurchase(undo, target, errors);
            case REDEMPTION -> reverseRedemption(undo, target, errors);
            default -> throw notReversible("Only purchases and redemptions can be reversed.");
        };
    }

    private Corrected reversePurchase(Booking.Undo undo, Reversible target, FieldErrors errors) {
        ReverseFields fields = undo.request().fields();
        AccountBook book = desk.openCurrent(undo);
        Entry purchase = target.entry();
        Earned earned = Objects.requireNonNull(purchase.details().earned(), "a purchase says what it earned");
        Reversed before = before(book, target);
        var standing = new PurchaseReversal.Standing(
                earned, earned.purchaseAmount().subtract(before.amount()), purchase.points() + before.points());
        PurchaseReversal part =
                PurchaseReversal.of(standing, fields.amount(), errors).orThrow();
        if (fields.onInsufficient() == OnInsufficient.REFUSE && part.points() > 0) {
            BookingDesk.refuse(insufficient(book.balance(), part.points()));
        }
        Details details = details(Sent.of(undo), new References(null, null, idOf(purchase), null))
                .correcting(new Correction(fields.reason(), new Part(part.amount(), earned.currency())));
        Entry entry = book.reversePurchase(
                new TakeBack(purchase.sequence(), part.points(), part.whole()), desk.stamp(), details);
        return TransactionView.corrected(entry, book.balance());
    }

    private Corrected reverseRedemption(Booking.Undo undo, Reversible target, FieldErrors errors) {
        ReverseFields fields = undo.request().fields();
        errors.require(fields.amount() == null, "amount", "A redemption is given back whole: leave the amount out.");
        BookingDesk.refuse(errors.problem());
        AccountBook book = desk.openCurrent(undo);
        Entry redemption = target.entry();
        if (before(book, target).latest() != null) {
            throw notReversible("This redemption is reversed already.");
        }
        var references = new References(redemption.details().references().rewardId(), null, idOf(redemption), null);
        Details details = details(Sent.of(undo), references).correcting(new Correction(fields.reason(), null));
        Entry entry = book.reverseRedemption(target.taken(), desk.stamp(), details);
        // What came back to a lot that has expired meanwhile goes with it.
        var unused = desk.openCurrent(undo);
        desk.giveUseBack(undo);
        return TransactionView.corrected(entry, book.balance());
    }

    Corrected adjust(Booking.Amend amend) {
        AdjustFields fields = amend.request().fields();
        CardTerms card = desk.usableCard(amend);
        BookingDesk.refuse(amend.by().refuse(card.club()));
        BookingDesk.refuse(BookingDesk.inactive(amend.member()));
        desk.refuseRepeatedOrder(amend);

        AccountBook book = desk.openCurrent(amend);
        long points = fields.points();
        Instant expiresAt = null;
        if (points > 0) {
            BookingDesk.refuseOverflow(book, points, "points");
            expiresAt = card.expiryOf(desk.now());
        } else {
            BookingDesk.refuse(insufficient(book.balance(), -points));
        }
        Details details = details(Sent.of(amend), new References(null, null, null, fields.orderReference()))
                .correcting(new Correction(fields.reason(), null));
        Entry entry = book.adjust(points, expiresAt, desk.stamp(), details);
        desk.noteOrder(amend, entry);
        return TransactionView.corrected(entry, book.balance());
    }

    /** Reversals that were committed, and those of the same batch: the entry was locked before either was read. */
    private static Reversed before(AccountBook book, Reversible target) {
        TransactionId id = idOf(target.entry());
        Reversed sum = target.before();
        for (Entry entry : book.entries()) {
            if (id.equals(entry.details().references().reverses())) {
                sum = new Reversed(idOf(entry), sum.amount().add(amountOf(entry)), sum.points() + entry.points());
            }
        }
        return sum;
    }

    private static BigDecimal amountOf(Entry reversal) {
        return Optional.ofNullable(reversal.details().correction())
                .map(Correction::taken)
                .map(Part::amount)
                .orElse(BigDecimal.ZERO);
    }

    /** What corrections carry alike. */
    private record Sent(
            Booking booking, Attribution by, @Nullable String note) {
        static Sent of(Booking.Undo undo) {
            return new Sent(undo, undo.by(), undo.request().fields().note());
        }

        static Sent of(Booking.Amend amend) {
            return new Sent(amend, amend.by(), amend.request().fields().note());
        }
    }

    private Details details(Sent sent, References references) {
        return new Details(
                null,
                references,
                sent.by().staffId(),
                sent.by().name(),
                sent.note(),
                BookingDesk.operation(sent.booking()),
                sent.booking().origin().requestId(),
                desk.now());
    }

    private static Optional<Problem> insufficient(long balance, long required) {
        if (balance >= required) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Code.INSUFFICIENT_BALANCE,
                "Not enough points: the balance is " + balance + " and this takes " + required + ".",
                Map.of("balance", balance, "required", required, "deficit", required - balance)));
    }

    private static TransactionId idOf(Entry entry) {
        return new TransactionId(entry.id());
    }

    private static ProblemException notReversible(String message) {
        return Problem.of(Code.NOT_REVERSIBLE, message).asException();
    }
}
