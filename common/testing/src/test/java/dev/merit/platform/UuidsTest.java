package dev.merit.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123Z");

    // Lists are newest first by id: ids of one millisecond have to come in the order of their making.
    @Test
    void growsWithinAMillisecond() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(Uuids.at(NOW).toString());
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void growsWithTheClock() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(Uuids.next().toString());
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    // Fails when ids made for a given time and ids made for the clock push each other back.
    @Test
    void growsAlsoWhileIdsOfAnotherTimeAreMade() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(Uuids.at(NOW).toString());
            var unused = Uuids.next();
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void carriesTheTimeAndTheVersion() {
        UUID id = Uuids.at(NOW);

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    // Ranges of days lean on it: one id below the floor and the first transactions of a day are missing.
    @Test
    void putsTheFloorBelowEveryIdOfItsMillisecondAndAboveTheOneBefore() {
        String floor = Uuids.floor(NOW).toString();

        for (int i = 0; i < 1_000; i++) {
            assertThat(Uuids.at(NOW).toString()).isGreaterThanOrEqualTo(floor);
            assertThat(Uuids.at(NOW.minusMillis(1)).toString()).isLessThan(floor);
        }
    }
}
