package dev.merit.platform.pg;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.event.LoyaltyEvent.Counted;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Events on their way to Kafka. They are written in the transaction of the effect: there is either both or neither.
 * Members are cut into slices, so that relays can share the work and keep each member's order.
 *
 * <p>Ledger entries bring their number along. All other events are counted here, for each topic and member; their rows
 * in {@code platform.stream} are the last that a transaction locks, in one order for everybody.
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

    private record Place(int slice, String topic) {
        static final Comparator<Place> LOCK_ORDER =
                Comparator.comparing(Place::topic).thenComparingInt(Place::slice);

        static Place of(LoyaltyEvent event) {
            return new Place(sliceOf(event.member()), event.topic());
        }
    }

    /** The same as {@link #append(Writes, List)}, and nothing else. */
    public static Future<?> append(SqlClient tx, List<? extends LoyaltyEvent> events) {
        var writes = new Writes();
        append(writes, events);
        return writes.send(tx);
    }

    /**
     * Appends events in the order given: one row for each slice and topic among them. Those that are counted here come
     * behind all that was added before, since their locks are the last.
     */
    public static void append(Writes writes, List<? extends LoyaltyEvent> events) {
        SequencedMap<Place, List<TransactionRecorded>> entries = new LinkedHashMap<>();
        SequencedMap<Place, List<Counted>> counted = new TreeMap<>(Place.LOCK_ORDER);
        for (LoyaltyEvent event : events) {
            switch (event) {
                case TransactionRecorded entry -> add(entries, entry);
                case Counted other -> add(counted, other);
            }
        }
        if (!entries.isEmpty()) {
            writes.add(APPEND_ENTRIES, entryTuple(entries));
        }
        counted.forEach((place, row) -> writes.alone(tx -> appendCounted(tx, place, row)));
    }

    private static <E extends LoyaltyEvent> void add(Map<Place, List<E>> rows, E event) {
        rows.computeIfAbsent(Place.of(event), place -> new ArrayList<>()).add(event);
    }

    // All rows by one INSERT: each begins with so much work that many small ones are dearer than what is in them. The
    // events of a row are those behind the ones of the row before.
    private static final String APPEND_ENTRIES = """
            INSERT INTO platform.outbox
                   (slice, topic, pack, unpacked_bytes, event_ids, types, partner_ids, member_ids, times, card_ids,
                    sequences)
            SELECT slice, topic, pack, unpacked_bytes, ($6::uuid[])[first:last], ($7::text[])[first:last],
                   ($8::uuid[])[first:last], ($9::uuid[])[first:last], ($10::timestamptz[])[first:last],
                   ($11::uuid[])[first:last], ($12::bigint[])[first:last]
              FROM (SELECT slice, topic, pack, unpacked_bytes, last, lag(last, 1, 0) OVER () + 1 AS first
                      FROM unnest($1::smallint[], $2::text[], $3::int[], $4::bytea[], $5::int[])
                           AS t (slice, topic, last, pack, unpacked_bytes)) AS row
            """;

    private static Tuple entryTuple(SequencedMap<Place, List<TransactionRecorded>> rows) {
        var slices = new Short[rows.size()];
        var topics = new String[rows.size()];
        var lasts = new Integer[rows.size()];
        var packs = new Buffer[rows.size()];
        var lengths = new Integer[rows.size()];
        List<TransactionRecorded> events = new ArrayList<>();
        int next = 0;
        for (Map.Entry<Place, List<TransactionRecorded>> row : rows.entrySet()) {
            events.addAll(row.getValue());
            slices[next] = (short) row.getKey().slice();
            topics[next] = row.getKey().topic();
            lasts[next] = events.size();
            List<byte[]> payloads = row.getValue().stream().map(Json::bytes).toList();
            packs[next] = Pack.of(payloads);
            lengths[next] = Pack.length(payloads);
            next++;
        }
        UUID[] cards = events.stream().map(event -> event.cardId().value()).toArray(UUID[]::new);
        Long[] numbers =
                events.stream().map(TransactionRecorded::accountSequence).toArray(Long[]::new);
        return addHeads(Tuple.of(slices, topics, lasts, packs, lengths), events)
                .addArrayOfUUID(cards)
                .addArrayOfLong(numbers);
    }

    // Members are counted in the order of their ids: the locks are held until the commit. The row of the outbox draws
    // its id behind that lock, so that it is also read behind the member's earlier events. Payloads arrive as bytes:
    // the client copies those, and would write a text letter by letter. There are too few of them to be packed.
    private static final String APPEND_COUNTED = """
            WITH given AS (
                SELECT event_id, type, partner_id, member_id, at, convert_from(payload, 'UTF8') AS payload, position,
                       row_number() OVER (PARTITION BY member_id ORDER BY position) AS nth,
                       count(*) OVER (PARTITION BY member_id) AS of_member
                  FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::bytea[])
                       WITH ORDINALITY AS t (event_id, type, partner_id, member_id, at, payload, position)),
            counted AS (
                INSERT INTO platform.stream AS s (member_id, topic, last_sequence)
                SELECT member_id, $2::text, count(*) FROM given GROUP BY member_id ORDER BY member_id
                ON CONFLICT (member_id, topic) DO UPDATE SET last_sequence = s.last_sequence + excluded.last_sequence
                RETURNING member_id, last_sequence)
            INSERT INTO platform.outbox
                   (slice, topic, event_ids, types, partner_ids, member_ids, times, payloads, sequences)
            SELECT $1::smallint, $2::text, array_agg(g.event_id ORDER BY g.position),
                   array_agg(g.type ORDER BY g.position), array_agg(g.partner_id ORDER BY g.position),
                   array_agg(g.member_id ORDER BY g.position), array_agg(g.at ORDER BY g.position),
                   array_agg(g.payload ORDER BY g.position),
                   array_agg(c.last_sequence - g.of_member + g.nth ORDER BY g.position)
              FROM given g
              JOIN counted c ON c.member_id = g.member_id
            """;

    private static Future<?> appendCounted(SqlClient tx, Place place, List<Counted> row) {
        Buffer[] payloads =
                row.stream().map(event -> Buffer.buffer(Json.bytes(event))).toArray(Buffer[]::new);
        return tx.preparedQuery(APPEND_COUNTED)
                .execute(addHeads(Tuple.of((short) place.slice(), place.topic()), row)
                        .addArrayOfBuffer(payloads));
    }

    /** Who and when: five columns. */
    private static Tuple addHeads(Tuple tuple, List<? extends LoyaltyEvent> events) {
        int count = events.size();
        var ids = new UUID[count];
        var types = new String[count];
        var partners = new UUID[count];
        var members = new UUID[count];
        var times = new OffsetDateTime[count];
        for (int i = 0; i < count; i++) {
            LoyaltyEvent event = events.get(i);
            ids[i] = event.eventId();
            types[i] = event.type();
            partners[i] = event.partner().value();
            members[i] = event.member().value();
            times[i] = event.time().atOffset(ZoneOffset.UTC);
        }
        return tuple.addArrayOfUUID(ids)
                .addArrayOfString(types)
                .addArrayOfUUID(partners)
                .addArrayOfUUID(members)
                .addArrayOfOffsetDateTime(times);
    }
}
