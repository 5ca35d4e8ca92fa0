package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements that are put together keep their parameters apart. */
final class ParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 | 0",
                "SELECT $1 | 1",
                "SELECT $1, $1::text, $2 | 2",
                "SELECT $10, $9 | 10",
                "SELECT ($3::uuid[])[$12:$2] | 12",
                "SELECT 'costs 5 $' | 0",
                "$4 | 4"
            })
    void countsTheHighestNumber(String statement, int count) {
        assertThat(Parameters.count(statement)).isEqualTo(count);
    }

    @Test
    void numbersAPartBehindAnother() {
        assertThat(Parameters.shifted("SELECT $1, $12 WHERE $2", 9)).isEqualTo("SELECT $10, $21 WHERE $11");
    }

    @Test
    void refusesValuesThatAreTooFewOrTooMany() {
        Parameters.check("SELECT $1, $2", Tuple.of(1, 2));
        assertThatThrownBy(() -> Parameters.check("SELECT $1, $2", Tuple.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Parameters.check("SELECT $1", Tuple.of(1, 2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
