package dev.merit.analyst.domain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the ledger, as its event tells it.
 *
 * @param sequence 1, 2, 3 … in the account
 * @param event why points moved
 * @param points what it adds to the balance
 * @param expiresAt when the points it gives expire; null when never, and when it takes
 * @param reverses the entry that it takes back
 * @param at when it was booked
 */
public record Booked(
        UUID id,
        AccountKey account,
        long sequence,
        String event,
        long points,
        long balanceAfter,
        @Nullable Instant expiresAt,
        @Nullable UUID reverses,
        Instant at) {

    /** Whether it gives points back to the lots that a redemption took them from. */
    public boolean undoesRedemption() {
        return event.equals(Kind.REDEMPTION_REVERSAL);
    }
}
