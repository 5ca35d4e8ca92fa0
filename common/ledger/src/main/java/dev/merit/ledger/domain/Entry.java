package dev.merit.ledger.domain;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.ledger.domain.Details.Earned;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A fact: points that moved. Never changed, never deleted.
 *
 * @param sequence 1, 2, 3 … in the account, without a gap
 * @param points credited if positive
 * @param expiresAt when the credited points expire; null for debits and for points that never do
 * @param held the tiers held around it
 */
public record Entry(
        AccountKey account,
        long sequence,
        UUID id,
        EntryEvent event,
        long points,
        long balanceAfter,
        @Nullable Instant expiresAt,
        Details details,
        Held held,
        Instant createdAt) {

    public long balanceBefore() {
        return balanceAfter - points;
    }

    /** Of a purchase its amount, of the reversal of a purchase the part that was taken back. */
    public @Nullable BigDecimal purchaseAmount() {
        Details.Part part = part();
        return part == null ? earned(Earned::purchaseAmount) : part.amount();
    }

    /** What {@link #purchaseAmount()} is in. */
    public @Nullable String currency() {
        Details.Part part = part();
        return part == null ? earned(Earned::currency) : part.currency();
    }

    private Details.@Nullable Part part() {
        Details.Correction correction = details.correction();
        return correction == null ? null : correction.taken();
    }

    /** Its event, the same whoever booked it. */
    public TransactionRecorded recorded(ClubId club) {
        Details.References references = details.references();
        return new TransactionRecorded(
                new TransactionId(id),
                account.partner(),
                club,
                account.card(),
                account.member(),
                sequence,
                event.word(),
                points,
                balanceAfter,
                purchaseAmount(),
                currency(),
                earned(Earned::basePoints),
                earned(Earned::tierBonusPoints),
                earned(Earned::initialBonusPoints),
                earned(Earned::multiplier),
                held.before(),
                earned(Earned::rules),
                expiresAt,
                details.staffId(),
                references.rewardId(),
                references.voucherId(),
                references.reverses(),
                references.orderReference(),
                details.occurredAt(),
                createdAt,
                details.requestId());
    }

    private <T> @Nullable T earned(Function<Earned, T> of) {
        Earned earned = details.earned();
        return earned == null ? null : of.apply(earned);
    }
}
