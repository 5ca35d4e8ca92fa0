package dev.merit.events.store;

import dev.merit.platform.pg.Pack;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads waiting events, marks them published, and keeps the leases of slices. Time is the database's. */
public final class OutboxStore {
    private static final Logger LOGGER = LoggerFactory.getLogger(OutboxStore.class);

    private static final String LEASE_PREFIX = "outbox-slice-";

    private static final long WINDOW_BYTES_MAX = 4L << 20;
    private static final int COUNTED_ROWS_MAX = 100_000;
    private static final int PRUNED_ROWS_MAX = 1_000;

    /** The first rows end the window when these are passed, so a window is never empty while a row waits. */
    private static final String LIST_WINDOW = """
            SELECT id, topic, event_ids, types, partner_ids, member_ids, sequences, times, payloads, pack
              FROM (SELECT id, topic, event_ids, types, partner_ids, member_ids, sequences, times, payloads, pack,
                           sum(cardinality(event_ids)) OVER earlier AS events_before,
                           sum(coalesce(unpacked_bytes, pg_column_size(payloads))) OVER earlier AS bytes_before
                      FROM (SELECT id, topic, event_ids, types, partner_ids, member_ids, sequences, times, payloads, pack,
                                   unpacked_bytes
                              FROM platform.outbox
                             WHERE slice = $1 AND published_at IS NULL
                             ORDER BY id
                             LIMIT $2) AS waiting
                    WINDOW earlier AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS measured
             WHERE coalesce(events_before, 0) < $3 AND coalesce(bytes_before, 0) < $4
             ORDER BY id
            """;

    /**
     * The first waiting rows of a slice by id. Never from a remembered id on: ids are drawn before commits, so a row
     * with a lower id may appear after one with a higher id was published.
     *
     * @param events ends the window with the row that reaches it
     */
    public Future<List<OutboxRow>> listWindow(SqlClient client, int slice, int events) {
        return client.preparedQuery(LIST_WINDOW)
                // A row holds an event at least.
                .execute(Tuple.of((short) slice, (long) events, (long) events, WINDOW_BYTES_MAX))
                .map(rows -> {
                    List<OutboxRow> window = new ArrayList<>(rows.size());
                    rows.forEach(row -> window.add(row(row)));
                    return window;
                });
    }

    private static OutboxRow row(Row row) {
        String topic = row.getString("topic");
        UUID[] ids = row.getArrayOfUUIDs("event_ids");
        String[] types = row.getArrayOfStrings("types");
        UUID[] partners = row.getArrayOfUUIDs("partner_ids");
        UUID[] members = row.getArrayOfUUIDs("member_ids");
        Long[] sequences = row.getArrayOfLongs("sequences");
        OffsetDateTime[] times = row.getArrayOfOffsetDateTimes("times");
        List<@Nullable Buffer> payloads = payloads(row, ids.length);
        List<OutboxEvent> events = IntStream.range(0, ids.length)
                .mapToObj(i -> new OutboxEvent(
                        topic,
                        ids[i],
                        types[i],
                        partners[i],
                        members[i],
                        sequences[i],
                        instant(times[i]),
                        payloads.get(i)))
                .toList();
        return new OutboxRow(row.getLong("id"), events);
    }

