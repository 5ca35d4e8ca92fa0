package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void growsToFiveSecondsAndNoFurther() {
        assertThat(IntStream.of(1, 2, 3, 4, 5, 6, 7, 1_000, Integer.MAX_VALUE).mapToObj(Backoff::millis))
                .containsExactly(200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L, 5_000L, 5_000L);
    }
}
