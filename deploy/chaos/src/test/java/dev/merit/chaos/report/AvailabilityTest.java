package dev.merit.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.Findings;
import dev.merit.chaos.domain.History;
import dev.merit.chaos.domain.Kind;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.OperationHistory;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.domain.Outcome.Refused;
import dev.merit.chaos.domain.Promise;
import dev.merit.chaos.plan.Cut;
import dev.merit.chaos.plan.Fault;
import dev.merit.chaos.plan.FaultKind;
import dev.merit.chaos.world.FaultRunner.Happened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Ten calls a second for 60 seconds; those of some seconds fail. */
class AvailabilityTest {
    private static final long SECOND = 1_000_000_000L;

    private static Availability failing(int from, int to) {
        return failing(from, to, "503");
    }

    private static Availability failing(int from, int to, String why) {
        UUID id = new UUID(0, 1);
        var operation = new Operation(id, Kind.REDEEM, new AccountKey(id, id, id), id, 0);
        List<Call> calls = new ArrayList<>();
        for (int number = 0; number < 600; number++) {
            long began = number * SECOND / 10;
            boolean fails = number / 10 >= from && number / 10 < to;
            calls.add(new Call(
                    0, began, began + 5, fails ? new Indefinite(why) : new Refused(422, "INSUFFICIENT_BALANCE")));
        }
        return new Availability(new History(List.of(new OperationHistory(operation, calls)), List.of()), 0);
    }

    private static Happened happened(FaultKind kind, int began, int released, int healed) {
        var fault = new Fault(1, began * 1_000L, kind, 0, Cut.ALL, Duration.ofSeconds(released - began));
        return new Happened(fault, began * SECOND, released * SECOND, healed * SECOND, healed * SECOND);
    }

    private static Happened servedAt(FaultKind kind, long served) {
        Happened well = happened(kind, 10, 20, 20);
        return new Happened(well.fault(), well.began(), well.released(), well.healed(), served);
    }

    /** What decides between the exit codes 1 and 3. */
    private static boolean isCorrect(Findings findings) {
        return new Summary(Map.of(), findings, List.of(), List.of()).isCorrect();
    }

    @Test
    void countsFromTheKillOfANode() {
        var fault = happened(FaultKind.KILL_NODE, 10, 14, 20);

        assertThat(failing(10, 13).recoveries(List.of(fault))).satisfiesExactly(recovery -> {
            assertThat(recovery.seconds()).isEqualTo(3);
            assertThat(recovery.failed()).isEqualTo(30);
            assertThat(recovery.calls()).isEqualTo(500);
            assertThat(recovery.isInTime()).isTrue();
        });
    }

    @Test
    void countsFromTheMomentInWhichTheDatabaseIsBackAndFromTheEndOfAPause() {
        assertThat(failing(10, 25)
                        .recoveries(List.of(happened(FaultKind.KILL_POSTGRES, 10, 13, 20)))
                        .getFirst()
                        .seconds())
                .isEqualTo(5);
        assertThat(failing(10, 35)
                        .recoveries(List.of(happened(FaultKind.PAUSE_NODE, 10, 30, 30)))
                        .getFirst()
                        .seconds())
                .isEqualTo(5);
    }

    @Test
    void endsWithTheNextFault() {
        var first = happened(FaultKind.KILL_NODE, 10, 14, 20);
        var second = happened(FaultKind.KILL_NODE, 30, 34, 40);

        assertThat(failing(30, 50).recoveries(List.of(first, second)))
                .extracting(Availability.Recovery::seconds)
                .containsExactly(0L, 20L);
    }

