package dev.merit.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merit.bench.measure.CpuShares;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.measure.Reading.Failures;
import dev.merit.bench.measure.Spread;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** All rounds of one contestant, in order. */
public record Result(String id, String title, List<Round> rounds) {

    public Result {
        rounds = List.copyOf(rounds);
    }

    /**
     * One stretch, reduced to figures. Latencies are milliseconds, what went on afterwards is seconds, shares are
     * cores.
     */
    public record Round(
            double rate, double p50, double p99, Failures failures, double afterwards, Map<Program, Double> cores) {
        public Round {
            cores = Map.copyOf(cores);
        }

        static Round of(Reading reading) {
            CpuShares cpu = reading.cpu();
            return new Round(
                    reading.rate(),
                    reading.p50(),
                    reading.p99(),
                    reading.failures(),
                    reading.afterwards().toMillis() / 1_000.0,
                    cpu.cores());
        }
    }

    public static Result of(String id, String title, List<Reading> readings) {
        return new Result(id, title, readings.stream().map(Round::of).toList());
    }

    @JsonProperty
    public Spread rate() {
        return Spread.of(values(Round::rate));
    }

    @JsonProperty
    public Spread p50() {
        return Spread.of(values(Round::p50));
    }

    @JsonProperty
    public Spread p99() {
        return Spread.of(values(Round::p99));
    }

    @JsonProperty
    public Spread afterwards() {
        return Spread.of(values(Round::afterwards));
    }

    @JsonProperty
    public long failed() {
        return failures().count();
    }

    Failures failures() {
        return rounds.stream().map(Round::failures).reduce(Failures.NONE, Failures::and);
    }

    /** The median of each program that could be watched in every round. */
    @JsonProperty
    public Map<Program, Double> cores() {
        Map<Program, Double> medians = new TreeMap<>();
        for (Program program : Program.values()) {
            if (rounds.stream().allMatch(round -> round.cores().containsKey(program))) {
                medians.put(
                        program,
                        Spread.of(values(round -> round.cores().getOrDefault(program, 0.0)))
                                .median());
            }
        }
        return medians;
    }

    List<Double> rates() {
        return values(Round::rate);
    }

    List<Double> medians() {
        return values(Round::p50);
    }

    private List<Double> values(ToDoubleFunction<Round> of) {
        return rounds.stream().map(of::applyAsDouble).toList();
    }
}
