package dev.merit.stamps.domain;

import dev.merit.contracts.StampRedemptionId;
import dev.merit.stamps.domain.StampFact.Credit;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member's stamps on one card, open for change: it starts from what was read under lock, takes changes one after
 * another, and knows at the end what has to be written. Time and ids are handed in.
 *
 * <p>Invariants, after every call: granted = consumed + current + expired; what waits and what was handed out is no
 * more than the completed rounds; events are numbered without a gap. Whoever adds stamps then completes while the card
 * {@link #isFull}.
 */
public final class StampBook {
    private final StampKey key;
    private final boolean existing;
    private final List<StampFact> facts = new ArrayList<>();
    private Progress progress;

    private StampBook(StampKey key, Progress progress) {
        this.key = key;
        this.existing = progress.eventCount() > 0;
        this.progress = progress;
    }

    /** Opens a member's stamps as they were read; {@link Progress#NONE} where there is no row. */
    public static StampBook open(StampKey key, Progress progress) {
        return new StampBook(key, progress);
    }

    /**
     * Lets the open round lapse, if its time is over: every other change at this moment has to come after this. What
     * was completed stays.
     */
    public Optional<StampFact> expire(StampTerms terms, Moment moment, StampDetails details) {
        Instant expiresAt = progress.expiresAt();
        if (expiresAt == null || expiresAt.isAfter(moment.at())) {
            return Optional.empty();
        }
        long lapsed = progress.current();
        Progress after = new Progress(
                progress.granted(),
                0,
                progress.consumed(),
                progress.expired() + lapsed,
                progress.completedCount(),
                progress.pendingRewards(),
                progress.redeemedCount(),
                progress.eventCount() + 1,
                progress.lastStampAt(),
                null,
                progress.today());
        return Optional.of(note(new Change(StampEvent.EXPIRED, after, null, null), terms, moment, details));
    }

    /** Adds stamps to the open round, and begins its time anew. */
    public StampFact add(long stamps, LocalDate day, StampTerms terms, Moment moment, StampDetails details) {
        if (stamps <= 0) {
            throw new IllegalArgumentException("stamps must be positive: " + stamps);
        }
        Progress after = new Progress(
                progress.granted() + stamps,
                progress.current() + stamps,
                progress.consumed(),
                progress.expired(),
                progress.completedCount(),
                progress.pendingRewards(),
                progress.redeemedCount(),
                progress.eventCount() + 1,
                moment.at(),
                terms.expiryOf(moment.at()),
                progress.today().plus(day, stamps));
        return note(new Change(StampEvent.ADDED, after, null, null), terms, moment, details);
    }

    /** Whether the open round has all the stamps that the card takes now. */
    public boolean isFull(StampTerms terms) {
        return progress.current() >= terms.required();
    }

    /**
     * Completes a full round; the surplus begins the next.
     *
     * @param credit the points that were booked for it, where the card gives any
     */
    public StampFact complete(StampTerms terms, @Nullable Credit credit, Moment moment, StampDetails details) {
        if (!isFull(terms)) {
            throw new IllegalStateException("a round of " + progress.current() + " of " + terms.required());
        }
        long left = progress.current() - terms.required();
        Progress after = new Progress(
                progress.granted(),
                left,
                progress.consumed() + terms.required(),
                progress.expired(),
                progress.completedCount() + 1,
                progress.pendingRewards() + (terms.isClaimed() ? 1 : 0),
                progress.redeemedCount(),
                progress.eventCount() + 1,
                progress.lastStampAt(),
                left == 0 ? null : progress.expiresAt(),
                progress.today());
        return note(new Change(StampEvent.COMPLETED, after, credit, null), terms, moment, details.consequence());
    }

    /**
     * Hands out a pending reward.
     *
     * @throws IllegalStateException when none is pending: whoever calls this has looked
     */
    public StampFact redeem(StampTerms terms, StampRedemptionId id, Moment moment, StampDetails details) {
        if (progress.pendingRewards() == 0) {
            throw new IllegalStateException("no reward is pending");
        }
        Progress after = new Progress(
                progress.granted(),
                progress.current(),
                progress.consumed(),
                progress.expired(),
                progress.completedCount(),
                progress.pendingRewards() - 1,
                progress.redeemedCount() + 1,
                progress.eventCount() + 1,
                progress.lastStampAt(),
                progress.expiresAt(),
                progress.today());
        return note(new Change(StampEvent.REDEEMED, after, null, id), terms, moment, details);
    }

    public StampKey key() {
        return key;
    }

    public Progress progress() {
        return progress;
    }

    /** Stamps that were added on a day. */
    public long addedOn(LocalDate day) {
        return progress.today().on(day);
    }

    /** Rounds that so many more stamps would complete. */
    public long roundsWith(long stamps, StampTerms terms) {
        return (progress.current() + stamps) / terms.required();
    }

    /** Whether the row is there already. */
    public boolean isExisting() {
        return existing;
    }

    public boolean isChanged() {
        return !facts.isEmpty();
    }

    /** What happened since the book was opened, in order. */
    public List<StampFact> facts() {
        return List.copyOf(facts);
    }

    private record Change(
            StampEvent event,
            Progress after,
            @Nullable Credit credit,
            @Nullable StampRedemptionId redemption) {}

    private StampFact note(Change change, StampTerms terms, Moment moment, StampDetails details) {
        long stamps = change.after().current() - progress.current();
        progress = change.after();
        StampFact fact = new StampFact(
                key,
                terms.club(),
                progress.eventCount(),
                moment.id(),
                change.event(),
                stamps,
                progress,
                terms.required(),
                change.credit(),
                change.redemption(),
                details,
                moment.at());
        facts.add(fact);
        return fact;
    }
}
