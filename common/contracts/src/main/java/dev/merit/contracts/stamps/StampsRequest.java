package dev.merit.contracts.stamps;

import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Command;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Page;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Request;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.StampRedemptionId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of stamps: stamp cards, stamps and the rewards of full cards. */
public sealed interface StampsRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("stamps", Duration.ofSeconds(3));

    @Override
    default Address address() {
        return ADDRESS;
    }

    record ListStampCards(
            PartnerId partner,
            @Nullable ClubId club,
            @Nullable String q,
            @Nullable Boolean isActive,
            Paging paging) implements StampsRequest<StampCardPage> {}

    record FindStampCard(PartnerId partner, StampCardId stampCard) implements StampsRequest<StampCard> {}

    /**
     * NOT_FOUND on {@code club_id} and {@code reward_card_id}; VALIDATION_FAILED on {@code reward_card_id} for a card
     * of another club; LIMIT_REACHED when the partner already has {@code limit} stamp cards (-1: no limit).
     */
    record CreateStampCard(PartnerId partner, StampCardFields fields, int limit, Origin origin)
            implements StampsRequest<StampCard>, Command<StampCard> {}

    /** What members have stays; a smaller {@code stamps_required} completes rounds with the member's next stamp. */
    record UpdateStampCard(PartnerId partner, StampCardId stampCard, Patch patch, Origin origin)
            implements StampsRequest<StampCard>, Command<StampCard> {}

    /** Hides the stamp card and refuses new use; its history stays. */
    record DeleteStampCard(PartnerId partner, StampCardId stampCard, Origin origin)
            implements StampsRequest<Deleted>, Command<Deleted> {}

    /** Asks whether stamp cards hang on a club. */
    record CountStampCards(PartnerId partner, ClubId club) implements StampsRequest<StampCardCount> {}

    /**
     * Adds stamps, and completes as many rounds as they fill. NOT_FOUND, also on {@code member_identifier} and {@code
     * staff_id}; VALIDATION_FAILED on {@code stamps} over the card's limit for one call, and on {@code staff_id};
     * ACCOUNT_INACTIVE, STAMP_CARD_UNAVAILABLE, PURCHASE_BELOW_MINIMUM, STAMP_LIMIT_REACHED, or CONFLICT for an order
     * reference that got its stamps already.
     */
    record AddStamps(PartnerId partner, StampCardId stampCard, StampFields fields, Origin origin)
            implements StampsRequest<StampsAdded>, Command<StampsAdded> {}

    /**
     * Hands out the reward of one completed round. NOT_FOUND as for {@link AddStamps}; ACCOUNT_INACTIVE,
     * STAMP_CARD_UNAVAILABLE for an inactive card, STAMPS_INCOMPLETE when no reward is pending.
     */
    record RedeemStamps(PartnerId partner, StampCardId stampCard, StampRedemptionFields fields, Origin origin)
            implements StampsRequest<StampsRedeemed>, Command<StampsRedeemed> {}

    /**
     * All stamp cards on which a member has ever had a stamp, the last used first.
     *
     * @param partner null for those of all partners, which only the member may see
     */
    record FindStampProgress(@Nullable PartnerId partner, MemberId member) implements StampsRequest<StampProgress> {}

    /**
     * The writable fields of a stamp card.
     *
     * @param title null: the name
     * @param requiresPhysicalClaim null: true without reward points, false with
     */
    record StampCardFields(
            ClubId clubId,
            String name,
            @Nullable String title,
            @Nullable String description,
            int stampsRequired,
            String stampIcon,
            String rewardTitle,
            @Nullable String rewardDescription,
            @Nullable Long rewardPoints,
            @Nullable CardId rewardCardId,
            @Nullable Boolean requiresPhysicalClaim,
            @Nullable Integer stampsExpireDays,
            @Nullable Integer maxStampsPerDay,
            int maxStampsPerTransaction,
            @Nullable BigDecimal minPurchaseAmount,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor,
            boolean isActive,
            boolean isVisibleByDefault) {

        /**
         * Whether staff hands out something for a completed round. Not named as a getter: it is not part of the JSON.
         */
        public boolean claimsPhysically() {
            return requiresPhysicalClaim == null ? rewardPoints == null : requiresPhysicalClaim;
        }
    }

    record StampCard(
            StampCardId id,
            ClubId clubId,
            String name,
            String title,
            @Nullable String description,
            int stampsRequired,
            String stampIcon,
            String rewardTitle,
            @Nullable String rewardDescription,
            @Nullable Long rewardPoints,
            @Nullable CardId rewardCardId,
            boolean requiresPhysicalClaim,
            @Nullable Integer stampsExpireDays,
            @Nullable Integer maxStampsPerDay,
            int maxStampsPerTransaction,
            @Nullable BigDecimal minPurchaseAmount,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor,
            boolean isActive,
            boolean isVisibleByDefault,
            Instant createdAt,
            Instant updatedAt) {}

    record StampCardPage(List<StampCard> items, Pagination pagination) implements Page<StampCard> {}

    record StampCardCount(long stampCards) {}

    record StampFields(
            String memberIdentifier,
            int stamps,
            @Nullable BigDecimal purchaseAmount,
            @Nullable StaffId staffId,
            @Nullable String note,
            @Nullable String orderReference) {
        public StampFields {
            if (stamps < 1) {
                throw new IllegalArgumentException("at least one stamp");
            }
        }
    }

    record StampRedemptionFields(
            String memberIdentifier,
            @Nullable StaffId staffId,
            @Nullable String note) {}

    /**
     * The answer to added stamps.
     *
     * @param completed rounds that this call completed
     * @param completedCount rounds that the member ever completed
     * @param pendingRewards rewards that wait to be handed out
     * @param stampsExpireAt when the stamps of the open round lapse; null when never, or when there are none
     */
    record StampsAdded(
            StampCardId stampCardId,
            MemberId memberId,
            long stampsAdded,
            long currentStamps,
            long stampsRequired,
            long completed,
            long completedCount,
            long pendingRewards,
            long pointsAwarded,
            @Nullable Instant stampsExpireAt) {}

    record StampsRedeemed(
            StampCardId stampCardId,
            MemberId memberId,
            String rewardTitle,
            long pendingRewards,
            long currentStamps,
            long completedCount,
            StampRedemptionId redemptionId) {}

    /** A member on one stamp card, as of now: stamps that have expired are not counted. */
    record StampCardProgress(
            StampCardId stampCardId,
            PartnerId partnerId,
            ClubId clubId,
            String title,
            @Nullable String description,
            String stampIcon,
            long stampsRequired,
            long currentStamps,
            long completedCount,
            long pendingRewards,
            String rewardTitle,
            @Nullable String rewardDescription,
            @Nullable Long rewardPoints,
            @Nullable String bgColor,
            @Nullable String textColor,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            boolean isActive,
            @Nullable Instant stampsExpireAt) {}

    record StampProgress(List<StampCardProgress> items) {}
}
