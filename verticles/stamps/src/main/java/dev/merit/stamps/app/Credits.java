package dev.merit.stamps.app;

import dev.merit.contracts.Problem;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.MemberNews;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.store.LockedAccounts;
import dev.merit.platform.Uuids;
import dev.merit.stamps.app.RewardCards.RewardCard;
import dev.merit.stamps.domain.StampDetails;
import dev.merit.stamps.domain.StampFact;
import dev.merit.stamps.domain.StampKey;
import dev.merit.stamps.domain.StampTerms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Points that full stamp cards give, on accounts that are locked with the stamps: one ledger entry for each round. A
 * loyalty card that is switched off or over gets them too, as they were promised; one that is deleted cannot.
 */
final class Credits {
    private final LockedAccounts accounts;
    private final Map<AccountKey, AccountBook> books = new LinkedHashMap<>();

    Credits(LockedAccounts accounts) {
        this.accounts = accounts;
    }

    /** Whether the loyalty card is there, and by the ledger's own word in the club of the stamp card. */
    boolean isPossible(StampCommand command, StampTerms terms) {
        return command.account()
                .flatMap(accounts::clubOf)
                .filter(terms.club()::equals)
                .isPresent();
    }

    /** Why the account cannot take the points of so many rounds. */
    Optional<Problem> refuse(StampCommand command, StampTerms terms, long rounds) {
        StampTerms.Points points = terms.points();
        if (points == null || rounds == 0) {
            return Optional.empty();
        }
        AccountBook book =
                open(command.account().orElseThrow(), command.origin().requestId());
        return book.balance() + rounds * points.points() <= AccountBook.POINTS_MAX
                ? Optional.empty()
                : Optional.of(Problem.invalid("stamps", "The account cannot hold that many points."));
    }

    /** Books the points of one round; null where the stamp card gives none. */
    StampFact.@Nullable Credit credit(StampCommand command, StampTerms terms, StampDetails details) {
        StampTerms.Points points = terms.points();
        if (points == null) {
            return null;
        }
        RewardCard card = command.rewardCard().orElseThrow();
        AccountBook book = open(command.account().orElseThrow(), details.requestId());
        Entry entry = book.credit(
                EntryEvent.STAMP_CARD_REWARD,
                points.points(),
                Lot.expiryOf(now(), card.expireMonths()),
                stamp(),
                new Details(
                        null,
                        Details.References.NONE,
                        details.staffId(),
                        details.attributedTo(),
                        null,
                        details.operationId(),
                        details.requestId(),
                        now()));
        return new StampFact.Credit(card.id(), points.points(), new TransactionId(entry.id()));
    }

    Collection<AccountBook> books() {
        return books.values();
    }

    boolean isChanged() {
        return books.values().stream().anyMatch(AccountBook::isChanged);
    }

    /** Whether the entries enrol this member by themselves. */
    boolean enrols(Membership membership) {
        return MemberNews.enrolments(books.values()).stream()
                .anyMatch(enrolment -> enrolment.membership().equals(membership));
    }

    /** One event for each entry, and what the entries mean for members. */
    List<LoyaltyEvent> events() {
        var events = new ArrayList<LoyaltyEvent>();
        for (AccountBook book : books.values()) {
            book.entries()
                    .forEach(entry -> events.add(entry.recorded(book.standing().club())));
        }
        events.addAll(MemberNews.events(books.values(), Uuids::at));
        return events;
    }

    static Membership membership(StampKey key) {
        return new Membership(key.partner(), key.member());
    }

    /** The account with everything booked that has expired by now. */
    private AccountBook open(AccountKey key, String requestId) {
        AccountBook book = books.computeIfAbsent(key, accounts::open);
        var unused = book.expire(stamp(), Details.bySystem(requestId, now()));
        return book;
    }

    private Stamp stamp() {
        return new Stamp(Uuids.at(now()), now());
    }

    private Instant now() {
        return accounts.now();
    }
}
