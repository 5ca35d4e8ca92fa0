package dev.merit.points.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TransactionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A claim and what has become of it. It expires at its moment, by the database's clock, even before anybody has written
 * that down.
 *
 * @param club that the card belongs to
 * @param outcome as stored
 * @param readAt when it was read, by the database's clock; what is decided is decided then
 */
public record ClaimState(
        ClaimId id,
        PartnerId partner,
        MemberId member,
        ClubId club,
        CardId card,
        RewardId reward,
        Titles titles,
        long pointsRequired,
        Outcome outcome,
        Instant createdAt,
        Instant expiresAt,
        Instant readAt) {

    /** How card and reward are called today. */
    public record Titles(String card, String reward) {}

    /** How a claim ended, or that it has not. */
    public record Outcome(
            ClaimStatus status,
            @Nullable String reason,
            @Nullable StaffId staff,
            @Nullable TransactionId transaction,
            @Nullable Instant decidedAt) {
        public static final Outcome PENDING = new Outcome(ClaimStatus.PENDING, null, null, null, null);
    }

    public ClaimStatus status() {
        return isLapsed() ? ClaimStatus.EXPIRED : outcome.status();
    }

    /** Expired, but nobody has written it yet. */
    public boolean isLapsed() {
        return outcome.status() == ClaimStatus.PENDING && !expiresAt.isAfter(readAt);
    }

    /** When the claim came to its end; null while it is pending. */
    public @Nullable Instant decidedAt() {
        return isLapsed() ? expiresAt : outcome.decidedAt();
    }

    /** Why nothing can be done with the claim any more. */
    public Optional<Problem> refuse() {
        ClaimStatus now = status();
        return now == ClaimStatus.PENDING
                ? Optional.empty()
                : Optional.of(new Problem(
                        Code.CLAIM_NOT_PENDING, "This claim is " + now.word() + ".", Map.of("status", now.word())));
    }

    public ClaimState confirmed(TransactionId transaction, @Nullable StaffId staff) {
        return with(new Outcome(ClaimStatus.CONFIRMED, null, staff, transaction, readAt));
    }

    public ClaimState rejected(@Nullable String reason, @Nullable StaffId staff) {
        return with(new Outcome(ClaimStatus.REJECTED, reason, staff, null, readAt));
    }

    public ClaimState withdrawn() {
        return with(new Outcome(ClaimStatus.WITHDRAWN, null, null, null, readAt));
    }

    /** The same claim with its expiry written: it looks as before. */
    public ClaimState expired() {
        return with(new Outcome(ClaimStatus.EXPIRED, null, null, null, expiresAt));
    }

    private ClaimState with(Outcome decided) {
        return new ClaimState(
                id, partner, member, club, card, reward, titles, pointsRequired, decided, createdAt, expiresAt, readAt);
    }
}
