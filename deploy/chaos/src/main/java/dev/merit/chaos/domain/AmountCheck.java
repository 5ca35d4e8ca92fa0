package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Effects.Effect;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Terms.CardTerms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Whether each effect is the one that was wanted: whose, of what, and how much. */
final class AmountCheck {
    private AmountCheck() {}

    static void check(History history, List<LedgerRow> ledger, Effects effects, Terms terms, Findings findings) {
        checkPurchases(ledger, effects.operations(), terms, findings);
        checkAnswers(history, ledger, findings);
        for (Map.Entry<UUID, List<Effect>> each : effects.byOperation().entrySet()) {
            Operation operation = effects.operations().get(each.getKey());
            if (operation != null) {
                each.getValue().forEach(effect -> check(operation, effect, findings));
            }
        }
    }

    private static void check(Operation operation, Effect effect, Findings findings) {
        AccountKey wanted = operation.account();
        if (!effect.account().partner().equals(wanted.partner())
                || !effect.account().member().equals(wanted.member())
                || !effect.subject().equals(operation.subject())) {
            findings.add(Promise.NO_INVENTION, effect + " is another member's or another thing than was wanted");
        }
        if (operation.kind() == Kind.STAMPS && effect.amount() != operation.amount()) {
            findings.add(
                    Promise.NO_INVENTION, effect + " added " + effect.amount() + " instead of " + operation.amount());
        }
    }

    /** By the terms; and the first purchase of an account, no other, brings the bonus. */
    private static void checkPurchases(
            List<LedgerRow> ledger, Map<UUID, Operation> operations, Terms terms, Findings findings) {
        BalanceCheck.entries(ledger).forEach((account, rows) -> {
            CardTerms card = terms.cards().get(account.card());
            boolean first = true;
            for (LedgerRow row : rows) {
                Operation operation = Effects.named(row.requestId(), operations);
                if (card != null && operation != null && row.event().equals(LedgerRow.PURCHASE)) {
                    long wanted = card.points(operation.amount(), first);
                    first = false;
                    if (row.points() != wanted) {
                        findings.add(
                                Promise.NO_INVENTION,
                                "entry " + row.id() + " gave " + row.points() + " points instead of " + wanted + " for "
                                        + operation.amount() + " cents");
                    }
                }
            }
        });
    }

    /** What a client was told of the entry that its answer names is what is booked there. */
    private static void checkAnswers(History history, List<LedgerRow> ledger, Findings findings) {
        Map<UUID, LedgerRow> rows = new HashMap<>();
        ledger.forEach(row -> rows.put(row.id(), row));
        for (OperationHistory each : history.operations()) {
            for (Acknowledged told : each.acknowledgements()) {
                LedgerRow row = told.effect() == null ? null : rows.get(told.effect());
                if (row != null
                        && (told.points() != row.points()
                                || (told.newBalance() != null && told.newBalance() != row.balanceAfter()))) {
                    findings.add(
                            Promise.NO_LOSS,
                            EffectCheck.shown(each) + " was answered " + told.points() + " points and a balance of "
                                    + told.newBalance() + ", its entry says " + row.points() + " and "
                                    + row.balanceAfter());
                }
            }
        }
    }
}
