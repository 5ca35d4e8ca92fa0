package dev.merit.stamps.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.Validity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stamp cards for tests: one that takes so many stamps and gives something from the counter, varied. */
final class Terms {
    static final CardId POINTS_CARD = new CardId(UUID.randomUUID());

    private Terms() {}

    static StampTerms taking(long required) {
        return of(required, new StampTerms.Rules(null, null, 10, null), true);
    }

    static StampTerms of(long required, StampTerms.Rules rules, boolean isClaimed) {
        return new StampTerms(
                new StampCardId(new UUID(7, 7)),
                new ClubId(new UUID(8, 8)),
                required,
                "Coffee",
                null,
                isClaimed,
                rules,
                new Validity(null, null),
                true,
                false);
    }

    static StampTerms expiring(long required, @Nullable Integer days) {
        return of(required, new StampTerms.Rules(days, null, 10, null), true);
    }

    static StampTerms valid(@Nullable Instant from, @Nullable Instant until, boolean isActive) {
        StampTerms plain = taking(10);
        return new StampTerms(
                plain.id(),
                plain.club(),
                plain.required(),
                plain.rewardTitle(),
                null,
                true,
                plain.rules(),
                new Validity(from, until),
                isActive,
                false);
    }
}
