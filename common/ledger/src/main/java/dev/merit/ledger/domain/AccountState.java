package dev.merit.ledger.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account's row.
 *
 * @param lifetime all points ever earned, less reversals
 * @param entryCount the number of the last entry
 * @param purchaseCount purchases that stand; at none, the next one is the first earning
 * @param nextExpiry the earliest expiry of a lot with points left
 */
public record AccountState(
        long balance,
        long lifetime,
        long entryCount,
        long purchaseCount,
        @Nullable Instant nextExpiry) {

    /** A member who has never earned on the card. */
    public static final AccountState UNOPENED = new AccountState(0, 0, 0, 0, null);
}
