package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Evidence.Asker;
import dev.merit.chaos.domain.Evidence.Balance;
import dev.merit.chaos.domain.Evidence.Enrolment;
import dev.merit.chaos.domain.Evidence.Movement;
import dev.merit.chaos.domain.Evidence.OutboxEvent;
import dev.merit.chaos.domain.Evidence.Redemption;
import dev.merit.chaos.domain.Evidence.StampFact;
import dev.merit.chaos.domain.Evidence.StampProgress;
import dev.merit.chaos.domain.Evidence.StreamRecord;
import dev.merit.chaos.domain.Evidence.ToldBalance;
import dev.merit.chaos.domain.Evidence.Uses;
import dev.merit.chaos.domain.Evidence.VoucherUse;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.domain.Outcome.Refused;
import dev.merit.chaos.domain.Terms.CardTerms;
import dev.merit.chaos.domain.Terms.StampTerms;
import dev.merit.chaos.domain.Terms.VoucherTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run of five operations of one member in which all is well; tests spoil one thing each. A purchase of 10.00 gives
 * 100 points and a bonus of 50; a reward takes 100; a voucher gives 25; six stamps fill a card, worth 30; a second
 * reward is refused.
 */
final class Scene {
    static final UUID PARTNER = id(1);
    static final UUID STRANGER = id(2);
    static final UUID MEMBER = id(3);
    static final UUID CARD = id(4);
    static final UUID REWARD = id(5);
    static final UUID VOUCHER = id(6);
    static final UUID STAMP_CARD = id(7);
    static final UUID FOREIGN_CARD = id(8);
    static final AccountKey ACCOUNT = new AccountKey(PARTNER, MEMBER, CARD);

    static final Operation PURCHASE = new Operation(id(11), Kind.PURCHASE, ACCOUNT, CARD, 1_000);
    static final Operation REDEEM = new Operation(id(12), Kind.REDEEM, ACCOUNT, REWARD, 0);
    static final Operation USE = new Operation(id(13), Kind.VOUCHER, ACCOUNT, VOUCHER, 0);
    static final Operation STAMPS = new Operation(id(14), Kind.STAMPS, ACCOUNT, STAMP_CARD, 6);
    static final Operation REFUSED = new Operation(id(15), Kind.REDEEM, ACCOUNT, REWARD, 0);

    static final UUID PURCHASE_ENTRY = id(21);
    static final UUID REDEEM_ENTRY = id(22);
    static final UUID VOUCHER_ENTRY = id(23);
    static final UUID STAMP_ENTRY = id(24);
    static final UUID USE_ROW = id(25);
    static final UUID ADDED = id(26);
    static final UUID COMPLETED = id(27);

    final List<OperationHistory> operations = new ArrayList<>();
    final List<BalanceRead> reads = new ArrayList<>();
    final List<LedgerRow> ledger = new ArrayList<>();
    final List<Balance> balances = new ArrayList<>();
    final List<Enrolment> enrolments = new ArrayList<>();
    final List<VoucherUse> uses = new ArrayList<>();
    final List<StampFact> facts = new ArrayList<>();
    final List<StampProgress> progress = new ArrayList<>();
    final List<StreamRecord> stream = new ArrayList<>();
    final List<OutboxEvent> outbox = new ArrayList<>();
    final List<ToldBalance> told = new ArrayList<>();

    static UUID id(int number) {
        return new UUID(0, number);
    }

