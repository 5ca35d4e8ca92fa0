package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.events.store.OutboxEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final UUID ID = UUID.randomUUID();

    private final List<Place> window = IntStream.range(0, 6)
            .mapToObj(i -> new Place(
                    1, i, new OutboxEvent("topic", UUID.randomUUID(), "type", ID, ID, i, Instant.EPOCH, null)))
            .toList();

    @Test
    void passesOverWhatIsHeldBackAndCountsItWithWhatWasSent() {
        // Breaks when the count of what was sent is taken for the count of what is dealt with: a held event would be
        // marked as published, or a sent one be sent again.
        Plan plan = plan(Set.of(0, 2, 5), Set.of());
        assertThat(sequences(plan)).containsExactly(1L, 3L, 4L);
        assertThat(plan.isWhole()).isTrue();
        assertThat(plan.reach(0)).isEqualTo(1);
        assertThat(plan.reach(1)).isEqualTo(3);
        assertThat(plan.reach(2)).isEqualTo(4);
        assertThat(plan.reach(3)).isEqualTo(6);
        assertThat(indexes(plan.passedOver(3))).containsExactly(0, 2);
        assertThat(indexes(plan.passedOver(6))).containsExactly(0, 2, 5);
    }

    @Test
    void sendsWhatIsBeforeASuspectAndThenTheSuspectAlone() {
        // Breaks when a suspect is sent with others: a refusal of the batch would park an innocent event.
        Plan before = plan(Set.of(), Set.of(2));
        assertThat(sequences(before)).containsExactly(0L, 1L);
        assertThat(before.isOfOneSuspect()).isFalse();
        assertThat(before.isWhole()).isFalse();
        assertThat(before.reach(2)).isEqualTo(2);

        Plan alone = plan(Set.of(0), Set.of(1, 2));
        assertThat(sequences(alone)).containsExactly(1L);
        assertThat(alone.isOfOneSuspect()).isTrue();
        assertThat(alone.reach(1)).isEqualTo(2);
        assertThat(indexes(alone.passedOver(2))).containsExactly(0);
    }

    @Test
    void sendsNothingWhenAllIsHeldBack() {
        Plan plan = plan(Set.of(0, 1, 2, 3, 4, 5), Set.of(3));
        assertThat(plan.events()).isEmpty();
        assertThat(plan.reach(0)).isEqualTo(6);
        assertThat(plan.passedOver(6)).hasSize(6);
    }

    private Plan plan(Set<Integer> held, Set<Integer> suspects) {
        return Plan.of(
                window,
                event -> held.contains((int) event.sequence()),
                event -> suspects.contains((int) event.sequence()));
    }

    private static List<Long> sequences(Plan plan) {
        return plan.events().stream().map(OutboxEvent::sequence).toList();
    }

    private static List<Integer> indexes(List<Place> places) {
        return places.stream().map(Place::index).toList();
    }
}
