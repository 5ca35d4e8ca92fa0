package dev.merit.points.app;

import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.points.PointsRequest.Transaction;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.Earned;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.store.ReversalReads.Reversed;
import dev.merit.points.domain.RewardTerms;
import java.math.RoundingMode;
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

    /**
     * The answer to a reversal or an adjustment.
     *
     * @param newBalance after the entry, and what else was booked with it
     */
    static Corrected corrected(Entry entry, long newBalance) {
        Details details = entry.details();
        Details.Correction correction = Objects.requireNonNull(details.correction(), "a correction says why");
        Details.References references = details.references();
        TransactionId id = new TransactionId(entry.id());
        return new Corrected(
                id,
                id,
                entry.event().word(),
                entry.account().card(),
                entry.account().member(),
                entry.points(),
                entry.balanceAfter(),
                entry.balanceBefore(),
                newBalance,
                newBalance,
                entry.purchaseAmount(),
                entry.currency(),
                null,
                null,
                null,
                null,
                null,
                entry.held().after(),
                entry.expiresAt(),
                details.staffId(),
                details.attributedTo(),
                references.rewardId(),
                references.voucherId(),
                references.reverses(),
                null,
                null,
                correction.reason(),
                references.orderReference(),
                details.note(),
                details.occurredAt(),
                entry.createdAt());
    }

    /**
     * An entry in lists and details.
     *
     * @param reversed what of it was reversed
     */
    static Transaction transaction(Entry entry, Reversed reversed) {
        Details details = entry.details();
        Details.References references = details.references();
        return new Transaction(
                new TransactionId(entry.id()),
                entry.event().word(),
                entry.account().card(),
                entry.account().member(),
                entry.points(),
                entry.balanceAfter(),
                entry.balanceBefore(),
                entry.balanceAfter(),
                entry.balanceAfter(),
                entry.purchaseAmount(),
                entry.currency(),
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
                reversed.latest(),
                earned(entry, of -> reversed.amount()
                        .setScale(of.purchaseAmount().scale(), RoundingMode.UNNECESSARY)),
                details.correction() == null ? null : details.correction().reason(),
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
