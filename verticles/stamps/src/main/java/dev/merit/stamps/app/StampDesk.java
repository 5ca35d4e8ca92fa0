package dev.merit.stamps.app;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Done;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.StampRedemptionId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.stamps.StampsRequest.StampFields;
import dev.merit.contracts.stamps.StampsRequest.StampsAdded;
import dev.merit.contracts.stamps.StampsRequest.StampsRedeemed;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.Enrolment;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.GroupCommit.Outcome;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Repeats;
import dev.merit.stamps.domain.Moment;
import dev.merit.stamps.domain.Progress;
import dev.merit.stamps.domain.StampBook;
import dev.merit.stamps.domain.StampDetails;
import dev.merit.stamps.domain.StampFact;
import dev.merit.stamps.domain.StampKey;
import dev.merit.stamps.domain.StampTerms;
import dev.merit.stamps.store.StampStore.Order;
import dev.merit.stamps.store.StampWrites.HandedOut;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides the commands of one batch one after another; the later see what the earlier did. It remembers all that has to
 * be written.
 */
final class StampDesk {
    private final StampState state;
    private final Credits credits;
    private final Map<StampKey, StampBook> books = new LinkedHashMap<>();
    private final Map<Order, UUID> orders;
    private final List<HandedOut> handedOut = new ArrayList<>();

    StampDesk(StampState state) {
        this.state = state;
        this.credits = new Credits(state.accounts());
        this.orders = new HashMap<>(state.orders());
    }

    /**
     * Empty when the stamp card is another than it was when its surroundings were asked: the command has to come again.
     */
    Outcome<Optional<Done<?>>> decide(StampCommand command) {
        try {
            return new Outcome.Accepted<>(
                    switch (command) {
                        case StampCommand.Add add ->
                            isOutdated(add)
                                    ? Optional.empty()
                                    : Optional.of(state.repeats()
                                            .once(
                                                    add.origin(),
                                                    Reply.created(StampsAdded.class),
                                                    () -> addStamps(add)));
                        case StampCommand.HandOut out ->
                            Optional.of(state.repeats()
                                    .once(out.origin(), Reply.ok(StampsRedeemed.class), () -> redeemStamps(out)));
                        case StampCommand.Lapse lapse -> Optional.of(lapse(lapse));
                    });
        } catch (ProblemException refusal) {
            return new Outcome.Refused<>(refusal.problem());
        }
    }

    boolean isChanged() {
        return books.values().stream().anyMatch(StampBook::isChanged) || credits.isChanged();
    }

    Collection<StampBook> books() {
        return books.values();
    }

    Collection<AccountBook> accounts() {
        return credits.books();
    }

    List<HandedOut> handedOut() {
        return handedOut;
    }

    Repeats repeats() {
        return state.repeats();
    }

    /** Members whom the partner met with these stamps, and whom no ledger entry enrols. */
    List<Enrolment> enrolments() {
        var enrolments = new LinkedHashMap<Object, Enrolment>();
        for (StampBook book : books.values()) {
            var membership = Credits.membership(book.key());
            if (book.isChanged() && state.locked().strangers().contains(membership) && !credits.enrols(membership)) {
                StampFact first = book.facts().getFirst();
                enrolments.putIfAbsent(
                        membership,
                        new Enrolment(
                                membership, first.createdAt(), first.details().requestId()));
            }
        }
        return List.copyOf(enrolments.values());
    }

    /** Ledger entries and what they mean for members, then what happened to stamps, in order for each member. */
    List<LoyaltyEvent> events() {
        var events = new ArrayList<LoyaltyEvent>(credits.events());
        enrolments().forEach(enrolment -> events.add(enrolment.event(Uuids.at(enrolment.at()))));
        books.values().forEach(book -> book.facts().forEach(fact -> events.add(fact.changed())));
        return events;
    }

