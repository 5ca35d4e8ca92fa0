package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Outcome.Acknowledged;
import java.util.List;
import java.util.Optional;

/** An operation with all its attempts in the order in which they ended. */
public record OperationHistory(Operation operation, List<Call> calls) {
    public OperationHistory {
        calls = List.copyOf(calls);
    }

    /** Every 2xx; more than one when it was repeated. */
    public List<Acknowledged> acknowledgements() {
        return calls.stream()
                .filter(call -> call.outcome() instanceof Acknowledged)
                .map(call -> (Acknowledged) call.outcome())
                .toList();
    }

    public boolean isAcknowledged() {
        return !acknowledgements().isEmpty();
    }

    /** What the last attempt said; nothing when none was ever sent. */
    public Optional<Outcome> last() {
        return calls.isEmpty() ? Optional.empty() : Optional.of(calls.getLast().outcome());
    }

    /** Refused by the last word on it, and never acknowledged. */
    public boolean isRefused() {
        return !isAcknowledged()
                && last().filter(Outcome.Refused.class::isInstance).isPresent();
    }

    /**
     * A refusal is judged anew at each attempt, so it says nothing of an attempt beside or before it whose answer was
     * lost: that may still be waiting in a stopped node. Such an operation has to be asked once more when everything is
     * well.
     */
    public boolean isInDoubt() {
        return !isAcknowledged()
                && calls.stream().anyMatch(call -> !call.outcome().isDefinite());
    }

    /** When the first attempt was sent; the end of time when none was. */
    public long began() {
        return calls.stream().mapToLong(Call::began).min().orElse(Long.MAX_VALUE);
    }

    /** When the client first knew of the effect; the end of time when it never did. */
    public long acknowledgedAt() {
        return calls.stream()
                .filter(call -> call.outcome() instanceof Acknowledged)
                .mapToLong(Call::ended)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
