package dev.merit.ledger.domain;

import dev.merit.contracts.event.LoyaltyEvent.Counted;
import dev.merit.contracts.event.LoyaltyEvent.MemberTierChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** What bookings mean for members beyond their points: who is new to a partner, and who holds another tier. */
public final class MemberNews {
    private MemberNews() {}

    /** Members whom these bookings enrol, each once. */
    public static List<Enrolment> enrolments(Collection<AccountBook> books) {
        Map<Membership, Enrolment> enrolments = new LinkedHashMap<>();
        for (AccountBook book : books) {
            if (book.isChanged() && book.isOfStranger()) {
                Entry first = book.entries().getFirst();
                var membership = book.key().membership();
                enrolments.putIfAbsent(
                        membership,
                        new Enrolment(
                                membership, first.createdAt(), first.details().requestId()));
            }
        }
        return List.copyOf(enrolments.values());
    }

    /** Standings where another tier is held than was announced. */
    public static List<Standing> changed(Collection<AccountBook> books) {
        return books.stream()
                .map(AccountBook::standing)
                .filter(standing -> !standing.changes().isEmpty())
                .distinct()
                .toList();
    }

    /**
     * The events of all that, enrolments first. Whoever appends the bookings appends these to the outbox.
     *
     * @param ids makes an id for an event of that time
     */
    public static List<Counted> events(Collection<AccountBook> books, Function<Instant, UUID> ids) {
        var events = new ArrayList<Counted>();
        enrolments(books).forEach(enrolment -> events.add(enrolment.event(ids.apply(enrolment.at()))));
        for (Standing standing : changed(books)) {
            StandingKey key = standing.key().orElseThrow();
            standing.changes().forEach(change -> events.add(event(key, change, ids.apply(change.at()))));
        }
        return events;
    }

    private static MemberTierChanged event(StandingKey key, Standing.Change change, UUID id) {
        return new MemberTierChanged(
                id,
                key.partner(),
                key.club(),
                key.member(),
                MemberTierChanged.EVENT,
                change.before(),
                change.after(),
                change.lifetime(),
                change.at(),
                change.requestId());
    }
}
