package dev.merit.events;

import dev.merit.events.store.Aside;
import dev.merit.events.store.EventStream;
import dev.merit.events.store.OutboxEvent;
import dev.merit.events.store.ParkedStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a slice are not sent: those that were refused, all that follow in their stream, and what has arrived.
 * What is put aside in a row that is not done yet is known here alone; should the node die, the next owner finds it out
 * anew.
 */
final class Parking {
    private record Put(Aside aside, EventStream stream) {}

    /** Streams of which something is parked. */
    private final Set<EventStream> held = new HashSet<>();
    /** Not in the database yet. */
    private final List<Put> put = new ArrayList<>();
    /** In Kafka, although something before them is not: they are not sent again. */
    private final Set<UUID> arrived = new HashSet<>();
    /** Refused together with others. */
    private final Set<UUID> suspects = new HashSet<>();

    /** What the database says now. */
    void read(Collection<ParkedStream> streams) {
        held.clear();
        streams.forEach(each -> held.add(each.stream()));
        put.forEach(each -> held.add(each.stream()));
    }

    /** Whether anything is parked, as far as is known. */
    boolean holdsAny() {
        return !held.isEmpty();
    }

    /** Whether the event has to stay behind a parked one. */
    boolean isHeld(OutboxEvent event) {
        return !held.isEmpty() && held.contains(event.stream());
    }

    /** Whether the event is not to be sent. */
    boolean isPassed(OutboxEvent event) {
        return isHeld(event) || (!arrived.isEmpty() && arrived.contains(event.id()));
    }

    void arrive(Set<UUID> events) {
        arrived.addAll(events);
    }

    boolean isSuspect(OutboxEvent event) {
        return suspects.contains(event.id());
    }

    void suspect(Set<UUID> events) {
        suspects.addAll(events);
    }

    void acquit(UUID event) {
        suspects.remove(event);
    }

    void refuse(Place place, String cause) {
        put(place, cause);
    }

    /** What a plan passed over stays behind, unless it has arrived. */
    void holdBack(Collection<Place> places) {
        for (Place place : places) {
            if (!arrived.remove(place.event().id())) {
                put(place, null);
            }
        }
    }

    private void put(Place place, @Nullable String cause) {
        EventStream stream = place.event().stream();
        suspects.remove(place.event().id());
        put.add(new Put(new Aside(place.row(), place.index(), place.event().payload(), cause), stream));
        held.add(stream);
    }

    /** What is put aside in these rows. */
    List<Aside> of(Collection<Long> rows) {
        if (put.isEmpty()) {
            return List.of();
        }
        Set<Long> among = new HashSet<>(rows);
        return put.stream()
                .map(Put::aside)
                .filter(aside -> among.contains(aside.row()))
                .toList();
    }

    /** The database has them now. */
    void stored(Collection<Aside> asides) {
        if (!asides.isEmpty()) {
            Set<Aside> gone = new HashSet<>(asides);
            put.removeIf(each -> gone.contains(each.aside()));
        }
    }

    /** For a new ownership: others may have done anything since. */
    void forget() {
        held.clear();
        put.clear();
        arrived.clear();
        suspects.clear();
    }
}