    /** Breaks when Kafka is blamed for calls that the next fault cut short. */
    @Test
    void blamesTheFaultThatStruckWhileACallWasUnderWay() {
        UUID id = new UUID(0, 1);
        var operation = new Operation(id, Kind.REDEEM, new AccountKey(id, id, id), id, 0);
        var cutShort = new Call(0, 29 * SECOND, 34 * SECOND, new Indefinite("HttpTimeoutException"));
        var history = new History(List.of(new OperationHistory(operation, List.of(cutShort))), List.of());
        var kafka = happened(FaultKind.KILL_KAFKA, 10, 15, 20);
        var pause = happened(FaultKind.PAUSE_NODE, 30, 50, 50);

        var recoveries = new Availability(history, 0).recoveries(List.of(kafka, pause));
        assertThat(recoveries).extracting(Availability.Recovery::failed).containsExactly(0L, 1L);
        assertThat(recoveries.getFirst().seconds()).isZero();
    }

    /** Breaks when an orderly stop may cost requests, or when a client is blamed for going on to the next node. */
    @Test
    void allowsRefusedConnectionsBesideAnOrderlyStopAndNothingElse() {
        var stop = happened(FaultKind.RESTART_NODE, 10, 11, 15);

        Findings refused = new Findings();
        failing(12, 13, "ConnectException").judge(List.of(stop), refused);
        Findings lost = new Findings();
        failing(12, 13, "IOException").judge(List.of(stop), lost);

        assertThat(refused.list()).isEmpty();
        assertThat(lost.of(Promise.UNNOTICED)).hasSize(1);
        assertThat(isCorrect(lost)).isFalse();
    }

    @Test
    void tellsTheSlowestAnswerAndWhoGotNone() {
        UUID id = new UUID(0, 1);
        var operation = new Operation(id, Kind.REDEEM, new AccountKey(id, id, id), id, 0);
        List<Call> calls = List.of(
                new Call(0, 0, 5 * SECOND, new Indefinite("HttpTimeoutException")),
                new Call(0, 0, 2 * SECOND, new Indefinite("503 SERVICE_UNAVAILABLE")),
                new Call(0, 0, SECOND, new Refused(422, "INSUFFICIENT_BALANCE")));
        var availability = new Availability(new History(List.of(new OperationHistory(operation, calls)), List.of()), 0);

        assertThat(availability.slowest()).isEqualTo(2 * SECOND);
        assertThat(availability.timeouts()).isEqualTo(1);
    }

    /** Breaks when the others make up for a node that never comes back. */
    @Test
    void wantsTheNodeItselfBack() {
        for (FaultKind kind : List.of(FaultKind.PAUSE_NODE, FaultKind.PARTITION_NODE)) {
            Findings well = new Findings();
            failing(0, 0).judge(List.of(servedAt(kind, 50 * SECOND)), well);
            Findings late = new Findings();
            failing(0, 0).judge(List.of(servedAt(kind, 51 * SECOND)), late);
            Findings never = new Findings();
            failing(0, 0).judge(List.of(servedAt(kind, Happened.NEVER)), never);

            assertThat(well.list()).isEmpty();
            assertThat(late.of(Promise.AVAILABLE)).singleElement().satisfies(finding -> assertThat(finding.what())
                    .contains("serves again after 31.0 s"));
            assertThat(never.of(Promise.STANDING)).singleElement().satisfies(finding -> assertThat(finding.what())
                    .contains("does not serve again"));
        }
    }

    @Test
    void missesItsGoals() {
        Findings late = new Findings();
        failing(10, 30).judge(List.of(happened(FaultKind.KILL_NODE, 10, 14, 20)), late);
        Findings kafka = new Findings();
        failing(12, 13).judge(List.of(happened(FaultKind.KILL_KAFKA, 10, 15, 20)), kafka);
        Findings well = new Findings();
        failing(12, 13).judge(List.of(happened(FaultKind.KILL_NODE, 10, 15, 20)), well);

        assertThat(late.of(Promise.AVAILABLE)).hasSize(1);
        assertThat(isCorrect(late)).isTrue();
        assertThat(kafka.of(Promise.UNNOTICED)).hasSize(1);
        assertThat(isCorrect(kafka)).isFalse();
        assertThat(well.list()).isEmpty();
    }
}
