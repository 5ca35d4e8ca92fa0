package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Evidence.StampFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows that stand for operations, each with the operation that it names. */
record Effects(Map<UUID, List<Effect>> byOperation, List<Effect> unclaimed, Map<UUID, Operation> operations) {

    /**
     * The one row that an operation of its kind leaves; points of full cards and of vouchers follow from it.
     *
     * @param amount points of an entry, or stamps
     */
    record Effect(Kind kind, UUID id, AccountKey account, UUID subject, long amount, String requestId) {
        @Override
        public String toString() {
            return kind + " " + id + " of operation " + requestId;
        }
    }

    static Effects of(History history, Evidence evidence) {
        Map<UUID, Operation> operations = new HashMap<>();
        history.operations().forEach(each -> operations.put(each.operation().id(), each.operation()));
        Map<UUID, List<Effect>> byOperation = new HashMap<>();
        List<Effect> unclaimed = new ArrayList<>();
        for (Effect effect : all(evidence, operations)) {
            Operation operation = named(effect.requestId(), operations);
            if (operation == null || operation.kind() != effect.kind()) {
                unclaimed.add(effect);
            } else {
                byOperation
                        .computeIfAbsent(operation.id(), id -> new ArrayList<>())
                        .add(effect);
            }
        }
        return new Effects(byOperation, unclaimed, operations);
    }

    List<Effect> of(Operation operation) {
        return byOperation.getOrDefault(operation.id(), List.of());
    }

    private static List<Effect> all(Evidence evidence, Map<UUID, Operation> operations) {
        List<Effect> all = new ArrayList<>();
        for (LedgerRow row : evidence.ledger()) {
            Effect effect = effect(row, operations);
            if (effect != null) {
                all.add(effect);
            }
        }
        for (var use : evidence.uses().vouchers()) {
            UUID card = use.card() == null ? use.voucher() : use.card();
            all.add(new Effect(
                    Kind.VOUCHER,
                    use.id(),
                    new AccountKey(use.partner(), use.member(), card),
                    use.voucher(),
                    0,
                    use.requestId()));
        }
        for (StampFact fact : evidence.uses().stampFacts()) {
            if (fact.event().equals(StampFact.ADDED)) {
                all.add(new Effect(
                        Kind.STAMPS,
                        fact.id(),
                        new AccountKey(fact.partner(), fact.member(), fact.stampCard()),
                        fact.stampCard(),
                        fact.stamps(),
                        fact.requestId()));
            }
        }
        return all;
    }

    /** Bonus points are no effect of their own when the operation that they name is one that may give them. */
    private static @Nullable Effect effect(LedgerRow row, Map<UUID, Operation> operations) {
        Operation operation = named(row.requestId(), operations);
        Kind kind =
                switch (row.event()) {
                    case LedgerRow.VOUCHER_BONUS -> Kind.VOUCHER;
                    case LedgerRow.STAMP_REWARD -> Kind.STAMPS;
                    case LedgerRow.REDEMPTION -> Kind.REDEEM;
                    default -> Kind.PURCHASE;
                };
        boolean follows = kind == Kind.VOUCHER || kind == Kind.STAMPS;
        if (follows && operation != null && operation.kind() == kind) {
            return null;
        }
        UUID subject = kind == Kind.REDEEM && row.reward() != null
                ? row.reward()
                : row.account().card();
        boolean known = follows || row.event().equals(LedgerRow.PURCHASE) || kind == Kind.REDEEM;
        // An entry that no operation of the run can have made is claimed by none.
        String requestId = known ? row.requestId() : row.event();
        return new Effect(kind, row.id(), row.account(), subject, row.points(), requestId);
    }

    static @Nullable Operation named(String requestId, Map<UUID, Operation> operations) {
        try {
            return operations.get(UUID.fromString(requestId));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
