package dev.merit.chaos.domain;

/** Compares the four witnesses: the clients' journal, the ledger, the stored balances and the topics. */
public final class Checker {
    private Checker() {}

    /** Everything about a run that can be judged at rest. */
    public static Findings check(History history, Evidence evidence, Terms terms) {
        Findings findings = new Findings();
        Effects effects = Effects.of(history, evidence);
        EffectCheck.check(history, effects, findings);
        AmountCheck.check(effects, terms, findings);
        BalanceCheck.check(evidence, findings);
        StreamCheck.check(evidence, findings);
        LimitCheck.check(evidence, terms, findings);
        TenancyCheck.check(evidence, terms, findings);
        OrderCheck.check(history, evidence, findings);
        return findings;
    }
}
