package dev.merit.vouchers.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.event.LoyaltyEvent.VoucherUsed;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemption;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.Correction;
import dev.merit.ledger.domain.Details.References;
import dev.merit.ledger.domain.Enrolment;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.MemberFacts;
import dev.merit.ledger.domain.MemberNews;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.Reclaim;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.GroupCommit.Outcome;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.vouchers.app.Use.Redeem;
import dev.merit.vouchers.app.Use.Undo;
import dev.merit.vouchers.app.UseState.Counts;
import dev.merit.vouchers.domain.Attempt;
import dev.merit.vouchers.domain.BonusCard;
import dev.merit.vouchers.domain.Discount;
import dev.merit.vouchers.domain.VoucherTerms;
import dev.merit.vouchers.store.RedemptionStore.Order;
import dev.merit.vouchers.store.RedemptionStore.RedemptionKey;
import dev.merit.vouchers.store.StoredRedemption;
import dev.merit.vouchers.store.StoredRedemption.Credit;
import dev.merit.vouchers.store.StoredRedemption.Given;
import dev.merit.vouchers.store.StoredRedemption.Voided;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides the commands of one batch one after another; the later see what the earlier did. It remembers all that has to
 * be written.
 */
final class UseDesk {
    private final UseState state;
    private final Map<AccountKey, AccountBook> books = new LinkedHashMap<>();
    private final Counts counts = new Counts(new HashMap<>(), new HashMap<>());
    private final Map<Order, StoredRedemption> orders;
    private final Map<RedemptionKey, StoredRedemption> redeemed = new LinkedHashMap<>();
    private final Map<RedemptionKey, StoredRedemption> voided = new LinkedHashMap<>();
    private final Map<Membership, Enrolment> met = new LinkedHashMap<>();
    private final List<VoucherUsed> events = new ArrayList<>();
    private boolean answered;

    UseDesk(UseState state) {
        this.state = state;
        this.orders = new HashMap<>(state.earlier().orders());
    }

    /** Empty when the voucher is no longer what it was when the command set out: it has to begin again. */
    Outcome<Optional<Done<?>>> decide(Use use) {
        try {
            return new Outcome.Accepted<>(Optional.of(decided(use)));
        } catch (ProblemException refusal) {
            return new Outcome.Refused<>(refusal.problem());
        } catch (OutOfDate gone) {
            return new Outcome.Accepted<>(Optional.empty());
        }
    }

    private Done<?> decided(Use use) {
        return switch (use) {
            case Redeem redeem ->
                state.repeats().once(use.origin(), Reply.ok(VoucherRedeemed.class), () -> redeem(redeem));
            case Undo undo -> state.repeats().once(use.origin(), Reply.ok(VoucherRedemption.class), () -> undo(undo));
        };
    }

    /** The voucher's card is another one than that whose account was locked. */
    private static final class OutOfDate extends RuntimeException {
        OutOfDate() {
            super("the voucher's card has changed", null, false, false);
        }
    }

    boolean isChanged() {
        return answered || books.values().stream().anyMatch(AccountBook::isChanged);
    }

    Collection<AccountBook> books() {
        return books.values();
    }

    /** What the counters are now, where they have changed. */
    Counts counts() {
        return counts;
    }

    List<StoredRedemption> redeemed() {
        return List.copyOf(redeemed.values());
    }

    /** Redemptions from before this batch that were voided in it; its own are voided in {@link #redeemed}. */
    List<StoredRedemption> voided() {
        return List.copyOf(voided.values());
    }

    /** Members who are new to their partner, but for those whom the booking of points enrols by itself. */
    List<Enrolment> enrolments() {
        Set<Membership> booked = MemberNews.enrolments(books.values()).stream()
                .map(Enrolment::membership)
                .collect(Collectors.toSet());
        return met.values().stream()
                .filter(each -> !booked.contains(each.membership()))
                .toList();
    }

