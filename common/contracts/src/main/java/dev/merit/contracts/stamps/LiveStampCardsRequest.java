package dev.merit.contracts.stamps;

import dev.merit.contracts.Address;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Request;
import dev.merit.contracts.StampCardId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stamp cards as anybody may find them, of whichever partner. Only live ones are told of: active, not deleted, begun
 * and not over. Whether the partner is active, {@code keys} knows.
 */
public sealed interface LiveStampCardsRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("stamps.live", Duration.ofSeconds(3));

    /** How many a list holds; what is older is left out. */
    int LISTED_MAX = 100;

    @Override
    default Address address() {
        return ADDRESS;
    }

    /**
     * Lists the stamp cards that these partners show to everybody, newest first, {@value #LISTED_MAX} at most.
     *
     * @param member whose side of each stamp card is told; null for a stranger
     */
    record ListLiveStampCards(
            List<PartnerId> partners, @Nullable MemberId member) implements LiveStampCardsRequest<LiveStampCards> {
        public ListLiveStampCards {
            partners = List.copyOf(partners);
        }
    }

    /** Finds a stamp card, whether or not it is shown to everybody; else NOT_FOUND. */
    record FindLiveStampCard(
            StampCardId stampCard, @Nullable MemberId member) implements LiveStampCardsRequest<LiveStampCard> {}

    /**
     * A stamp card and the member's side of it.
     *
     * @param isEnrolled whether the member ever had a stamp on it; false for a stranger
     * @param currentStamps of the open round, without those that have expired
     */
    record LiveStampCard(
            PartnerId partnerId,
            StampCardId id,
            String title,
            @Nullable String description,
            long stampsRequired,
            String stampIcon,
            String rewardTitle,
            @Nullable String rewardDescription,
            @Nullable Long rewardPoints,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor,
            boolean isEnrolled,
            long currentStamps,
            long completedCount) {}

    record LiveStampCards(List<LiveStampCard> items) {}
}
