package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.events.store.OutboxEvent;
import dev.merit.events.store.OutboxRow;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final UUID ID = UUID.randomUUID();

    private final Progress progress = new Progress();

    @Test
    void marksOnlyRowsWhoseEventsAllArrived() {
        // Breaks when a row is marked with its first event: a crash would then lose the others.
        List<OutboxRow> rows = List.of(row(1, 1, 2), row(2, 3, 4, 5), row(3, 6));
        assertThat(progress.advance(rows, 4)).containsExactly(1L);
        assertThat(sequences(rows.subList(1, 3))).containsExactly(5L, 6L);
        assertThat(progress.advance(rows.subList(1, 3), 2)).containsExactly(2L, 3L);
    }

    @Test
    void addsUpOverRetries() {
        List<OutboxRow> rows = List.of(row(1, 1, 2, 3, 4));
        assertThat(progress.advance(rows, 1)).isEmpty();
        assertThat(progress.advance(rows, 0)).isEmpty();
        assertThat(progress.advance(rows, 2)).isEmpty();
        assertThat(sequences(rows)).containsExactly(4L);
        assertThat(progress.advance(rows, 1)).containsExactly(1L);
    }

    @Test
    void sendsALateRowWithALowerIdWhole() {
        // Breaks when the memory means "the first row" instead of "this row".
        assertThat(progress.advance(List.of(row(7, 1, 2)), 1)).isEmpty();
        List<OutboxRow> rows = List.of(row(6, 8, 9), row(7, 1, 2));
        assertThat(sequences(rows)).containsExactly(8L, 9L, 2L);
        assertThat(progress.advance(rows, 3)).containsExactly(6L, 7L);
    }

    @Test
    void startsAllOverAfterAChangeOfOwner() {
        List<OutboxRow> rows = List.of(row(1, 1, 2));
        assertThat(progress.advance(rows, 1)).isEmpty();
        progress.forget();
        assertThat(sequences(rows)).containsExactly(1L, 2L);
    }

    @Test
    void countsARowWithoutEventsAsDone() {
        assertThat(progress.advance(List.of(row(1), row(2)), 0)).containsExactly(1L, 2L);
    }

    private List<Long> sequences(List<OutboxRow> rows) {
        return progress.remaining(rows).stream()
                .map(place -> place.event().sequence())
                .toList();
    }

    private static OutboxRow row(long id, long... sequences) {
        return new OutboxRow(
                id,
                LongStream.of(sequences)
                        .mapToObj(
                                sequence -> new OutboxEvent("topic", ID, "type", ID, ID, sequence, Instant.EPOCH, null))
                        .toList());
    }
}
