package dev.merit.chaos.domain;

import java.util.List;

/** Compares the four witnesses: the clients' journal, the ledger, the stored balances and the topics. */
public final class Checker {
    private Checker() {}

    /** Everything about a run that can be judged at rest. */
    public static Findings check(History history, Evidence evidence, Terms terms) {
        Findings findings = new Findings();
        Effects effects = Effects.of(history, evidence);
        EffectCheck.check(history, effects, findings);
        AmountCheck.check(history, evidence.ledger(), effects, terms, findings);
        BalanceCheck.check(evidence, findings);
        StreamCheck.check(evidence, findings);
        LimitCheck.check(evidence, terms, findings);
        TenancyCheck.check(evidence, terms, findings);
        OrderCheck.check(history, evidence, findings);
        return findings;
    }

    /** Whether nodes ended only when and as they should. */
    public static void checkEnds(List<NodeEnd> ends, Findings findings) {
        EndCheck.check(ends, findings);
    }

    /** Whether every operation was known by a moment, in the time of the calls. */
    public static void checkDoubts(History history, long limit, Findings findings) {
        DoubtCheck.check(history, limit, findings);
    }
}