    /** One event for each ledger entry and for each use, and what all that means for members. */
    List<LoyaltyEvent> events() {
        var all = new ArrayList<LoyaltyEvent>();
        for (AccountBook book : books.values()) {
            book.entries().forEach(entry -> all.add(entry.recorded(book.club())));
        }
        enrolments().forEach(each -> all.add(each.event(Uuids.at(each.at()))));
        all.addAll(MemberNews.events(books.values(), Uuids::at));
        all.addAll(events);
        return all;
    }

    /** An order that used the voucher already is answered as then, whatever became of the voucher since. */
    private VoucherRedeemed redeem(Redeem use) {
        Optional<StoredRedemption> earlier = use.order().map(orders::get);
        StoredRedemption redemption = earlier.orElseGet(() -> redeemNow(use));
        answered = true;
        return redemption.redeemed();
    }

    private StoredRedemption redeemNow(Redeem use) {
        VoucherTerms terms = state.terms().get(use.voucher());
        if (terms == null) {
            throw Problem.notFound().asException();
        }
        if (!Objects.equals(terms.pointsCard(), use.pointsCard())) {
            throw new OutOfDate();
        }
        if (!use.member().isActive()) {
            throw Problem.of(Code.ACCOUNT_INACTIVE, "This member is not active.")
                    .asException();
        }
        RedeemVoucherFields fields = use.request().fields();
        long timesUsed = timesUsed(use);
        long usesOfMember = usesOfMember(use);
        attempt(use, terms).judge(terms).ifPresent(refusal -> {
            throw refusal.asProblem().asException();
        });

        RedemptionId id = new RedemptionId(Uuids.at(now()));
        Discount discount = Discount.of(terms, fields.orderAmount());
        StoredRedemption redemption = new StoredRedemption(
                id,
                use.voucher(),
                use.memberId(),
                terms.club(),
                new Given(terms.code(), terms.type(), terms.currency(), fields.orderAmount(), discount.amount()),
                credit(use, terms),
                terms.limits().remaining(timesUsed + 1),
                fields.orderReference(),
                use.origin().requestId(),
                now(),
                null);
        count(use, timesUsed + 1, usesOfMember + 1);
        redeemed.put(new RedemptionKey(use.partner(), id), redemption);
        use.order().ifPresent(order -> orders.put(order, redemption));
        meet(use);
        events.add(event(
                redemption, VoucherUsed.REDEEMED, timesUsed + 1, use.origin().requestId()));
        return redemption;
    }

    private Attempt attempt(Redeem use, VoucherTerms terms) {
        var standing = new StandingKey(use.partner(), use.memberId(), terms.club());
        return new Attempt(
                now(),
                use.request().fields().orderAmount(),
                timesUsed(use),
                usesOfMember(use),
                state.facts().getOrDefault(standing, MemberFacts.OF_STRANGER),
                card(use));
    }

    /** The card, unless it is in another club by now: until the commit the ledger knows better than the node. */
    private @Nullable BonusCard card(Redeem use) {
        BonusCard card = use.card();
        return card == null
                ? null
                : use.account()
                        .flatMap(state.accounts()::clubOf)
                        .filter(card.club()::equals)
                        .map(known -> card)
                        .orElse(null);
    }

    private @Nullable Credit credit(Redeem use, VoucherTerms terms) {
        BonusCard card = card(use);
        long points = terms.points();
        if (points == 0 || card == null) {
            return null;
        }
        AccountBook book = openCurrent(use);
        if (book.balance() + points > AccountBook.POINTS_MAX) {
            throw Problem.invalid("member_identifier", "The account cannot hold that many points.")
                    .asException();
        }
        var references =
                new References(null, terms.id(), null, use.request().fields().orderReference());
        Entry entry =
                book.credit(EntryEvent.VOUCHER_BONUS, points, card.expiryOf(now()), stamp(), details(use, references));
        return new Credit(card.id(), points, new TransactionId(entry.id()), entry.sequence());
    }