    Scene() {
        operations.add(history(PURCHASE, lost(0), told(10, PURCHASE_ENTRY, 150), told(20, PURCHASE_ENTRY, 150)));
        operations.add(history(REDEEM, told(100, REDEEM_ENTRY, -100)));
        operations.add(history(USE, told(200, USE_ROW, 25)));
        operations.add(history(STAMPS, told(300, null, 30)));
        operations.add(history(REFUSED, refused(400)));
        reads.add(new BalanceRead(ACCOUNT, 1, 130, 140, 50));
        ledger.add(row(1, PURCHASE_ENTRY, 150, 150, LedgerRow.PURCHASE, PURCHASE));
        ledger.add(row(2, REDEEM_ENTRY, -100, 50, LedgerRow.REDEMPTION, REDEEM));
        ledger.add(row(3, VOUCHER_ENTRY, 25, 75, LedgerRow.VOUCHER_BONUS, USE));
        ledger.add(row(4, STAMP_ENTRY, 30, 105, LedgerRow.STAMP_REWARD, STAMPS));
        balances.add(new Balance(ACCOUNT, 105));
        enrolments.add(new Enrolment(PARTNER, MEMBER));
        uses.add(new VoucherUse(USE_ROW, PARTNER, VOUCHER, MEMBER, false, CARD, text(USE)));
        facts.add(new StampFact(ADDED, PARTNER, STAMP_CARD, MEMBER, StampFact.ADDED, 6, null, text(STAMPS)));
        facts.add(new StampFact(COMPLETED, PARTNER, STAMP_CARD, MEMBER, StampFact.COMPLETED, -6, CARD, text(STAMPS)));
        progress.add(new StampProgress(PARTNER, STAMP_CARD, MEMBER, 6, 0, 1, 0));
        ledger.forEach(row -> stream.add(event(row)));
        stream.add(new StreamRecord("merit.stamps", ADDED, MEMBER.toString(), 1, "a", null));
        stream.add(new StreamRecord("merit.stamps", COMPLETED, MEMBER.toString(), 2, "b", null));
        stream.add(new StreamRecord("merit.vouchers", id(31), MEMBER.toString(), 1, "c", new Redemption(USE_ROW)));
        stream.add(
                new StreamRecord("merit.members", id(32), MEMBER.toString(), 1, "d", new Enrolment(PARTNER, MEMBER)));
        stream.forEach(record -> outbox.add(new OutboxEvent(record.eventId(), record.topic(), true)));
        for (int node = 0; node < 2; node++) {
            told.add(new ToldBalance(node, Asker.PARTNER, ACCOUNT, 105L));
            told.add(new ToldBalance(node, Asker.MEMBER, ACCOUNT, 105L));
        }
    }

    static String text(Operation operation) {
        return operation.id().toString();
    }

    static OperationHistory history(Operation operation, Call... calls) {
        return new OperationHistory(operation, List.of(calls));
    }

    static Call lost(long began) {
        return new Call(0, began, began + 5, new Indefinite("reset"));
    }

    static Call refused(long began) {
        return new Call(0, began, began + 5, new Refused(422, "INSUFFICIENT_BALANCE"));
    }

    static Call told(long began, @Nullable UUID effect, long points) {
        return new Call(0, began, began + 5, new Acknowledged(200, "digest", effect, points, null));
    }

    static LedgerRow row(long sequence, UUID id, long points, long after, String event, Operation operation) {
        UUID reward = event.equals(LedgerRow.REDEMPTION) ? REWARD : null;
        UUID voucher = event.equals(LedgerRow.VOUCHER_BONUS) ? VOUCHER : null;
        return new LedgerRow(id, ACCOUNT, sequence, points, after, event, reward, voucher, text(operation));
    }

    static StreamRecord event(LedgerRow row) {
        return new StreamRecord(
                "merit.transactions",
                row.id(),
                MEMBER.toString(),
                row.sequence(),
                "digest of " + row.id(),
                new Movement(row.account(), row.points(), row.balanceAfter()));
    }

    /** What an entry is told to be by everybody but the journal. */
    void book(LedgerRow row) {
        ledger.add(row);
        stream.add(event(row));
        outbox.add(new OutboxEvent(row.id(), "merit.transactions", true));
        stand(row.balanceAfter());
    }

    /** A voucher's use as everybody but the journal tells it. */
    void use(VoucherUse use) {
        uses.add(use);
        UUID event = new UUID(31, use.id().getLeastSignificantBits());
        stream.add(new StreamRecord(
                "merit.vouchers", event, use.member().toString(), number(use), "use", new Redemption(use.id())));
        outbox.add(new OutboxEvent(event, "merit.vouchers", true));
    }

    private long number(VoucherUse use) {
        return uses.stream().filter(each -> each.member().equals(use.member())).count();
    }

    /** Everybody agrees on another balance. */
    void stand(long balance) {
        balances.set(0, new Balance(ACCOUNT, balance));
        told.replaceAll(each -> new ToldBalance(each.node(), each.asker(), ACCOUNT, balance));
    }

    Findings check() {
        var terms = new Terms(
                Map.of(CARD, new CardTerms(10, 50)),
                Map.of(REWARD, 100L),
                Map.of(VOUCHER, new VoucherTerms(2, 1, 25)),
                Map.of(STAMP_CARD, new StampTerms(6, 30)),
                Map.of(
                        CARD, PARTNER,
                        REWARD, PARTNER,
                        VOUCHER, PARTNER,
                        STAMP_CARD, PARTNER,
                        FOREIGN_CARD, STRANGER));
        var evidence =
                new Evidence(ledger, balances, enrolments, new Uses(uses, facts, progress), stream, outbox, told);
        return Checker.check(new History(operations, reads), evidence, terms);
    }
}
