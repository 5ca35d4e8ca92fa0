package dev.merit.points.app;

import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.points.PointsRequest.Transaction;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.Earned;
import dev.merit.ledger.domain.Entry;
import dev.merit.points.domain.RewardTerms;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a ledger entry looks to the outside: as the answer to an action and in lists. */
final class TransactionView {
    private TransactionView() {}

    static Purchased purchased(Entry entry) {
        Details details = entry.details();
        Earned earned = Objects.requireNonNull(details.earned(), "a purchase says how its points came about");
        return new Purchased(
                new TransactionId(entry.id()),
                entry.event().word(),
                entry.account().card(),
                entry.account().member(),
                earned.purchaseAmount(),
                earned.currency(),
                entry.points(),
                earned.basePoints(),
                earned.tierBonusPoints(),
                earned.initialBonusPoints(),
                earned.multiplier(),
                entry.balanceBefore(),
                entry.balanceAfter(),
                entry.balanceAfter(),
                entry.held().after(),
                entry.expiresAt(),
                details.staffId(),
                details.attributedTo(),
                details.references().orderReference(),
                details.note(),
                details.occurredAt(),
                entry.createdAt());
    }

    static Redeemed redeemed(Entry entry, RewardTerms reward) {
        return new Redeemed(
                new TransactionId(entry.id()),
                -entry.points(),
                entry.balanceAfter(),
                entry.balanceAfter(),
                reward.id(),
                reward.title(),
                entry.account().card(),
                entry.account().member(),
                entry.balanceBefore(),
                entry.createdAt());
    }

    static Transaction transaction(Entry entry) {
        Details details = entry.details();
        Details.References references = details.references();
        return new Transaction(
                new TransactionId(entry.id()),
                entry.event().word(),
                entry.account().card(),
                entry.account().member(),
                entry.points(),
                entry.balanceAfter(),
                earned(entry, Earned::purchaseAmount),
                earned(entry, Earned::currency),
                details.earned() == null ? null : entry.points(),
                earned(entry, Earned::basePoints),
                earned(entry, Earned::tierBonusPoints),
                earned(entry, Earned::initialBonusPoints),
                earned(entry, Earned::multiplier),
                entry.held().after(),
                entry.expiresAt(),
                details.staffId(),
                details.attributedTo(),
                references.rewardId(),
                references.voucherId(),
                references.reverses(),
                null,
                references.orderReference(),
                details.note(),
                details.occurredAt(),
                entry.createdAt());
    }

    private static <T> @Nullable T earned(Entry entry, Function<Earned, T> of) {
        Earned earned = entry.details().earned();
        return earned == null ? null : of.apply(earned);
    }
}
