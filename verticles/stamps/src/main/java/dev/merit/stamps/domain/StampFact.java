package dev.merit.stamps.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.StampRedemptionId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.StampsChanged;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A fact: something that happened to a member's stamps. Never changed, never deleted.
 *
 * @param sequence 1, 2, 3 … on this member's card, without a gap
 * @param stamps what it adds to the open round; negative when it takes
 * @param after the row as it is with it
 * @param required stamps for a full card, at that moment
 * @param credit the points of a completed round
 * @param redemption the reward that was handed out
 */
public record StampFact(
        StampKey key,
        ClubId club,
        long sequence,
        UUID id,
        StampEvent event,
        long stamps,
        Progress after,
        long required,
        @Nullable Credit credit,
        @Nullable StampRedemptionId redemption,
        StampDetails details,
        Instant createdAt) {

    /** Points that were credited for a completed round, and the ledger entry that says so. */
    public record Credit(CardId card, long points, TransactionId transaction) {}

    /** Points that it gave. */
    public long points() {
        return credit == null ? 0 : credit.points();
    }

    public StampsChanged changed() {
        return new StampsChanged(
                id,
                key.partner(),
                club,
                key.stampCard(),
                key.member(),
                event.word(),
                stamps,
                after.current() - stamps,
                after.current(),
                required,
                after.completedCount(),
                after.pendingRewards(),
                points(),
                credit == null ? null : credit.card(),
                credit == null ? null : credit.transaction(),
                redemption,
                after.expiresAt(),
                details.purchaseAmount(),
                details.staffId(),
                details.orderReference(),
                createdAt,
                details.requestId());
    }
}
