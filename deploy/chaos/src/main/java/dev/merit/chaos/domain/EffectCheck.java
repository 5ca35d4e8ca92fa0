package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Effects.Effect;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import java.util.List;

/** E1 and E2, and whether answers agree with each other. */
final class EffectCheck {
    private EffectCheck() {}

    static void check(History history, Effects effects, Findings findings) {
        for (OperationHistory each : history.operations()) {
            List<Effect> found = effects.of(each.operation());
            checkLoss(each, found, findings);
            checkInvention(each, found, findings);
            checkAnswers(each, findings);
        }
        for (Effect effect : effects.unclaimed()) {
            findings.add(Promise.NO_INVENTION, effect + " belongs to no operation");
        }
        findings.looked(Promise.NO_INVENTION, effects.unclaimed().size());
    }

    private static void checkLoss(OperationHistory each, List<Effect> found, Findings findings) {
        for (Acknowledged told : each.acknowledgements()) {
            findings.looked(Promise.NO_LOSS, 1);
            if (found.isEmpty()) {
                findings.add(Promise.NO_LOSS, "lost: " + shown(each) + " was acknowledged and left no row");
                return;
            }
            if (told.effect() != null
                    && found.stream().noneMatch(effect -> effect.id().equals(told.effect()))) {
                findings.add(
                        Promise.NO_LOSS,
                        "lost: " + shown(each) + " was answered " + told.effect() + " and the row is "
                                + found.getFirst().id());
            }
        }
    }

    private static void checkInvention(OperationHistory each, List<Effect> found, Findings findings) {
        findings.looked(Promise.NO_INVENTION, found.size());
        if (found.size() > 1) {
            findings.add(Promise.NO_INVENTION, "doubled: " + shown(each) + " has " + found.size() + " rows: " + found);
        }
        if (each.isRefused() && !found.isEmpty()) {
            findings.add(Promise.NO_INVENTION, "invented: " + shown(each) + " was refused and left " + found);
        }
        if (each.calls().isEmpty() && !found.isEmpty()) {
            findings.add(Promise.NO_INVENTION, "invented: " + shown(each) + " was never sent and left " + found);
        }
    }

    /** The very same bytes each time; and what was acknowledged once is never refused after that. */
    private static void checkAnswers(OperationHistory each, Findings findings) {
        List<Acknowledged> told = each.acknowledgements();
        findings.looked(Promise.ANSWERS, Math.max(0, told.size() - 1));
        if (told.stream().map(Acknowledged::digest).distinct().count() > 1) {
            findings.add(Promise.ANSWERS, shown(each) + " was answered with different bodies");
        }
        boolean acknowledged = false;
        for (Call call : each.calls()) {
            if (acknowledged
                    && call.outcome() instanceof Outcome.Refused refused
                    && call.began() > each.acknowledgedAt()) {
                findings.add(
                        Promise.ANSWERS,
                        shown(each) + " was refused with " + refused.code() + " after it was acknowledged");
            }
            acknowledged |= call.outcome() instanceof Acknowledged;
            checkRefusal(each, call, findings);
        }
    }

    /** Good requests are refused for one reason only, each kind for its own. */
    private static void checkRefusal(OperationHistory each, Call call, Findings findings) {
        if (call.outcome() instanceof Outcome.Refused refused) {
            findings.looked(Promise.ANSWERS, 1);
            boolean fits =
                    switch (each.operation().kind()) {
                        case PURCHASE, STAMPS -> false;
                        case REDEEM -> refused.code().equals("INSUFFICIENT_BALANCE");
                        case VOUCHER -> refused.code().equals("VOUCHER_INVALID");
                    };
            if (!fits) {
                findings.add(
                        Promise.ANSWERS, shown(each) + " was refused with " + refused.status() + " " + refused.code());
            }
        }
    }

    static String shown(OperationHistory each) {
        return each.operation().kind() + " " + each.operation().id();
    }
}
