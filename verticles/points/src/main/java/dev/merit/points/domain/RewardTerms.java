package dev.merit.points.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.Validity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A reward as a redemption has to see it. */
public record RewardTerms(
        RewardId id,
        String title,
        long pointsRequired,
        Set<CardId> cards,
        @Nullable Long maxTotal,
        @Nullable Long maxPerMember,
        Validity validity,
        boolean isActive) {

    public RewardTerms {
        cards = Set.copyOf(cards);
    }

    /**
     * Why the reward cannot be taken now.
     *
     * @param taken how often it was taken by anybody
     * @param takenByMember how often it was taken by this member
     */
    public Optional<Problem> refuse(Instant now, long taken, long takenByMember) {
        if (!isActive) {
            return unavailable("INACTIVE");
        }
        if (validity.isBefore(now)) {
            return unavailable("NOT_STARTED");
        }
        if (validity.isOver(now)) {
            return unavailable("EXPIRED");
        }
        if (maxTotal != null && taken >= maxTotal) {
            return unavailable("USED_UP");
        }
        if (maxPerMember != null && takenByMember >= maxPerMember) {
            return unavailable("MEMBER_LIMIT");
        }
        return Optional.empty();
    }

    /** Why this balance is not enough. */
    public Optional<Problem> refuseBalance(long balance) {
        if (balance >= pointsRequired) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Code.INSUFFICIENT_BALANCE,
                "Not enough points: the balance is " + balance + " and this reward takes " + pointsRequired + ".",
                Map.of("balance", balance, "required", pointsRequired, "deficit", pointsRequired - balance)));
    }

    /** The same reward at the price that was agreed on. */
    public RewardTerms costing(long points) {
        return new RewardTerms(id, title, points, cards, maxTotal, maxPerMember, validity, isActive);
    }

    private static Optional<Problem> unavailable(String reason) {
        return Optional.of(
                new Problem(Code.REWARD_UNAVAILABLE, "This reward cannot be taken now.", Map.of("reason", reason)));
    }
}
