package dev.merit.contracts.points;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
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
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.Request;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.VoucherId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of points: cards, rewards, claims, transactions and balances. */
public sealed interface PointsRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("points", Duration.ofSeconds(3));

    @Override
    default Address address() {
        return ADDRESS;
    }

    record ListCards(
            PartnerId partner,
            @Nullable ClubId club,
            @Nullable String q,
            @Nullable Boolean isActive,
            Paging paging) implements PointsRequest<CardPage> {}

    record FindCard(PartnerId partner, CardId card) implements PointsRequest<Card> {}

    /** NOT_FOUND on {@code club_id}; LIMIT_REACHED when the partner already has {@code limit} cards (-1: no limit). */
    record CreateCard(PartnerId partner, CardFields fields, int limit, Origin origin)
            implements PointsRequest<Card>, Command<Card> {}

    /** VALIDATION_FAILED on {@code club_id} for another club once members have points on the card. */
    record UpdateCard(PartnerId partner, CardId card, Patch patch, Origin origin)
            implements PointsRequest<Card>, Command<Card> {}

    /** Hides the card and refuses new use; its history stays readable. */
    record DeleteCard(PartnerId partner, CardId card, Origin origin)
            implements PointsRequest<Deleted>, Command<Deleted> {}

    /** Asks what hangs on a club. */
    record CountInClub(PartnerId partner, ClubId club) implements PointsRequest<ClubCount> {}

    record ListRewards(
            PartnerId partner,
            @Nullable CardId card,
            @Nullable String q,
            @Nullable Boolean isActive,
            Paging paging) implements PointsRequest<RewardPage> {}

    record FindReward(PartnerId partner, RewardId reward) implements PointsRequest<Reward> {}

    /** NOT_FOUND on {@code card_ids}; LIMIT_REACHED when the partner already has {@code limit} rewards. */
    record CreateReward(PartnerId partner, RewardFields fields, int limit, Origin origin)
            implements PointsRequest<Reward>, Command<Reward> {}

    record UpdateReward(PartnerId partner, RewardId reward, Patch patch, Origin origin)
            implements PointsRequest<Reward>, Command<Reward> {}

    record DeleteReward(PartnerId partner, RewardId reward, Origin origin)
            implements PointsRequest<Deleted>, Command<Deleted> {}

    record ListTiers(
            PartnerId partner,
            @Nullable ClubId club,
            @Nullable String q,
            @Nullable Boolean isActive,
            Paging paging) implements PointsRequest<TierPage> {}

    record FindTier(PartnerId partner, TierId tier) implements PointsRequest<Tier> {}

    /** NOT_FOUND on {@code club_id}; LIMIT_REACHED; CONFLICT when another tier of the club has the threshold. */
    record CreateTier(PartnerId partner, TierFields fields, Origin origin)
            implements PointsRequest<Tier>, Command<Tier> {}

    /** As {@link CreateTier}. Who holds the tier changes at once; the event follows with a member's next booking. */
    record UpdateTier(PartnerId partner, TierId tier, Patch patch, Origin origin)
            implements PointsRequest<Tier>, Command<Tier> {}

    /** Nobody holds it any more; transactions still name it. */
    record DeleteTier(PartnerId partner, TierId tier, Origin origin)
            implements PointsRequest<Deleted>, Command<Deleted> {}

    /**
     * Awards points for a purchase. NOT_FOUND on {@code card_id}, {@code member_identifier} or {@code staff_id};
     * CARD_INACTIVE, CARD_NOT_STARTED, CARD_EXPIRED, PURCHASE_BELOW_MINIMUM, ACCOUNT_INACTIVE, or VALIDATION_FAILED
     * on {@code purchase_amount} when it has more decimals than the card's currency.
     */
    record Purchase(PartnerId partner, PurchaseFields fields, Origin origin)
            implements PointsRequest<Purchased>, Command<Purchased> {}

    /**
     * Takes the points of a reward. NOT_FOUND on {@code card_id}, {@code reward_id}, {@code member_identifier} or
     * {@code staff_id}; VALIDATION_FAILED on {@code reward_id} when the reward is not on that card; CARD_INACTIVE,
     * CARD_NOT_STARTED, CARD_EXPIRED, REWARD_UNAVAILABLE, ACCOUNT_INACTIVE or INSUFFICIENT_BALANCE.
     */
    record Redeem(PartnerId partner, RedeemFields fields, Origin origin)
            implements PointsRequest<Redeemed>, Command<Redeemed> {}

    /**
     * Takes a purchase back, or a part of it, or gives a redemption back. NOT_FOUND for an unknown transaction, and on
     * {@code staff_id}; NOT_REVERSIBLE for what is no purchase or redemption, or is wholly reversed; VALIDATION_FAILED
     * on {@code amount}; INSUFFICIENT_BALANCE when the balance may not become negative. The state of card, reward and
     * member does not matter.
     */
    record Reverse(PartnerId partner, TransactionId transaction, ReverseFields fields, Origin origin)
            implements PointsRequest<Corrected>, Command<Corrected> {}

    /**
     * Moves points by hand. NOT_FOUND on {@code card_id}, {@code member_identifier} or {@code staff_id}; CONFLICT for a
     * known {@code order_reference}; ACCOUNT_INACTIVE, or INSUFFICIENT_BALANCE for a debit below zero. Whether the card
     * is active does not matter.
     */
    record Adjust(PartnerId partner, AdjustFields fields, Origin origin)
            implements PointsRequest<Corrected>, Command<Corrected> {}

    /**
     * Records many purchases in one transaction; each is judged as a {@link Purchase} of its own. VALIDATION_FAILED
     * with {@code details.items} when they stand or fall together and one is refused.
     */
    record PurchaseBatch(PartnerId partner, List<BatchItem> items, BatchMode mode, Origin origin)
            implements PointsRequest<PurchasedBatch>, Command<PurchasedBatch> {
        public static final int ITEMS_MAX = 1_000;

        /** The same service, but a batch takes longer than anybody waits for one purchase. */
        private static final Address ADDRESS = new Address(PointsRequest.ADDRESS.name(), Duration.ofSeconds(20));

        public PurchaseBatch {
            items = List.copyOf(items);
            if (items.isEmpty() || items.size() > ITEMS_MAX) {
                throw new IllegalArgumentException("a batch of " + items.size() + " items");
            }
        }

        @Override
        public Address address() {
            return ADDRESS;
        }
    }

    record ListTransactions(PartnerId partner, TransactionFilter filter, Paging paging)
            implements PointsRequest<TransactionPage> {}

    record FindTransaction(PartnerId partner, TransactionId transaction) implements PointsRequest<Transaction> {}

    /** NOT_FOUND for a member that the partner does not know and for a card that it does not have. */
    record FindBalance(PartnerId partner, MemberId member, CardId card) implements PointsRequest<Balance> {}

    /**
     * A member asks for a reward; no points move before staff confirms it. NOT_FOUND for a reward on none of the
     * member's cards, and on {@code card_id} for a card that is none of them; VALIDATION_FAILED on {@code
     * card_id} when the reward is not on that card; CARD_INACTIVE, CARD_NOT_STARTED, CARD_EXPIRED, REWARD_UNAVAILABLE
     * or INSUFFICIENT_BALANCE. A claim of the same reward that is still pending is answered again.
     *
     * @param card null takes the one with the best balance
     */
    record ClaimReward(
            MemberId member, RewardId reward, @Nullable CardId card, Origin origin)
            implements PointsRequest<ClaimSubmitted>, Command<ClaimSubmitted> {}

    record ListMemberClaims(MemberId member, Paging paging) implements PointsRequest<MemberClaimPage> {}

    /** CLAIM_NOT_PENDING when it has come to its end already. */
    record WithdrawClaim(MemberId member, ClaimId claim, Origin origin)
            implements PointsRequest<Deleted>, Command<Deleted> {}

    /**
     * Lists a partner's claims, newest first.
     *
     * @param status only those that have it now; a claim past its time is {@code expired}
     */
    record ListClaims(PartnerId partner, @Nullable String status, Paging paging) implements PointsRequest<ClaimPage> {}

    /**
     * Takes the claimed reward at the price of the claim. CLAIM_NOT_PENDING, NOT_FOUND or VALIDATION_FAILED on
     * {@code staff_id}, and whatever {@link Redeem} refuses, after which the claim is still pending.
     */
    record ConfirmClaim(PartnerId partner, ClaimId claim, ConfirmFields fields, Origin origin)
            implements PointsRequest<ConfirmedClaim>, Command<ConfirmedClaim> {}

    /** CLAIM_NOT_PENDING; NOT_FOUND or VALIDATION_FAILED on {@code staff_id}. */
    record RejectClaim(PartnerId partner, ClaimId claim, RejectFields fields, Origin origin)
            implements PointsRequest<Claim>, Command<Claim> {}

    /** The writable fields of a card. Null currency: the club's. */
    record CardFields(
            ClubId clubId,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String currency,
            long pointsPerCurrency,
            BigDecimal currencyUnitAmount,
            @Nullable BigDecimal minPurchaseAmount,
            @Nullable Long maxPointsPerPurchase,
            long initialBonusPoints,
            @Nullable Integer pointsExpireMonths,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor,
            @Nullable String logoUrl,
            boolean isActive,
            boolean isVisibleByDefault) {

        /** The same card in a currency. */
        public CardFields inCurrency(String code) {
            return new CardFields(
                    clubId,
                    name,
                    title,
                    description,
                    code,
                    pointsPerCurrency,
                    currencyUnitAmount,
                    minPurchaseAmount,
                    maxPointsPerPurchase,
                    initialBonusPoints,
                    pointsExpireMonths,
                    validFrom,
                    validUntil,
                    bgColor,
                    textColor,
                    logoUrl,
                    isActive,
                    isVisibleByDefault);
        }
    }

    record Card(
            CardId id,
            ClubId clubId,
            String name,
            String title,
            @Nullable String description,
            String uniqueIdentifier,
            String currency,
            long pointsPerCurrency,
            BigDecimal currencyUnitAmount,
            @Nullable BigDecimal minPurchaseAmount,
            @Nullable Long maxPointsPerPurchase,
            long initialBonusPoints,
            @Nullable Integer pointsExpireMonths,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor,
            @Nullable String logoUrl,
            boolean isActive,
            boolean isVisibleByDefault,
            long rewardsCount,
            long membersCount,
            Instant createdAt,
            Instant updatedAt) {}

    record CardPage(List<Card> items, Pagination pagination) implements Page<Card> {}

    record ClubCount(long cards, long tiers) {}

    record RewardFields(
            List<CardId> cardIds,
            String name,
            @Nullable String title,
            @Nullable String description,
            long pointsRequired,
            @Nullable Long maxRedemptionsTotal,
            @Nullable Long maxRedemptionsPerMember,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable String imageUrl,
            boolean isActive) {
        public RewardFields {
            cardIds = List.copyOf(cardIds);
        }
    }

    record Reward(
            RewardId id,
            List<CardId> cardIds,
            String name,
            String title,
            @Nullable String description,
            long pointsRequired,
            @Nullable Long maxRedemptionsTotal,
            @Nullable Long maxRedemptionsPerMember,
            @Nullable Instant validFrom,
            @Nullable Instant validUntil,
            @Nullable String imageUrl,
            boolean isActive,
            long timesRedeemed,
            Instant createdAt,
            Instant updatedAt) {}

    record RewardPage(List<Reward> items, Pagination pagination) implements Page<Reward> {}

    record PurchaseFields(
            CardId cardId,
            String memberIdentifier,
            BigDecimal purchaseAmount,
            @Nullable StaffId staffId,
            @Nullable String note,
            @Nullable String orderReference,
            @Nullable Instant occurredAt) {
        public PurchaseFields {
            if (purchaseAmount.signum() <= 0) {
                throw new IllegalArgumentException("a purchase has a positive amount");
            }
        }
    }

    record RedeemFields(
            CardId cardId,
            RewardId rewardId,
            String memberIdentifier,
            @Nullable StaffId staffId,
            @Nullable String note,
            @Nullable String orderReference) {}

    record ConfirmFields(
            @Nullable StaffId staffId, @Nullable String note) {}

    record RejectFields(@Nullable String reason, @Nullable StaffId staffId) {}

    /**
     * What is to be reversed, and why.
     *
     * @param amount a part of a purchase; null for all that is left
     */
    record ReverseFields(
            @Nullable BigDecimal amount,
            String reason,
            @Nullable StaffId staffId,
            @Nullable String note,
            OnInsufficient onInsufficient) {}

    /** What to do when points that are taken back were spent already. */
    enum OnInsufficient {
        /** The balance becomes negative; what is earned next pays for it. */
        @JsonProperty("negative")
        NEGATIVE,
        @JsonProperty("refuse")
        REFUSE
    }

    record AdjustFields(
            CardId cardId,
            String memberIdentifier,
            long points,
            String reason,
            @Nullable StaffId staffId,
            @Nullable String note,
            @Nullable String orderReference) {
        public AdjustFields {
            if (points == 0) {
                throw new IllegalArgumentException("an adjustment moves points");
            }
        }
    }

    /** Whether items of a batch stand or fall each by itself. */
    enum BatchMode {
        @JsonProperty("independent")
        INDEPENDENT,
        @JsonProperty("all_or_nothing")
        ALL_OR_NOTHING;

        /** The mode of this name in the API. */
        public static BatchMode of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * One purchase of a batch.
     *
     * @param fields null when the item was refused before it came here
     * @param repeat its own idempotency key
     * @param refusal why it is no purchase at all
     */
    record BatchItem(
            @Nullable PurchaseFields fields,
            Repeat repeat,
            @Nullable Problem refusal) {}

    record TransactionFilter(
            @Nullable String memberIdentifier,
            @Nullable CardId card,
            @Nullable String event,
            @Nullable LocalDate from,
            @Nullable LocalDate to) {}

    /** The writable fields of a tier. */
    record TierFields(
            ClubId clubId,
            String name,
            @Nullable String displayName,
            @Nullable String description,
            long pointsThreshold,
            BigDecimal multiplier,
            @Nullable String icon,
            @Nullable String color,
            List<String> benefits,
            boolean isActive) {
        public TierFields {
            benefits = List.copyOf(benefits);
        }
    }

    record Tier(
            TierId id,
            ClubId clubId,
            String name,
            @Nullable String displayName,
            @Nullable String description,
            long pointsThreshold,
            BigDecimal multiplier,
            @Nullable String icon,
            @Nullable String color,
            List<String> benefits,
            boolean isActive,
            Instant createdAt,
            Instant updatedAt) {}

    record TierPage(List<Tier> items, Pagination pagination) implements Page<Tier> {}

    /** A member's tier. */
    record TierRef(TierId id, String name, BigDecimal multiplier) {}

    /**
     * The answer to a purchase.
     *
     * @param tier held after the purchase, or null
     */
    record Purchased(
            TransactionId transactionId,
            String event,
            CardId cardId,
            MemberId memberId,
            BigDecimal purchaseAmount,
            String currency,
            long pointsAwarded,
            long basePoints,
            long tierBonusPoints,
            long initialBonusPoints,
            BigDecimal multiplier,
            long previousBalance,
            long newBalance,
            long memberBalance,
            @Nullable TierRef tier,
            @Nullable Instant pointsExpireAt,
            @Nullable StaffId staffId,
            String attributedTo,
            @Nullable String orderReference,
            @Nullable String note,
            Instant occurredAt,
            Instant createdAt) {}

    record Redeemed(
            TransactionId transactionId,
            long pointsDeducted,
            long memberBalance,
            long newBalance,
            RewardId rewardId,
            String reward,
            CardId cardId,
            MemberId memberId,
            long previousBalance,
            Instant createdAt) {}

    /** The answer to a claim that is pending. */
    record ClaimSubmitted(
            String status,
            RewardId rewardId,
            String rewardTitle,
            long pointsRequired,
            CardId cardId,
            String cardTitle,
            long currentBalance,
            String message,
            ClaimId claimId,
            Instant expiresAt) {}

    /** A claim as the partner sees it. */
    record Claim(
            ClaimId id,
            String status,
            MemberId memberId,
            CardId cardId,
            String cardTitle,
            RewardId rewardId,
            String rewardTitle,
            long pointsRequired,
            @Nullable String reason,
            @Nullable StaffId staffId,
            @Nullable TransactionId transactionId,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant decidedAt) {}

    record ClaimPage(List<Claim> items, Pagination pagination) implements Page<Claim> {}

    /** A claim together with the redemption that it led to. */
    record ConfirmedClaim(
            ClaimId id,
            String status,
            MemberId memberId,
            CardId cardId,
            String cardTitle,
            RewardId rewardId,
            String rewardTitle,
            long pointsRequired,
            @Nullable String reason,
            @Nullable StaffId staffId,
            @Nullable TransactionId transactionId,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant decidedAt,
            Redeemed transaction) {}

    /** A claim as its member sees it. */
    record MemberClaim(
            ClaimId id,
            String status,
            RewardId rewardId,
            String rewardTitle,
            long pointsRequired,
            CardId cardId,
            String cardTitle,
            @Nullable String reason,
            @Nullable TransactionId transactionId,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant decidedAt) {}

    record MemberClaimPage(List<MemberClaim> items, Pagination pagination) implements Page<MemberClaim> {}

    /**
     * The answer to a batch.
     *
     * @param items one for each item, in order
     */
    record PurchasedBatch(List<BatchResult> items, int succeeded, int failed) {
        public PurchasedBatch {
            items = List.copyOf(items);
        }
    }

    /** What became of one item: either data or an error. */
    record BatchResult(
            int index, @Nullable Purchased data, @Nullable Problem error) {}

    /**
     * The answer to a reversal or an adjustment: the fields of its transaction, all that a list shows.
     *
     * @param id the same as the transaction id
     * @param newBalance after everything that was booked, an expiry at the same moment included
     */
    record Corrected(
            TransactionId transactionId,
            TransactionId id,
            String event,
            CardId cardId,
            MemberId memberId,
            long points,
            long balanceAfter,
            long previousBalance,
            long newBalance,
            long memberBalance,
            @Nullable BigDecimal purchaseAmount,
            @Nullable String currency,
            @Nullable Long pointsAwarded,
            @Nullable Long basePoints,
            @Nullable Long tierBonusPoints,
            @Nullable Long initialBonusPoints,
            @Nullable BigDecimal multiplier,
            @Nullable TierRef tier,
            @Nullable Instant pointsExpireAt,
            @Nullable StaffId staffId,
            String attributedTo,
            @Nullable RewardId rewardId,
            @Nullable VoucherId voucherId,
            @Nullable TransactionId reverses,
            @Nullable TransactionId reversedBy,
            @Nullable BigDecimal reversedAmount,
            String reason,
            @Nullable String orderReference,
            @Nullable String note,
            Instant occurredAt,
            Instant createdAt) {}

    /**
     * A ledger entry as lists and details show it; what does not apply to its kind is null.
     *
     * @param newBalance the same as the balance after it, and so is that of the member
     * @param purchaseAmount of the reversal of a purchase: the part that was taken back
     * @param tier held after it, as it was then; only of entries that count for tiers
     * @param reversedBy the latest reversal of this transaction
     * @param reversedAmount of a purchase: how much of its amount was taken back
     * @param reason of a correction
     */
    record Transaction(
            TransactionId id,
            String event,
            CardId cardId,
            MemberId memberId,
            long points,
            long balanceAfter,
            long previousBalance,
            long newBalance,
            long memberBalance,
            @Nullable BigDecimal purchaseAmount,
            @Nullable String currency,
            @Nullable Long pointsAwarded,
            @Nullable Long basePoints,
            @Nullable Long tierBonusPoints,
            @Nullable Long initialBonusPoints,
            @Nullable BigDecimal multiplier,
            @Nullable TierRef tier,
            @Nullable Instant pointsExpireAt,
            @Nullable StaffId staffId,
            String attributedTo,
            @Nullable RewardId rewardId,
            @Nullable VoucherId voucherId,
            @Nullable TransactionId reverses,
            @Nullable TransactionId reversedBy,
            @Nullable BigDecimal reversedAmount,
            @Nullable String reason,
            @Nullable String orderReference,
            @Nullable String note,
            Instant occurredAt,
            Instant createdAt) {}

    record TransactionPage(List<Transaction> items, Pagination pagination) implements Page<Transaction> {}

    /** Points that go next. */
    record Expiring(long points, Instant expiresAt) {}

    record Balance(
            MemberId memberId,
            CardId cardId,
            String cardTitle,
            long balance,
            String currency,
            long lifetimePoints,
            @Nullable TierRef tier,
            List<Expiring> expiring) {}

    /**
     * Lists what was booked day by day, oldest first. VALIDATION_FAILED on {@code to} for more than 92 days.
     *
     * @param from first day, UTC; null for the thirty that end with {@code to}
     * @param to last day, UTC; null for today
     * @param partner null for all
     */
    record ListDays(
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable PartnerId partner) implements PointsRequest<DayList> {}

    record DayList(List<Day> days) {}

    /**
     * One partner's day.
     *
     * @param pointsEarned all that was earned, less reversed purchases
     * @param pointsRedeemed all that was redeemed, less reversed redemptions
     * @param activeMembers members with any entry but an expiry
     */
    record Day(
            LocalDate date,
            PartnerId partnerId,
            long transactions,
            long pointsEarned,
            long pointsRedeemed,
            long pointsExpired,
            long activeMembers) {}
}
