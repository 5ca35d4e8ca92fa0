package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Effects.Effect;
import java.util.List;
import java.util.Map;

/** Whether each effect is the one that was wanted: whose, of what, and how much. */
final class AmountCheck {
    private AmountCheck() {}

    static void check(Effects effects, Terms terms, Findings findings) {
        for (Map.Entry<java.util.UUID, List<Effect>> each :
                effects.byOperation().entrySet()) {
            Operation operation = effects.operations().get(each.getKey());
            if (operation != null) {
                each.getValue().forEach(effect -> check(operation, effect, terms, findings));
            }
        }
    }

    private static void check(Operation operation, Effect effect, Terms terms, Findings findings) {
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
        Terms.CardTerms card = terms.cards().get(wanted.card());
        if (operation.kind() == Kind.PURCHASE
                && card != null
                && effect.amount() != card.points(operation.amount(), true)
                && effect.amount() != card.points(operation.amount(), false)) {
            findings.add(
                    Promise.NO_INVENTION,
                    effect + " gave " + effect.amount() + " points for " + operation.amount() + " cents");
        }
    }
}
