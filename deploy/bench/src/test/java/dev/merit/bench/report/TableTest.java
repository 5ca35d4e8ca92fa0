package dev.merit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void putsTextToTheLeftAndFiguresToTheRight() {
        var table = new Table("what", "rate");
        table.add(List.of("one", "9"));
        table.add(List.of("the other", "12,345"));

        assertThat(table.text()).isEqualTo("""
                what         rate
                ---------  ------
                one             9
                the other  12,345
                """);
    }

    @Test
    void refusesARowOfAnotherLength() {
        var table = new Table("what", "rate");

        assertThatThrownBy(() -> table.add(List.of("one"))).isInstanceOf(IllegalArgumentException.class);
    }
}
