package dev.merit.contracts.points;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Command;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Page;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Request;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.TierRef;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member asks of its own points, over all partners: the cards it collects on, and what it has on them. Nothing
 * here names a club: clubs are how partners order their cards, and no concern of members.
 *
 * @param <R> the reply
 */
public sealed interface WalletRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("wallet", Duration.ofSeconds(3));

    @Override
    default Address address() {
        return ADDRESS;
    }

    /** What the member may spend on each of its cards, newest card first. */
    record FindWallet(MemberId member) implements WalletRequest<Wallet> {}

    record ListMemberCards(MemberId member, Paging paging) implements WalletRequest<MemberCardPage> {}

    /** NOT_FOUND for a card that the member neither has points on nor ever followed. */
    record FindMemberCard(MemberId member, CardId card) implements WalletRequest<MemberCard> {}

    /** Lists what was booked on all cards of the member, newest first. */
    record ListMemberTransactions(MemberId member, Paging paging) implements WalletRequest<MemberTransactionPage> {}

    /** The same on one card. NOT_FOUND for a card that the member neither has points on nor ever followed. */
    record ListMemberCardTransactions(MemberId member, CardId card, Paging paging)
            implements WalletRequest<MemberTransactionPage> {}

    /** Lists what can be had with the member's cards now, whether or not it has the points. */
    record ListMemberRewards(MemberId member, Paging paging) implements WalletRequest<MemberRewardPage> {}

    /** Puts a card into the member's collection, where it may be already. NOT_FOUND on {@code card_id}. */
    record FollowCard(MemberId member, CardId card, Origin origin)
            implements WalletRequest<CardFollowing>, Command<CardFollowing> {}

    /**
     * Takes a card out of the member's collection, until it earns on it again or follows it. Balance and history stay.
     * NOT_FOUND on {@code card_id}.
     */
    record UnfollowCard(MemberId member, CardId card, Origin origin)
            implements WalletRequest<CardFollowing>, Command<CardFollowing> {}

    /** Whether the card is in the member's collection now. */
    record CardFollowing(CardId cardId, boolean isFollowing) {}

    /** One for each card; on the wire it is a list. */
    record Wallet(@JsonValue List<WalletBalance> balances) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Wallet {
            balances = List.copyOf(balances);
        }
    }

    record WalletBalance(CardId cardId, String cardTitle, long balance, String currency) {}

    /**
     * A card as its member sees it.
     *
     * @param currency what purchases on it are made in
     * @param pointsExpireAt when the next points go
     * @param rewardsCount how many rewards can be had with it now
     * @param isFollowing whether it is among the member's cards
     * @param status {@code active}, {@code not_started} or {@code expired}
     */
    record MemberCard(
            CardId id,
            String uniqueIdentifier,
            String name,
            String title,
            @Nullable String description,
            String currency,
            long balance,
            @Nullable String bgColor,
            @Nullable String textColor,
            @Nullable String logoUrl,
            @Nullable TierRef tier,
            @Nullable Instant pointsExpireAt,
            long rewardsCount,
            boolean isFollowing,
            @Nullable Instant validUntil,
            String status) {}

    record MemberCardPage(List<MemberCard> items, Pagination pagination) implements Page<MemberCard> {}

    record MemberTransaction(
            TransactionId id,
            String event,
            CardId cardId,
            String cardTitle,
            long points,
            long balanceAfter,
            @Nullable BigDecimal purchaseAmount,
            @Nullable String currency,
            @Nullable String rewardTitle,
            @Nullable String note,
            Instant createdAt) {}

    record MemberTransactionPage(List<MemberTransaction> items, Pagination pagination)
            implements Page<MemberTransaction> {}

    /**
     * A reward as a member sees it.
     *
     * @param cards those of the member's that it can be taken with, best balance first
     */
    record MemberReward(
            RewardId id,
            String title,
            @Nullable String description,
            @Nullable String imageUrl,
            long pointsRequired,
            List<RewardCard> cards,
            long bestBalance,
            boolean canAfford,
            long pointsMissing) {
        public MemberReward {
            cards = List.copyOf(cards);
        }
    }

    record RewardCard(CardId cardId, String cardTitle, long balance) {}

    record MemberRewardPage(List<MemberReward> items, Pagination pagination) implements Page<MemberReward> {}
}
