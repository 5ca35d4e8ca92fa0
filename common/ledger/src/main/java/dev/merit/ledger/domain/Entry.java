package dev.merit.ledger.domain;

import java.time.Instant;
import java.util.UUID;
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
}
