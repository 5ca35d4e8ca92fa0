package dev.merit.points.app;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Done;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.RedeemFields;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.MemberNews;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Tier;
import dev.merit.ledger.store.LedgerStore.Order;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.ledger.store.ReversalReads.EntryKey;
import dev.merit.ledger.store.ReversalReads.Reversible;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.GroupCommit.Outcome;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Repeats;
import dev.merit.points.domain.CardTerms;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.Earning;
import dev.merit.points.domain.PurchaseCheck;
import dev.merit.points.domain.RewardTerms;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.RewardStore.RewardKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides the bookings of one batch one after another; the later see what the earlier did. It remembers all that has
 * to be written.
 */
final class BookingDesk {
    private final BookingState state;
    private final Corrections corrections = new Corrections(this);
    private final Map<AccountKey, AccountBook> books = new LinkedHashMap<>();
    private final Map<Order, TransactionId> orders;
    private final ClaimDesk claims;
    private final Map<RewardKey, Long> taken = new HashMap<>();
    private final Map<RewardUse, Long> takenByMember = new HashMap<>();

    BookingDesk(BookingState state) {
        this.state = state;
        this.orders = new HashMap<>(state.orders());
        this.claims = new ClaimDesk(state.claims());
    }

    Outcome<Done<?>> decide(Booking booking) {
        try {
            return new Outcome.Accepted<>(decided(booking));
        } catch (ProblemException refusal) {
            return new Outcome.Refused<>(refusal.problem());
        }
    }

    private Done<?> decided(Booking booking) {
        return switch (booking) {
            case Booking.Buy buy -> once(buy, Reply.created(Purchased.class), () -> purchase(buy));
            case Booking.Take take -> once(take, Reply.ok(Redeemed.class), () -> redeem(take));
            case Booking.Confirm confirm ->
                once(
                        confirm,
                        Reply.ok(ConfirmedClaim.class),
                        () -> claims.confirm(confirm, () -> redeem(confirm.take())));
            case Booking.Undo undo -> once(undo, Reply.created(Corrected.class), () -> corrections.reverse(undo));
            case Booking.Amend amend -> once(amend, Reply.created(Corrected.class), () -> corrections.adjust(amend));
            case Booking.Lapse lapse -> lapse(lapse);
        };
    }

    private <R extends Record> Done<R> once(Booking booking, Reply<R> reply, Supplier<R> effect) {
        return state.repeats().once(booking.origin(), reply, effect);
    }

    boolean isChanged() {
        return books.values().stream().anyMatch(AccountBook::isChanged);
    }

    /** When it is too late to write this, by the database's clock; null where accounts are locked. */
    @Nullable
    Instant until() {
        return state.accounts().until();
    }

    Collection<AccountBook> books() {
        return books.values();
    }

    /** Answers given before, and those to keep. */
    Repeats repeats() {
        return state.repeats();
    }

    /** How often each reward was taken in this batch, less what was given back. */
    Map<RewardKey, Long> taken() {
        return taken;
    }

    /** Claims that were confirmed in this batch. */
    List<ClaimState> confirmed() {
        return claims.confirmed();
    }

    /**
     * One event for each entry, in the order of booking within each account, what they mean for members, and claims.
     */
    List<LoyaltyEvent> events() {
        var events = new ArrayList<LoyaltyEvent>();
        for (AccountBook book : books.values()) {
            book.entries().forEach(entry -> events.add(entry.recorded(book.club())));
        }
        events.addAll(MemberNews.events(books.values(), Uuids::at));
        events.addAll(claims.events());
        return events;
    }

    private Purchased purchase(Booking.Buy buy) {
        CardTerms card = usableCard(buy);
        refuse(buy.by().refuseUnknown());
        var errors = new FieldErrors();
        buy.by().check(card.club(), errors);
        PurchaseFields fields = PurchaseCheck.fields(buy.request().fields(), card, now(), errors)
                .orThrow();
        refuse(inactive(buy.member()));
        refuse(card.refuseUse(now()));
        refuse(PurchaseCheck.minimum(fields, card));
        refuseRepeatedOrder(buy);

        AccountBook book = openCurrent(buy);
        BigDecimal multiplier = book.tier().map(Tier::multiplier).orElse(BigDecimal.ONE);
        Earning earning = Earning.of(card.rules(), fields.purchaseAmount(), multiplier, book.isFirstEarning());
        refuseOverflow(book, earning.awarded(), "purchase_amount");
        Details details = new Details(
                new Details.Earned(
                        card.exactly(fields.purchaseAmount()),
                        card.currency(),
                        earning.base(),
                        earning.tierBonus(),
                        earning.initialBonus(),
                        multiplier,
                        card.rules()),
                new Details.References(null, null, null, fields.orderReference()),
                buy.by().staffId(),
                buy.by().name(),
                fields.note(),
                operation(buy),
                buy.origin().requestId(),
                fields.occurredAt() == null ? now() : fields.occurredAt());
        Instant expiresAt = earning.awarded() == 0 ? null : card.expiryOf(now());
        Entry entry = book.credit(EntryEvent.PURCHASE, earning.awarded(), expiresAt, stamp(), details);
        noteOrder(buy, entry);
        return TransactionView.purchased(entry);
    }