    private VoucherRedemption undo(Undo use) {
        StoredRedemption current = Optional.ofNullable(redemption(use.redemption()))
                .orElseThrow(() -> Problem.notFound().asException());
        if (current.voided() != null) {
            throw Problem.of(Code.NOT_REVERSIBLE, "This redemption is voided already.")
                    .asException();
        }
        String reason = use.request().reason();
        Voided by = new Voided(
                now(), reason, takeBack(use, current, reason), use.origin().requestId());
        StoredRedemption after = current.voided(by);
        count(use, timesUsed(use) - 1, usesOfMember(use) - 1);
        if (redeemed.replace(use.redemption(), after) == null) {
            voided.put(use.redemption(), after);
        }
        String reference = after.orderReference();
        if (reference != null) {
            orders.remove(new Order(after.voucher(), after.member(), reference));
        }
        events.add(event(after, VoucherUsed.VOIDED, timesUsed(use), use.origin().requestId()));
        answered = true;
        return after.listed();
    }

    private @Nullable TransactionId takeBack(Undo use, StoredRedemption redemption, String reason) {
        Credit credit = redemption.credit();
        if (credit == null) {
            return null;
        }
        AccountBook book = openCurrent(use);
        var references = new References(null, redemption.voucher().voucher(), credit.entry(), null);
        Entry entry = book.takeBack(
                new Reclaim(EntryEvent.VOUCHER_BONUS, credit.entrySequence(), credit.points()),
                stamp(),
                details(use, references).correcting(new Correction(reason, null)));
        return new TransactionId(entry.id());
    }

    private @Nullable StoredRedemption redemption(RedemptionKey key) {
        StoredRedemption gone = voided.get(key);
        StoredRedemption fresh = gone == null ? redeemed.get(key) : gone;
        return fresh == null ? state.earlier().redemptions().get(key) : fresh;
    }

    private void meet(Redeem use) {
        var membership = new Membership(use.partner(), use.memberId());
        if (state.strangers().contains(membership)) {
            met.putIfAbsent(
                    membership, new Enrolment(membership, now(), use.origin().requestId()));
        }
    }

    private void count(Use use, long ofAll, long ofMember) {
        counts.ofAll().put(use.voucher(), ofAll);
        counts.ofMembers().put(use.memberUse(), ofMember);
    }

    private long timesUsed(Use use) {
        return counts.ofAll().getOrDefault(use.voucher(), state.counts().ofAll().getOrDefault(use.voucher(), 0L));
    }

    private long usesOfMember(Use use) {
        return counts.ofMembers()
                .getOrDefault(use.memberUse(), state.counts().ofMembers().getOrDefault(use.memberUse(), 0L));
    }

    private AccountBook openCurrent(Use use) {
        AccountBook book = books.computeIfAbsent(use.account().orElseThrow(), state.accounts()::open);
        var unused = book.expire(stamp(), Details.bySystem(use.origin().requestId(), now()));
        return book;
    }

    private VoucherUsed event(StoredRedemption of, String event, long timesUsed, String requestId) {
        VoucherTerms terms = state.terms().get(of.voucher());
        Credit credit = of.credit();
        Voided by = of.voided();
        return new VoucherUsed(
                Uuids.at(now()),
                of.id(),
                of.voucher().voucher(),
                of.voucher().partner(),
                of.club(),
                of.member(),
                event,
                of.given().type().word(),
                of.given().currency(),
                of.given().orderAmount(),
                of.given().discountAmount(),
                of.points(),
                credit == null ? null : credit.card(),
                by != null ? by.entry() : credit == null ? null : credit.entry(),
                timesUsed,
                terms == null ? null : terms.limits().remaining(timesUsed),
                of.orderReference(),
                now(),
                requestId);
    }

    private Details details(Use use, References references) {
        var repeat = use.origin().repeat();
        return new Details(
                null,
                references,
                null,
                Details.SYSTEM,
                null,
                repeat == null ? null : repeat.id(),
                use.origin().requestId(),
                now());
    }

    private Stamp stamp() {
        return new Stamp(Uuids.at(now()), now());
    }

    private Instant now() {
        return state.accounts().now();
    }
}
