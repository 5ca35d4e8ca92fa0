package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LooksTest {
    private final Looks looks = new Looks();

    @Test
    void looksAtOnceAndAfterEachSuccess() {
        assertThat(looks.worthIt()).isTrue();
        looks.sufficed();
        assertThat(looks.worthIt()).isTrue();
    }

    // Breaks when a lane whose batches take locks anyway goes on looking at each of them first.
    @Test
    void looksLessAndLessOftenForNothing() {
        for (int skipped : new int[] {1, 2, 4, 8, 16, 32, 32}) {
            looks.wasFutile();
            assertThat(skipped()).isEqualTo(skipped);
        }
        looks.sufficed();
        looks.wasFutile();
        assertThat(skipped()).isEqualTo(1);
    }

    @Test
    void takesLocksForAWhileAfterItMetANeighbour() {
        looks.metANeighbour();
        assertThat(looks.worthIt()).isFalse();
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(looks::worthIt);
    }

    private int skipped() {
        int skipped = 0;
        while (!looks.worthIt()) {
            skipped++;
        }
        return skipped;
    }
}