    /** What cannot be read is missing: then its events are put aside one by one, and the slice goes on. */
    private static List<@Nullable Buffer> payloads(Row row, int count) {
        Buffer pack = row.getBuffer("pack");
        if (pack == null) {
            return Arrays.stream(row.getArrayOfStrings("payloads"))
                    .<@Nullable Buffer>map(text -> text == null ? null : Buffer.buffer(text))
                    .toList();
        }
        try {
            List<Buffer> opened = Pack.open(pack);
            if (opened.size() == count) {
                return opened;
            }
            LOGGER.atError()
                    .addKeyValue("row", row.getLong("id"))
                    .addKeyValue("payloads", opened.size())
                    .addKeyValue("events", count)
                    .log("outbox_pack_damaged");
        } catch (Pack.Damaged e) {
            LOGGER.atError().addKeyValue("row", row.getLong("id")).setCause(e).log("outbox_pack_damaged");
        }
        return Collections.nCopies(count, null);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static final String LIST_FIRST_WAITING = """
            SELECT partner_id, member_id, card_id, min(sequence) AS first_sequence
              FROM (SELECT partner_id, member_id, sequence,
                           coalesce(card_id, CASE WHEN payload IS JSON OBJECT
                                                  THEN (payload::jsonb ->> 'card_id')::uuid END) AS card_id
                      FROM (SELECT unnest(partner_ids) AS partner_id, unnest(member_ids) AS member_id,
                                   unnest(sequences) AS sequence, unnest(card_ids) AS card_id,
                                   unnest(payloads) AS payload
                              FROM platform.outbox
                             WHERE topic = $1 AND published_at IS NULL
                             UNION ALL
                            SELECT partner_id, member_id, sequence, NULL, payload
                              FROM platform.parked_event
                             WHERE topic = $1 AND dropped_at IS NULL) AS waiting) AS of_account
             WHERE card_id IS NOT NULL
             GROUP BY partner_id, member_id, card_id
            """;

    /** An account's first event that is not published. */
    public record FirstWaiting(UUID partner, UUID member, UUID card, long sequence) {}

    /** For every account with transactions that wait or are parked, the first of them that can be read. */
    public Future<List<FirstWaiting>> listFirstWaiting(SqlClient client, String topic) {
        return client.preparedQuery(LIST_FIRST_WAITING).execute(Tuple.of(topic)).map(rows -> {
            List<FirstWaiting> waiting = new ArrayList<>(rows.size());
            rows.forEach(row -> waiting.add(new FirstWaiting(
                    row.getUUID("partner_id"),
                    row.getUUID("member_id"),
                    row.getUUID("card_id"),
                    row.getLong("first_sequence"))));
            return waiting;
        });
    }

    private static final String LIST_UNREADABLE = """
            SELECT partner_id, event_id
              FROM (SELECT unnest(partner_ids) AS partner_id, unnest(event_ids) AS event_id,
                           unnest(payloads) AS payload
                      FROM platform.outbox
                     WHERE topic = $1 AND published_at IS NULL AND card_ids IS NULL
                     UNION ALL
                    SELECT partner_id, event_id, payload
                      FROM platform.parked_event
                     WHERE topic = $1 AND dropped_at IS NULL) AS waiting
             WHERE partner_id IS NOT NULL AND (payload IS JSON OBJECT) IS NOT TRUE
             LIMIT $2
            """;

    /** Events that wait or are parked and have no readable payload, so that it does not tell of which account they are. */
    public Future<List<EventRef>> listUnreadable(SqlClient client, String topic, int limit) {
        return client.preparedQuery(LIST_UNREADABLE)
                .execute(Tuple.of(topic, (long) limit))
                .map(EventRef::list);
    }

    private static final String LIST_WAITING_SLICES = """
            SELECT slice
              FROM unnest($1::smallint[]) AS slice
             WHERE EXISTS (SELECT FROM platform.outbox o WHERE o.slice = slice.slice AND o.published_at IS NULL)
                OR EXISTS (SELECT FROM platform.parked_event p WHERE p.slice = slice.slice AND p.dropped_at IS NULL)
            """;

    /** Which of these slices may have something to publish: what is parked may have been released. */
    public Future<List<Integer>> listWaitingSlices(SqlClient client, Collection<Integer> among) {
        Short[] slices = among.stream().map(Integer::shortValue).toArray(Short[]::new);
        return client.preparedQuery(LIST_WAITING_SLICES)
                .execute(Tuple.of(slices))
                .map(rows -> {
                    List<Integer> waiting = new ArrayList<>(rows.size());
                    rows.forEach(row -> waiting.add(row.getShort("slice").intValue()));
                    return waiting;
                });
    }

    /**
     * The lock on the lease makes a change of owner wait for this statement, or this statement see the change. An event
     * is parked by the statement that marks its row and by no other, so it is never both, and never neither.
     */
    private static final String SET_DONE = """
            WITH held AS (
                SELECT name FROM platform.lease WHERE name = $1 AND owner = $2 AND fence = $3 FOR SHARE
            ), marked AS (
                UPDATE platform.outbox o SET published_at = now()
                  FROM held
                 WHERE o.id = ANY ($4::bigint[]) AND o.published_at IS NULL
                RETURNING o.id
            ), parked AS (
                INSERT INTO platform.parked_event
                       (event_id, slice, topic, type, partner_id, member_id, sequence, happened_at, payload, cause)
                SELECT o.event_ids[aside.place], o.slice, o.topic, o.types[aside.place], o.partner_ids[aside.place],
                       o.member_ids[aside.place], o.sequences[aside.place], o.times[aside.place],
                       coalesce(o.payloads[aside.place], convert_from(aside.payload, 'UTF8')), aside.cause
                  FROM unnest($5::bigint[], $6::integer[], $7::text[], $8::bytea[])
                       AS aside (outbox_id, place, cause, payload)
                  JOIN marked ON marked.id = aside.outbox_id
                  JOIN platform.outbox o ON o.id = aside.outbox_id
                 ORDER BY aside.outbox_id, aside.place
                ON CONFLICT (event_id) DO NOTHING
                RETURNING id
            )
            SELECT EXISTS (SELECT FROM held) AS held,
                   (SELECT count(*) FROM marked) AS marked, (SELECT count(*) FROM parked) AS parked
            """;

    /**
     * Marks rows whose events are all in Kafka or put aside, and parks the latter, unless the slice has another owner
     * by now: then false, and nothing has happened.
     */
    public Future<Boolean> setDone(SqlClient client, SliceClaim claim, List<Long> rows, List<Aside> aside) {
        return client.preparedQuery(SET_DONE)
                .execute(Tuple.of(
                        lease(claim.slice()),
                        claim.owner(),
                        claim.fence(),
                        rows.toArray(Long[]::new),
                        aside.stream().map(Aside::row).toArray(Long[]::new),
                        // PostgreSQL counts from 1.
                        aside.stream().map(each -> each.index() + 1).toArray(Integer[]::new),
                        aside.stream().map(Aside::cause).toArray(String[]::new),
                        aside.stream().map(Aside::payload).toArray(Buffer[]::new)))
                .map(result -> result.iterator().next().getBoolean("held"));
    }

    /**
     * A relay that was heard of lately counts as one of those that share the slices. Leases are taken in name order, so
     * that two relays that claim at once do not lock each other out.
     */
    private static final String CLAIM = """
            WITH present AS (
                INSERT INTO platform.relay (id, expires_at) VALUES ($2, now() + $3 * interval '1 millisecond')
                ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
            ), share AS (
                SELECT (cardinality($1::text[]) + relays - 1 - earlier) / relays AS slices
                  FROM (SELECT 1 + count(*)::integer AS relays, count(*) FILTER (WHERE id < $2)::integer AS earlier
                          FROM platform.relay
                         WHERE expires_at > now() AND id <> $2) AS counted
            ), ours AS (
                SELECT name FROM platform.lease WHERE name = ANY ($1) AND owner = $2
            ), free AS (
                SELECT wanted AS name
                  FROM unnest($1::text[]) AS wanted
                 WHERE NOT EXISTS (SELECT FROM platform.lease l
                                    WHERE l.name = wanted AND (l.owner = $2 OR l.expires_at > now()))
                 ORDER BY wanted
                 LIMIT greatest(0, (SELECT slices FROM share) - (SELECT count(*) FROM ours))
            ), claimed AS (
                INSERT INTO platform.lease AS l (name, owner, fence, expires_at)
                SELECT name, $2, 1, now() + $3 * interval '1 millisecond'
                  FROM (SELECT name FROM ours UNION ALL SELECT name FROM free) AS wanted
                 ORDER BY name
                ON CONFLICT (name) DO UPDATE
                   SET owner = excluded.owner,
                       fence = l.fence + CASE WHEN l.owner = excluded.owner THEN 0 ELSE 1 END,
                       expires_at = excluded.expires_at
                 WHERE l.owner = excluded.owner OR l.expires_at <= now()
                RETURNING name, fence
            )
            SELECT share.slices, claimed.name, claimed.fence FROM share LEFT JOIN claimed ON true
            """;

    /**
     * Renews what {@code owner} has, takes what is free or expired up to its share, and returns all that it has now.
     * The shares of all relays that claimed within {@code life} differ by one at most and add up to {@code slices}.
     */
    public Future<Claims> claim(SqlClient client, UUID owner, int slices, Duration life) {
        String[] names = IntStream.range(0, slices).mapToObj(OutboxStore::lease).toArray(String[]::new);
        return client.preparedQuery(CLAIM)
                .execute(Tuple.of(names, owner, (double) life.toMillis()))
                .map(rows -> {
                    int share = 0;
                    List<SliceClaim> claims = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        share = row.getInteger("slices");
                        String name = row.getString("name");
                        if (name != null) {
                            claims.add(new SliceClaim(slice(name), owner, row.getLong("fence")));
                        }
                    }
                    return new Claims(claims, share);
                });
    }

