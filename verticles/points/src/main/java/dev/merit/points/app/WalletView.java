package dev.merit.points.app;

import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.WalletRequest.MemberCard;
import dev.merit.contracts.points.WalletRequest.MemberReward;
import dev.merit.contracts.points.WalletRequest.MemberTransaction;
import dev.merit.contracts.points.WalletRequest.RewardCard;
import dev.merit.ledger.domain.Tier;
import dev.merit.ledger.store.HistoryReads.Booked;
import dev.merit.ledger.store.WalletReads.Account;
import dev.merit.points.store.WalletStore.ShownCard;
import dev.merit.points.store.WalletStore.ShownReward;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How things look to the member whose they are. Nothing of clubs, staff or other references is shown. */
final class WalletView {
    /** What balances are in. */
    static final String POINTS = "points";

    private WalletView() {}

    /** A card that is among the member's. */
    static MemberCard card(ShownCard card, Account account, Optional<Tier> tier) {
        return card(card, account, tier, true);
    }

    static MemberCard card(ShownCard card, Account account, Optional<Tier> tier, boolean isMine) {
        return new MemberCard(
                card.key().card(),
                card.uniqueIdentifier(),
                card.name(),
                card.title(),
                card.description(),
                card.currency(),
                account.balance(),
                card.bgColor(),
                card.textColor(),
                card.logoUrl(),
                tier.map(Tier::ref).orElse(null),
                account.nextExpiry(),
                card.rewards(),
                isMine,
                card.validity().until(),
                card.status().word());
    }

    static MemberReward reward(ShownReward reward) {
        long best = reward.cards().getFirst().balance();
        return new MemberReward(
                reward.id(),
                reward.title(),
                reward.description(),
                reward.imageUrl(),
                reward.pointsRequired(),
                reward.cards().stream()
                        .map(with -> new RewardCard(with.card(), with.title(), with.balance()))
                        .toList(),
                best,
                best >= reward.pointsRequired(),
                Math.max(0, reward.pointsRequired() - best));
    }

    static MemberTransaction transaction(Booked entry, String cardTitle, @Nullable String rewardTitle) {
        return new MemberTransaction(
                new TransactionId(entry.id()),
                entry.event(),
                entry.card(),
                cardTitle,
                entry.points(),
                entry.balanceAfter(),
                entry.purchaseAmount(),
                entry.currency(),
                rewardTitle,
                entry.note(),
                entry.createdAt());
    }
}
