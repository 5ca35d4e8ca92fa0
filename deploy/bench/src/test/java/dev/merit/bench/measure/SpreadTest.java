package dev.merit.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void takesTheMiddleOfAnOddNumberOfRounds() {
        assertThat(Spread.of(List.of(30.0, 10.0, 20.0, 90.0, 15.0))).isEqualTo(new Spread(10, 20, 90));
    }

    @Test
    void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        assertThat(Spread.of(List.of(40.0, 10.0, 20.0, 30.0))).isEqualTo(new Spread(10, 25, 40));
    }

    // Breaks when the medians are divided instead of the rounds: that would say 1 here, though every round says 2 but
    // one.
    @Test
    void comparesWhatWasTakenInTheSameRound() {
        List<Double> these = List.of(200.0, 20.0, 10.0);
        List<Double> those = List.of(100.0, 10.0, 20.0);

        assertThat(Spread.ofRatios(these, those)).isEqualTo(new Spread(0.5, 2, 2));
    }

    @Test
    void refusesRoundsThatHaveNoCounterpart() {
        assertThatThrownBy(() -> Spread.ofRatios(List.of(1.0, 2.0), List.of(1.0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
