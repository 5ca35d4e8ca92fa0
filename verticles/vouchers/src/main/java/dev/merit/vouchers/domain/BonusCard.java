package dev.merit.vouchers.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Validity;
import dev.merit.ledger.domain.Lot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The card that bonus points go to, as far as it matters to a voucher. */
public record BonusCard(
        CardId id, ClubId club, @Nullable Integer pointsExpireMonths, Validity validity, boolean isActive) {

    /** When points credited at {@code now} expire; null is never. */
    public @Nullable Instant expiryOf(Instant now) {
        return Lot.expiryOf(now, pointsExpireMonths);
    }
}