    private Redeemed redeem(Booking.Take take) {
        RedeemFields fields = take.request().fields();
        CardTerms card = usableCard(take);
        RewardKey key = new RewardKey(take.partner(), fields.rewardId());
        RewardTerms found = state.rewards().terms().get(key);
        if (found == null) {
            throw Problem.notFound("reward_id").asException();
        }
        RewardTerms reward = take.agreed() == null ? found : found.costing(take.agreed());
        refuse(take.by().refuseUnknown());
        var errors = new FieldErrors();
        take.by().check(card.club(), errors);
        errors.require(reward.cards().contains(card.id()), "reward_id", "This reward cannot be taken with this card.");
        refuse(errors.problem());
        refuse(inactive(take.member()));
        refuse(card.refuseUse(now()));
        RewardUse use = new RewardUse(take.partner(), take.member().id(), fields.rewardId());
        refuse(reward.refuse(now(), timesTaken(key), timesTakenBy(use)));
        refuseRepeatedOrder(take);

        AccountBook book = openCurrent(take);
        refuse(reward.refuseBalance(book.balance()));
        Details details = new Details(
                null,
                new Details.References(reward.id(), null, null, fields.orderReference()),
                take.by().staffId(),
                take.by().name(),
                fields.note(),
                operation(take),
                take.origin().requestId(),
                now());
        Entry entry = book.debit(EntryEvent.REDEMPTION, reward.pointsRequired(), stamp(), details);
        taken.merge(key, 1L, Long::sum);
        takenByMember.merge(use, 1L, Long::sum);
        noteOrder(take, entry);
        return TransactionView.redeemed(entry, reward);
    }

    private Done<?> lapse(Booking.Lapse lapse) {
        var unused = openCurrent(lapse);
        return Done.fresh(new Acknowledged());
    }

    /** The account with everything booked that has expired by now. */
    AccountBook openCurrent(Booking booking) {
        AccountBook book = books.computeIfAbsent(booking.account(), state.accounts()::open);
        var unused = book.expire(stamp(), Details.bySystem(booking.origin().requestId(), now()));
        return book;
    }

    /** The entry that is to be reversed, as read under its account's lock. */
    Reversible reversible(Entry found) {
        Reversible target =
                state.reversible().get(new EntryKey(found.account().partner(), new TransactionId(found.id())));
        if (target == null) {
            throw Problem.notFound().asException();
        }
        return target;
    }

    /** A reward given back counts as not taken. */
    void giveUseBack(Booking.Undo undo) {
        undo.reward().ifPresent(use -> {
            taken.merge(new RewardKey(use.partner(), use.reward()), -1L, Long::sum);
            takenByMember.merge(use, -1L, Long::sum);
        });
    }

    CardTerms usableCard(Booking booking) {
        CardTerms card = card(booking);
        if (card.isDeleted()) {
            throw Problem.notFound("card_id").asException();
        }
        return card;
    }

    /** The card, whatever has become of it. */
    CardTerms card(Booking booking) {
        CardTerms card = state.cards().get(new CardKey(booking.partner(), booking.card()));
        if (card == null) {
            throw Problem.notFound("card_id").asException();
        }
        return card;
    }

    private long timesTaken(RewardKey key) {
        return state.rewards().taken().getOrDefault(key, 0L) + taken.getOrDefault(key, 0L);
    }

    private long timesTakenBy(RewardUse use) {
        return state.rewards().takenByMember().getOrDefault(use, 0L) + takenByMember.getOrDefault(use, 0L);
    }

    void refuseRepeatedOrder(Booking booking) {
        booking.orderReference().ifPresent(reference -> {
            TransactionId earlier = orders.get(new Order(booking.partner(), BookingBatch.event(booking), reference));
            if (earlier != null) {
                throw new Problem(
                                Code.CONFLICT,
                                "This order reference is booked already.",
                                Map.of("field", "order_reference", "transaction_id", earlier.toString()))
                        .asException();
            }
        });
    }

    void noteOrder(Booking booking, Entry entry) {
        booking.orderReference()
                .ifPresent(reference -> orders.put(
                        new Order(booking.partner(), BookingBatch.event(booking), reference),
                        new TransactionId(entry.id())));
    }

    static void refuseOverflow(AccountBook book, long points, String field) {
        if (book.balance() + points > AccountBook.POINTS_MAX) {
            throw Problem.invalid(field, "The account cannot hold that many points.")
                    .asException();
        }
    }

    static Optional<Problem> inactive(MemberRef member) {
        return member.isActive()
                ? Optional.empty()
                : Optional.of(Problem.of(Code.ACCOUNT_INACTIVE, "This member is not active."));
    }

    static void refuse(Optional<Problem> problem) {
        if (problem.isPresent()) {
            throw problem.get().asException();
        }
    }

    static @Nullable UUID operation(Booking booking) {
        Repeat repeat = booking.origin().repeat();
        return repeat == null ? null : repeat.id();
    }

    Stamp stamp() {
        return new Stamp(Uuids.at(now()), now());
    }

    Instant now() {
        return state.accounts().now();
    }
}
