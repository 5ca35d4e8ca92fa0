package dev.merit.chaos.domain;

/** Whether every client knew in time what became of its operation; what it was told later comes too late. */
final class DoubtCheck {
    private DoubtCheck() {}

    static void check(History history, long limit, Findings findings) {
        for (OperationHistory each : history.operations()) {
            findings.looked(Promise.DEFINITE, 1);
            boolean known =
                    each.calls().stream().anyMatch(call -> call.outcome().isDefinite() && call.ended() <= limit);
            if (!known) {
                findings.add(Promise.DEFINITE, each.operation() + " was not known in time");
            }
        }
    }
}