    private StampsAdded addStamps(StampCommand.Add add) {
        StampTerms terms = usable(add);
        refuse(add.parties().by().refuseUnknown());
        StampFields fields = add.request().fields();
        var errors = new FieldErrors();
        add.parties().by().check(terms.club(), errors);
        terms.checkNumber(fields.stamps(), errors);
        refuse(errors.problem());
        refuse(inactive(add.parties().member()));
        refuse(terms.refuseUse(now()));
        if (terms.points() != null && !credits.isPossible(add, terms)) {
            throw StampTerms.rewardCardGone().asException();
        }
        refuse(terms.refusePurchase(fields.purchaseAmount()));
        refuseRepeatedOrder(add);

        StampBook book = openCurrent(add, terms);
        LocalDate day = LocalDate.ofInstant(now(), add.around().orElseThrow().zone());
        refuse(terms.refuseDay(fields.stamps(), book.addedOn(day)));
        long rounds = book.roundsWith(fields.stamps(), terms);
        refuse(credits.refuse(add, terms, rounds));

        StampDetails details = details(add, add.parties().by(), fields.note(), fields.purchaseAmount());
        StampFact added = book.add(fields.stamps(), day, terms, moment(), details);
        add.order().ifPresent(order -> orders.put(order, added.id()));
        long awarded = 0;
        while (book.isFull(terms)) {
            StampFact completed = book.complete(terms, credits.credit(add, terms, details), moment(), details);
            awarded += completed.points();
        }
        Progress after = book.progress();
        return new StampsAdded(
                terms.id(),
                add.parties().memberId(),
                fields.stamps(),
                after.current(),
                terms.required(),
                rounds,
                after.completedCount(),
                after.pendingRewards(),
                awarded,
                after.expiresAt());
    }

    private StampsRedeemed redeemStamps(StampCommand.HandOut out) {
        StampTerms terms = usable(out);
        refuse(out.parties().by().refuse(terms.club()));
        refuse(inactive(out.parties().member()));
        refuse(terms.refuseRedemption());
        StampBook book = openCurrent(out, terms);
        if (book.progress().pendingRewards() == 0) {
            throw terms.incomplete(book.progress().current()).asException();
        }
        StampRedemptionId id = new StampRedemptionId(Uuids.at(now()));
        StampDetails details =
                details(out, out.parties().by(), out.request().fields().note(), null);
        StampFact redeemed = book.redeem(terms, id, moment(), details);
        handedOut.add(new HandedOut(redeemed, terms.rewardTitle()));
        Progress after = redeemed.after();
        return new StampsRedeemed(
                terms.id(),
                out.parties().memberId(),
                terms.rewardTitle(),
                after.pendingRewards(),
                after.current(),
                after.completedCount(),
                id);
    }

    private Done<?> lapse(StampCommand.Lapse lapse) {
        StampTerms terms = state.terms().get(lapse.stampCard());
        if (terms != null) {
            var unused = openCurrent(lapse, terms);
        }
        return Done.fresh(new Acknowledged());
    }

    /** The member's stamps, without those that have lapsed by now. */
    private StampBook openCurrent(StampCommand command, StampTerms terms) {
        StampBook book = books.computeIfAbsent(
                command.key(),
                key -> StampBook.open(key, state.locked().progress().getOrDefault(key, Progress.NONE)));
        var unused = book.expire(
                terms, moment(), StampDetails.bySystem(command.origin().requestId()));
        return book;
    }

    /** Nothing outdates a card that is not there: the look for a repeat and the refusal need nothing of it. */
    private boolean isOutdated(StampCommand.Add add) {
        StampTerms terms = state.terms().get(add.stampCard());
        return terms != null
                && !terms.isDeleted()
                && !add.around().map(around -> around.fit(terms)).orElse(false);
    }

    private StampTerms usable(StampCommand command) {
        StampTerms terms = state.terms().get(command.stampCard());
        if (terms == null || terms.isDeleted()) {
            throw Problem.notFound().asException();
        }
        return terms;
    }

    private void refuseRepeatedOrder(StampCommand.Add add) {
        UUID earlier = add.order().map(orders::get).orElse(null);
        if (earlier != null) {
            throw new Problem(
                            Code.CONFLICT,
                            "This order reference got its stamps already.",
                            Map.of("field", "order_reference", "transaction_id", earlier.toString()))
                    .asException();
        }
    }

    private static StampDetails details(
            StampCommand command, Attribution by, @Nullable String note, @Nullable BigDecimal purchaseAmount) {
        Repeat repeat = command.origin().repeat();
        return new StampDetails(
                purchaseAmount,
                by.staffId(),
                by.name(),
                note,
                command.order().map(Order::reference).orElse(null),
                repeat == null ? null : repeat.id(),
                command.origin().requestId());
    }

    private static Optional<Problem> inactive(MemberRef member) {
        return member.isActive()
                ? Optional.empty()
                : Optional.of(Problem.of(Code.ACCOUNT_INACTIVE, "This member is not active."));
    }

    private static void refuse(Optional<Problem> problem) {
        if (problem.isPresent()) {
            throw problem.get().asException();
        }
    }

    private Moment moment() {
        return new Moment(Uuids.at(now()), now());
    }

    private Instant now() {
        return state.now();
    }
}
