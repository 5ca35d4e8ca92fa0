package dev.merit.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresOptionsTest {

    @ParameterizedTest
    @CsvSource({"1, 128", "2, 128", "8, 512", "15, 960", "16, 1024", "24, 1024", "4096, 1024"})
    void takesASixteenthOfTheMachineWithinBounds(long gibibytes, int megabytes) {
        assertThat(PostgresOptions.sharedBuffersFor(gibibytes << 30)).isEqualTo(megabytes);
    }
}
