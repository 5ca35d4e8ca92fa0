package dev.merit.ledger.domain;

import dev.merit.contracts.TierId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a member is to a partner and in one of its clubs.
 *
 * @param enrolledAt null for a stranger
 * @param tier held in the club; null for none
 * @param hasPurchased whether a purchase on any card of the club stands
 */
public record MemberFacts(
        @Nullable Instant enrolledAt, @Nullable TierId tier, boolean hasPurchased) {
    public static final MemberFacts OF_STRANGER = new MemberFacts(null, null, false);
}