    /** Nobody has it, not even who had it: if they come back it is a new ownership. */
    private static final String HAND_OVER = """
            UPDATE platform.lease
               SET owner = '00000000-0000-0000-0000-000000000000', expires_at = now() - interval '1 second'
             WHERE name = $1 AND owner = $2 AND fence = $3
            """;

    /** Lets others have the slice at once; of no effect when it has another owner by now. */
    public Future<?> handOver(SqlClient client, SliceClaim claim) {
        return client.preparedQuery(HAND_OVER).execute(Tuple.of(lease(claim.slice()), claim.owner(), claim.fence()));
    }

    private static final String RELEASE = """
            WITH gone AS (
                DELETE FROM platform.relay WHERE id = $1
            )
            UPDATE platform.lease SET expires_at = now() - interval '1 second'
             WHERE owner = $1 AND expires_at > now() AND name LIKE 'outbox-slice-%'
            """;

    /** Lets others have the owner's slices at once, and their shares grow. */
    public Future<?> release(SqlClient client, UUID owner) {
        return client.preparedQuery(RELEASE).execute(Tuple.of(owner));
    }

    private static final String PRUNE_RELAYS = """
            DELETE FROM platform.relay WHERE expires_at < now() - interval '1 hour'
            """;

    /** Forgets relays that died long ago, and tells how many. */
    public Future<Integer> pruneRelays(SqlClient client) {
        return client.preparedQuery(PRUNE_RELAYS).execute().map(SqlResult::rowCount);
    }

