package dev.merit.chaos.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.chaos.domain.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A run can be had again from its seed. */
class PlanTest {
    private static final Shape SHAPE = Shape.standard(3);

    @Test
    void drawsTheSameListsFromTheSameSeed() {
        assertThat(Schedule.draw(42, SHAPE, false)).isEqualTo(Schedule.draw(42, SHAPE, false));
        assertThat(Schedule.draw(42, SHAPE, true).shown())
                .isEqualTo(Schedule.draw(42, SHAPE, true).shown());
        assertThat(Load.draw(42, SHAPE)).isEqualTo(Load.draw(42, SHAPE));
        assertThat(Load.draw(42, SHAPE).shown()).isEqualTo(Load.draw(42, SHAPE).shown());
    }

    @Test
    void drawsOtherListsFromAnotherSeed() {
        assertThat(Schedule.draw(42, SHAPE, false)).isNotEqualTo(Schedule.draw(43, SHAPE, false));
        assertThat(Load.draw(42, SHAPE)).isNotEqualTo(Load.draw(43, SHAPE));
    }

    @Test
    void hasADozenFaultsThatDoNotOverlap() {
        var faults = Schedule.draw(1, SHAPE, true).faults();

        Map<FaultKind, Long> counts =
                faults.stream().collect(Collectors.groupingBy(Fault::kind, Collectors.counting()));
        assertThat(counts)
                .isEqualTo(Map.of(
                        FaultKind.KILL_NODE, 4L,
                        FaultKind.KILL_POSTGRES, 2L,
                        FaultKind.KILL_KAFKA, 2L,
                        FaultKind.PAUSE_NODE, 2L,
                        FaultKind.PARTITION_NODE, 2L));
        for (int at = 1; at < faults.size(); at++) {
            Fault earlier = faults.get(at - 1);
            assertThat(faults.get(at).at())
                    .isGreaterThan(earlier.at() + earlier.lasts().toMillis());
        }
        assertThat(faults.getLast().at()).isLessThan(SHAPE.load().toMillis());
        assertThat(faults).allSatisfy(fault -> assertThat(fault.node()).isBetween(0, 2));
    }

    @Test
    void cutsNobodyOffFromPeersThatHeDoesNotKnow() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(Schedule.draw(seed, SHAPE, false).faults())
                    .noneMatch(fault -> fault.kind() == FaultKind.PARTITION_NODE && fault.cut() == Cut.PEERS);
        }
    }

    @Test
    void mixesOperationsAsPromised() {
        Load load = Load.draw(7, SHAPE);

        assertThat(load.operations()).hasSize(5_000);
        Map<Kind, Long> counts = load.operations().stream()
                .collect(Collectors.groupingBy(PlannedOperation::kind, Collectors.counting()));
        assertThat(counts.get(Kind.PURCHASE)).isBetween(2_850L, 3_150L);
        assertThat(counts.get(Kind.REDEEM)).isBetween(880L, 1_120L);
        assertThat(counts.get(Kind.VOUCHER)).isBetween(400L, 600L);
        assertThat(counts.get(Kind.STAMPS)).isBetween(400L, 600L);
        assertThat(load.operations().stream().filter(PlannedOperation::read)).hasSize(500);
        assertThat(load.operations().stream().map(PlannedOperation::id).distinct())
                .hasSize(5_000);
        assertThat(load.operations()).allSatisfy(each -> {
            assertThat(each.tenant()).isBetween(0, 2);
            assertThat(each.member()).isBetween(0, 519);
            assertThat(each.due()).isBetween(0L, SHAPE.load().toMillis());
        });
        Map<Manner, Long> manners = load.operations().stream()
                .collect(Collectors.groupingBy(PlannedOperation::manner, Collectors.counting()));
        assertThat(manners.keySet()).containsExactlyInAnyOrder(Manner.values());
    }

    @Test
    void hasMoreDozensInMoreTime() {
        Function<Integer, Long> kills =
                minutes -> Schedule.draw(1, Shape.lasting(3, Duration.ofMinutes(minutes)), false).faults().stream()
                        .filter(fault -> fault.kind() == FaultKind.KILL_NODE)
                        .count();

        assertThat(kills.apply(1)).isEqualTo(4);
        assertThat(kills.apply(30)).isGreaterThan(16);
    }

    @Test
    void restartsEveryNodeInTurn() {
        var faults = Schedule.draw(5, Shape.rolling(3, 2), true).faults();

        assertThat(faults).hasSize(6).allMatch(fault -> fault.kind() == FaultKind.RESTART_NODE);
        assertThat(faults.subList(0, 3)).extracting(Fault::node).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(faults.subList(3, 6)).extracting(Fault::node).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void lastsLongerAtASlowerPace() {
        Shape slow = SHAPE.withPace(450);

        assertThat(slow.load()).isGreaterThan(SHAPE.load().multipliedBy(4));
        assertThat(Schedule.draw(1, slow, true).faults())
                .filteredOn(fault -> fault.kind() == FaultKind.PAUSE_NODE)
                .allMatch(fault -> fault.lasts().toSeconds() == 90);
    }

    @Test
    void leavesOutWhatCannotBeDoneAndNothingElse() {
        assertThat(Schedule.draw(3, SHAPE.withoutPartitions(), false).faults())
                .hasSize(10)
                .noneMatch(fault -> fault.kind() == FaultKind.PARTITION_NODE);
    }
}
