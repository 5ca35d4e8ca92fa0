package dev.merit.chaos.report;

import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.Findings;
import dev.merit.chaos.domain.History;
import dev.merit.chaos.domain.OperationHistory;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.domain.Promise;
import dev.merit.chaos.plan.FaultKind;
import dev.merit.chaos.world.FaultRunner;
import dev.merit.chaos.world.FaultRunner.Happened;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How calls went, second by second. A call belongs to the second in which it was sent, and succeeds when its answer is
 * definite: done or refused. Every attempt counts, also one that a client repeats at once.
 */
public final class Availability {
    private static final long SECOND = 1_000_000_000L;
    private static final int HUNDRED = 100;
    private static final int GOOD_PERCENT = 99;
    private static final int AFTER_KILL_SECONDS = 15;
    private static final int AFTER_LASTING_SECONDS = 30;

    private final TreeMap<Long, Count> seconds = new TreeMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final long origin;

    /** Calls that were sent in one second. */
    public record Count(long good, long all) {
        Count plus(boolean isGood) {
            return new Count(good + (isGood ? 1 : 0), all + 1);
        }

        boolean isEnough() {
            return good * HUNDRED >= all * GOOD_PERCENT;
        }
    }

    /**
     * What came of one fault.
     *
     * @param seconds from where recovery counts until calls succeed again and go on doing so until the next fault
     * @param failed calls that ended between the fault and the next one and did not succeed
     */
    public record Recovery(Happened happened, long seconds, int goalSeconds, long failed, long calls) {
        public boolean isInTime() {
            return seconds <= goalSeconds;
        }

        /** How a node that was away came back by itself; empty for other faults. */
        public String serving() {
            if (!FaultRunner.isLasting(happened.fault().kind())) {
                return "";
            }
            return happened.served() == Happened.NEVER
                    ? "does not serve again"
                    : String.format(Locale.ROOT, "serves again after %.1f s", servedAfter() / (double) SECOND);
        }

        boolean isServedAgain() {
            return happened.served() != Happened.NEVER;
        }

        boolean isServedInTime() {
            return !FaultRunner.isLasting(happened.fault().kind()) || servedAfter() <= AFTER_LASTING_SECONDS * SECOND;
        }

        private long servedAfter() {
            return happened.served() == Happened.NEVER ? Happened.NEVER : happened.served() - happened.released();
        }
    }

    /** Counts seconds from {@code origin}, when the load began, in the time of the calls. */
    public Availability(History history, long origin) {
        this.origin = origin;
        for (OperationHistory each : history.operations()) {
            for (Call call : each.calls()) {
                calls.add(call);
                seconds.merge((call.began() - origin) / SECOND, one(call), Availability::sum);
            }
        }
    }

    private static Count one(Call call) {
        return new Count(0, 0).plus(call.outcome().isDefinite());
    }

    private static Count sum(Count one, Count other) {
        return new Count(one.good() + other.good(), one.all() + other.all());
    }

    /** By second after the load began; seconds without a call are not there. */
    public SortedMap<Long, Count> seconds() {
        return new TreeMap<>(seconds);
    }

    public long failed() {
        return calls.stream().filter(call -> !call.outcome().isDefinite()).count();
    }

    public long all() {
        return calls.size();
    }

    /** For each fault, in order. */
    public List<Recovery> recoveries(List<Happened> faults) {
        List<Recovery> recoveries = new ArrayList<>();
        for (int at = 0; at < faults.size(); at++) {
            long end = at + 1 < faults.size() ? faults.get(at + 1).began() : Long.MAX_VALUE;
            recoveries.add(recovery(faults.get(at), end));
        }
        return recoveries;
    }

    private Recovery recovery(Happened happened, long end) {
        FaultKind kind = happened.fault().kind();
        boolean lasting = FaultRunner.isLasting(kind);
        boolean isRestart = kind == FaultKind.RESTART_NODE;
        long from =
                kind == FaultKind.KILL_POSTGRES ? happened.healed() : lasting ? happened.released() : happened.began();
        long first = (from - origin) / SECOND;
        TreeMap<Long, Count> own = new TreeMap<>();
        long failed = 0;
        long all = 0;
        for (Call call : calls) {
            // One that is under way when the next fault strikes is that fault's.
            if (call.ended() >= happened.began() && call.ended() < end) {
                all++;
                failed += call.outcome().isDefinite() || (isRestart && isRefused(call)) ? 0 : 1;
                own.merge((call.began() - origin) / SECOND, one(call), Availability::sum);
            }
        }
        long badUntil = own.tailMap(first).entrySet().stream()
                .filter(second -> !second.getValue().isEnough())
                .mapToLong(second -> second.getKey() + 1)
                .max()
                .orElse(first);
        int goal = lasting ? AFTER_LASTING_SECONDS : AFTER_KILL_SECONDS;
        return new Recovery(happened, badUntil - first, goal, failed, all);
    }

    /** A connection that was refused was no call yet: every client may go on to the next node. */
    private static boolean isRefused(Call call) {
        return call.outcome() instanceof Indefinite doubt && doubt.why().equals(ConnectException.class.getSimpleName());
    }

    /** How long the slowest call took that got an answer, in nanoseconds. */
    public long slowest() {
        return calls.stream()
                .filter(call -> call.outcome().isAnswer())
                .mapToLong(call -> call.ended() - call.began())
                .max()
                .orElse(0);
    }

    /** Calls that the client waited for in vain. */
    public long timeouts() {
        return calls.stream()
                .filter(call -> call.outcome() instanceof Indefinite doubt
                        && doubt.why().equals(HttpTimeoutException.class.getSimpleName()))
                .count();
    }

    /** The goals that were missed. */
    public void judge(List<Happened> faults, Findings findings) {
        for (Recovery recovery : recoveries(faults)) {
            judge(recovery, findings);
        }
    }

    private static void judge(Recovery recovery, Findings findings) {
        String fault = recovery.happened().fault().shown().strip();
        FaultKind kind = recovery.happened().fault().kind();
        boolean unnoticed = kind == FaultKind.RESTART_NODE || kind == FaultKind.KILL_KAFKA;
        findings.looked(unnoticed ? Promise.UNNOTICED : Promise.AVAILABLE, recovery.calls());
        if (unnoticed && recovery.failed() > 0) {
            String beside = kind == FaultKind.KILL_KAFKA ? "while Kafka was away: " : "beside an orderly stop: ";
            findings.add(Promise.UNNOTICED, recovery.failed() + " calls failed " + beside + fault);
        } else if (kind != FaultKind.KILL_KAFKA && !recovery.isInTime()) {
            findings.add(
                    Promise.AVAILABLE,
                    String.format(
                            Locale.ROOT,
                            "99 %% succeed %d s after, wanted %d s: %s",
                            recovery.seconds(),
                            recovery.goalSeconds(),
                            fault));
        }
        if (!recovery.isServedInTime()) {
            findings.add(
                    recovery.isServedAgain() ? Promise.AVAILABLE : Promise.STANDING,
                    "the node " + recovery.serving() + ", wanted " + AFTER_LASTING_SECONDS + " s: " + fault);
        }
    }
}