    private static final String MEASURE = """
            SELECT (SELECT count(*)
                      FROM (SELECT FROM platform.outbox WHERE published_at IS NULL LIMIT $2) AS counted) AS waiting,
                   (SELECT count(*)
                      FROM (SELECT FROM platform.parked_event WHERE dropped_at IS NULL LIMIT $2) AS counted) AS parked,
                   coalesce(greatest(0, extract(epoch FROM now() - min(first.created_at))), 0)::bigint AS oldest
              FROM generate_series(0, $1 - 1) AS s (slice)
             CROSS JOIN LATERAL (SELECT o.created_at
                                   FROM platform.outbox o
                                  WHERE o.slice = s.slice AND o.published_at IS NULL
                                  ORDER BY o.id
                                  LIMIT 1) AS first
            """;

    /** How much waits in all slices, whoever owns them. */
    public Future<Waiting> measure(SqlClient client, int slices) {
        return client.preparedQuery(MEASURE)
                .execute(Tuple.of(slices, (long) COUNTED_ROWS_MAX))
                .map(rows -> rows.iterator().next())
                .map(row -> new Waiting(row.getLong("waiting"), row.getLong("oldest"), row.getLong("parked")));
    }

    private static final String PRUNE = """
            DELETE FROM platform.outbox
             WHERE id IN (SELECT id
                            FROM platform.outbox
                           WHERE published_at < now() - $1 * interval '1 millisecond'
                           ORDER BY published_at
                           LIMIT $2)
            """;

    /** Deletes some of the rows published longer ago than {@code age}; true when there may be more. */
    public Future<Boolean> prune(SqlClient client, Duration age) {
        return client.preparedQuery(PRUNE)
                .execute(Tuple.of((double) age.toMillis(), (long) PRUNED_ROWS_MAX))
                .map(deleted -> deleted.rowCount() == PRUNED_ROWS_MAX);
    }

    private static String lease(int slice) {
        return LEASE_PREFIX + slice;
    }

    private static int slice(String lease) {
        return Integer.parseInt(lease.substring(LEASE_PREFIX.length()));
    }
}
