package dev.merit.platform.pg;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Events on their way to Kafka. They are written in the transaction of the effect: there is either both or neither.
 * Members are cut into slices, so that relays can share the work and keep each member's order.
 */
public final class Outbox {
    /** Fixed for the life of a database: waiting rows carry their slice. */
    public static final int SLICES = 8;

    private Outbox() {}

    /** The slice of a member, the same on every node and in every release. */
    public static int sliceOf(MemberId member) {
        UUID id = member.value();
        long mixed = (id.getMostSignificantBits() ^ id.getLeastSignificantBits()) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 61);
    }

    private record Place(int slice, String topic) {}

    private static final String APPEND = """
            INSERT INTO platform.outbox
                   (slice, topic, event_ids, types, partner_ids, member_ids, sequences, times, payloads)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;

    /** Appends events in the order given: one row for each slice and topic among them. */
    public static Future<?> append(SqlClient tx, List<? extends LoyaltyEvent> events) {
        Map<Place, List<LoyaltyEvent>> rows = new LinkedHashMap<>();
        for (LoyaltyEvent event : events) {
            rows.computeIfAbsent(new Place(sliceOf(event.member()), event.topic()), place -> new ArrayList<>())
                    .add(event);
        }
        List<Future<?>> sent = new ArrayList<>();
        rows.forEach((place, row) -> sent.add(tx.preparedQuery(APPEND).execute(tuple(place, row))));
        return Future.all(sent);
    }

    private static Tuple tuple(Place place, List<LoyaltyEvent> events) {
        int count = events.size();
        var ids = new UUID[count];
        var types = new String[count];
        var partners = new UUID[count];
        var members = new UUID[count];
        var sequences = new Long[count];
        var times = new OffsetDateTime[count];
        var payloads = new String[count];
        for (int i = 0; i < count; i++) {
            LoyaltyEvent event = events.get(i);
            ids[i] = event.eventId();
            types[i] = event.type();
            partners[i] = event.partner().value();
            members[i] = event.member().value();
            sequences[i] = event.sequence();
            times[i] = event.time().atOffset(ZoneOffset.UTC);
            payloads[i] = Json.write(event);
        }
        return Tuple.from(new Object[] {
            (short) place.slice(), place.topic(), ids, types, partners, members, sequences, times, payloads
        });
    }
}
