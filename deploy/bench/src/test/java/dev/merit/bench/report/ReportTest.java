package dev.merit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.bench.measure.Reading.Failures;
import dev.merit.bench.report.Result.Round;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private final Report report = report(Map.of("fsync", "on"));

    private static Report report(Map<String, String> postgres) {
        return new Report(
                new Machine(2, "a processor", 4_096, "a system", 0.5, "a JVM"),
                postgres,
                new Report.NodeFacts(List.of("-Xmx256m"), Map.of(), "on", List.of(200.0, 260.0)),
                Map.of("rounds", "3"),
                List.of(
                        result(Contestants.SEVERAL, 1_000, 1_000, 1_000),
                        result(Contestants.SINGLE_8, 2_000, 2_000, 2_000),
                        result(Contestants.SINGLE_16, 3_000, 2_500, 1_000),
                        result(Contestants.SINGLE_1, 500, 500, 500),
                        result(Contestants.PURCHASE_64, 4_000, 5_000, 6_000),
                        result(Contestants.PURCHASE_256, 5_000, 4_000, 4_000),
                        result(Contestants.REPEATS, 4_000, 5_000, 6_000),
                        result(Contestants.HOT, 2_000, 2_500, 3_000),
                        result(Contestants.PURCHASE_1, 300, 300, 300),
                        result(Contestants.OPEN_PURCHASE, 2_500, 2_500, 2_500)));
    }

    private static Result result(String id, double... rates) {
        return result(id, Failures.NONE, rates);
    }

    private static Result result(String id, Failures failures, double... rates) {
        return new Result(
                id,
                id,
                Arrays.stream(rates)
                        .mapToObj(rate -> new Round(rate, 1, 7, failures, 0, Map.of(Program.LOAD, 0.1)))
                        .toList());
    }

    // Breaks when the weaker of two forms is taken for the opponent.
    @Test
    void judgesEachGoalByItsMedian() {
        assertThat(report.goals())
                .extracting(Goal::figure, goal -> goal.measured().median(), Goal::verdict)
                .containsExactly(
                        tuple("purchase ÷ several statements", 5.0, "aim"),
                        tuple("purchase ÷ best single statement", 2.0, "aim"),
                        tuple("one hot member ÷ spread", 0.5, "below"),
                        tuple("5 % repeats ÷ none", 1.0, "aim"),
                        tuple("lone purchase ÷ single statement, p50", 1.0, "aim"),
                        tuple("purchase: p99 at half of the maximum, ms", 7.0, "floor"),
                        tuple("resident memory of the node under load, MiB", 230.0, "aim"));
    }

    // Breaks when a disk that was made slow is held to the promises for one that is not, or the other way round.
    @Test
    void judgesASlowDiskByItsOwnPromise() {
        assertThat(report(Map.of(Report.FLUSH_DELAY, "1 ms")).goals())
                .extracting(Goal::figure, goal -> goal.measured().median())
                .containsExactly(tuple("flush of 1 ms: purchase ÷ one statement per request, 8 connections", 2.5));
    }

    // Breaks when a delay that nothing is promised of is held to the promise for another.
    @Test
    void judgesNothingByADelayOfAnotherLength() {
        assertThat(report(Map.of(Report.FLUSH_DELAY, "10 ms")).goals()).isEmpty();
    }

    // Breaks when somebody is fast by refusing work, or when only whoever was the best is asked whether it did all of
    // it.
    @Test
    void reachesNoGoalWithWorkThatWasNotDone() {
        var failing = new Report(
                report.machine(),
                report.postgres(),
                report.node(),
                report.plan(),
                List.of(
                        result(Contestants.SEVERAL, 1_000),
                        result(Contestants.REDEEM, 5_000),
                        result(Contestants.PURCHASE_64, 5_000),
                        result(Contestants.PURCHASE_256, new Failures(3, "POST /purchase → 503 busy"), 4_000)));

        assertThat(failing.goals())
                .extracting(Goal::figure, Goal::verdict)
                .containsExactly(
                        tuple("purchase ÷ several statements", "failed"),
                        tuple("redeem ÷ purchase", "aim"),
                        tuple("resident memory of the node under load, MiB", "failed"));
        assertThat(failing.failed()).isTrue();
        assertThat(failing.text())
                .contains("failed: purchase-256: 3, the first was POST /purchase → 503 busy")
                .doesNotContain("failed: purchase-64");
        assertThat(report.failed()).isFalse();
        assertThat(report.text()).doesNotContain("failed:");
    }

    // Breaks when a goal is made up for somebody who took no part.
    @Test
    void saysNothingOfWhoTookNoPart() {
        var alone = new Report(
                report.machine(),
                report.postgres(),
                new Report.NodeFacts(List.of(), Map.of(), "off", List.of()),
                report.plan(),
                List.of(result(Contestants.PURCHASE_256, 5_000), result(Contestants.SEVERAL, 1_000)));

        assertThat(alone.goals()).extracting(Goal::figure).containsExactly("purchase ÷ several statements");
        assertThat(alone.text()).doesNotContain("÷ best single");
    }

    @Test
    void saysWhatCouldNotBeWatched() {
        assertThat(report.text())
                .contains("n/a")
                .containsPattern(
                        "purchase-64 +5,000 +4,000 – 6,000 +1\\.00 +7\\.00 +0 +0\\.00 +0\\.10 +n/a +n/a +n/a +n/a +100")
                .containsPattern("purchase-64 +5\\.00 \\(4\\.00 – 6\\.00\\) +2\\.00 \\(1\\.33 – 6\\.00\\)");
    }

    @Test
    void writesEveryRoundAsJson(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("made/bench.json");

        Report.checkWritable(file);
        report.write(file);

        assertThat(report.draw(file)).isEmpty();
        JsonNode json = Json.MAPPER.readTree(Files.readString(file));
        assertThat(Files.readString(directory.resolve("made/bench.svg"))).contains("<svg");
        assertThat(json.path("results")).hasSize(10);
        assertThat(json.at("/results/0/rounds")).hasSize(3);
        assertThat(json.at("/results/0/rate/median").doubleValue()).isEqualTo(1_000);
        assertThat(json.at("/goals/0/verdict").textValue()).isEqualTo("aim");
        assertThat(json.at("/postgres/fsync").textValue()).isEqualTo("on");
    }

    // Breaks when a run of half an hour ends in a report that has no place to go.
    @Test
    void knowsBeforehandWhatCannotBeWritten(@TempDir Path directory) throws IOException {
        Path earlier = Files.writeString(directory.resolve("earlier.json"), "{}");

        Report.checkWritable(earlier);
        Report.checkWritable(directory.resolve("made/bench.json"));

        assertThat(earlier).hasContent("{}");
        assertThat(directory.resolve("made")).isEmptyDirectory();
        assertThatThrownBy(() -> Report.checkWritable(directory)).isInstanceOf(BenchFailed.class);
        assertThatThrownBy(() -> Report.checkWritable(earlier.resolve("bench.json")))
                .isInstanceOf(BenchFailed.class);
    }

    // Breaks when a machine that cannot draw loses what it measured.
    @Test
    void livesWithoutAPicture(@TempDir Path directory) {
        assertThat(report.draw(directory.resolve("missing/bench.json"))).isPresent();
    }
}
