package dev.merit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.measure.CpuShares.Program;
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
    private final Report report = new Report(
            new Machine(2, "a processor", 4_096, "a system", 0.5, "a JVM"),
            Map.of("fsync", "on"),
            new Report.NodeFacts(List.of("-Xmx256m"), Map.of(), "on"),
            Map.of("rounds", "3"),
            List.of(
                    result(Report.SEVERAL, 1_000, 1_000, 1_000),
                    result(Report.SINGLE_8, 2_000, 2_000, 2_000),
                    result(Report.SINGLE_16, 3_000, 2_500, 1_000),
                    result(Report.SINGLE_1, 500, 500, 500),
                    result(Report.PURCHASE_64, 4_000, 5_000, 6_000),
                    result(Report.PURCHASE_256, 5_000, 4_000, 4_000),
                    result(Report.REPEATS, 4_000, 5_000, 6_000),
                    result(Report.HOT, 2_000, 2_500, 3_000),
                    result(Report.PURCHASE_1, 300, 300, 300),
                    result(Report.OPEN, 2_500, 2_500, 2_500)));

    private static Result result(String id, double... rates) {
        return new Result(
                id,
                id,
                Arrays.stream(rates)
                        .mapToObj(rate -> new Round(rate, 1, 7, 0, 0, Map.of(Program.LOAD, 0.1)))
                        .toList());
    }

    // Breaks when the weaker of two forms is taken for the opponent.
    @Test
    void comparesWithTheBetterOfTheTwoForms() {
        assertThat(report.bestSingle().id()).isEqualTo(Report.SINGLE_16);
        assertThat(report.bestPurchase().id()).isEqualTo(Report.PURCHASE_64);
    }

    @Test
    void judgesEachGoalByItsMedian() {
        assertThat(report.goals())
                .extracting(Goal::figure, goal -> goal.measured().median(), Goal::verdict)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("purchase ÷ several statements", 5.0, "aim"),
                        org.assertj.core.groups.Tuple.tuple("purchase ÷ best single statement", 2.0, "aim"),
                        org.assertj.core.groups.Tuple.tuple("one hot member ÷ spread", 0.5, "below"),
                        org.assertj.core.groups.Tuple.tuple("5 % repeats ÷ none", 1.0, "aim"),
                        org.assertj.core.groups.Tuple.tuple("lone purchase ÷ single statement, p50", 1.0, "aim"),
                        org.assertj.core.groups.Tuple.tuple("p99 at half of the maximum, ms", 7.0, "floor"));
    }

    @Test
    void saysWhatCouldNotBeWatched() {
        assertThat(report.text())
                .contains("n/a")
                .containsPattern("purchase-64 +5,000 +4,000 – 6,000 +1\\.00 +7\\.00 +0 +0\\.00 +0\\.10 +n/a")
                .containsPattern("purchase-64 +5\\.00 \\(4\\.00 – 6\\.00\\) +2\\.00 \\(1\\.33 – 6\\.00\\)");
    }

    @Test
    void writesEveryRoundAsJson(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("made/bench.json");

        report.write(file);

        JsonNode json = Json.MAPPER.readTree(Files.readString(file));
        assertThat(json.path("results")).hasSize(10);
        assertThat(json.at("/results/0/rounds")).hasSize(3);
        assertThat(json.at("/results/0/rate/median").doubleValue()).isEqualTo(1_000);
        assertThat(json.at("/goals/0/verdict").textValue()).isEqualTo("aim");
        assertThat(json.at("/postgres/fsync").textValue()).isEqualTo("on");
    }
}
