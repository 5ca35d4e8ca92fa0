package dev.merit.events.store;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events put aside: for the relay, which publishes them once they may go, and for operators, who decide on them. */
public final class ParkedStore {
    /** With so many streams of one slice parked the fault is not in the events. */
    public static final int STREAMS_MAX = 10_000;

    private static final int RELEASED_EVENTS_MAX = 1_000;
    private static final long RELEASED_BYTES_MAX = 4L << 20;

    /** From the first event of a stream straight to the first of the next: what is held back behind it is not read. */
    private static final String LIST_STREAMS = """
            WITH RECURSIVE head AS (
                (SELECT p.topic, p.member_id, p.cause IS NOT NULL AS refused
                   FROM platform.parked_event p
                  WHERE p.slice = $1 AND p.dropped_at IS NULL
                  ORDER BY p.topic, p.member_id, p.id
                  LIMIT 1)
                UNION ALL
                SELECT next.topic, next.member_id, next.refused
                  FROM head
                 CROSS JOIN LATERAL (SELECT p.topic, p.member_id, p.cause IS NOT NULL AS refused
                                       FROM platform.parked_event p
                                      WHERE p.slice = $1 AND p.dropped_at IS NULL
                                        AND (p.topic, p.member_id) > (head.topic, head.member_id)
                                      ORDER BY p.topic, p.member_id, p.id
                                      LIMIT 1) AS next
            )
            SELECT topic, member_id, refused FROM head LIMIT $2
            """;

    /** The streams of a slice with parked events, up to one more than {@link #STREAMS_MAX}. */
    public Future<List<ParkedStream>> listStreams(SqlClient client, int slice) {
        return client.preparedQuery(LIST_STREAMS)
                .execute(Tuple.of((short) slice, STREAMS_MAX + 1L))
                .map(rows -> {
                    List<ParkedStream> streams = new ArrayList<>(rows.size());
                    rows.forEach(row -> streams.add(new ParkedStream(
                            new EventStream(row.getString("topic"), row.getUUID("member_id")),
                            row.getBoolean("refused"))));
                    return streams;
                });
    }

    private static final String LIST_RELEASED = """
            SELECT event_id, topic, type, partner_id, member_id, sequence, happened_at, payload
              FROM (SELECT event_id, topic, type, partner_id, member_id, sequence, happened_at, payload, id,
                           sum(pg_column_size(payload))
                               OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
                      FROM (SELECT p.event_id, p.topic, p.type, p.partner_id, p.member_id, p.sequence,
                                   p.happened_at, p.payload, p.id
                              FROM unnest($2::text[], $3::uuid[]) AS stream (topic, member_id)
                             CROSS JOIN LATERAL (
                                   SELECT coalesce(min(b.id), 9223372036854775807) AS id
                                     FROM platform.parked_event b
                                    WHERE b.topic = stream.topic AND b.member_id = stream.member_id
                                      AND b.cause IS NOT NULL AND b.dropped_at IS NULL) AS refused
                             CROSS JOIN LATERAL (
                                   SELECT f.event_id, f.topic, f.type, f.partner_id, f.member_id, f.sequence,
                                          f.happened_at, f.payload, f.id
                                     FROM platform.parked_event f
                                    WHERE f.slice = $1 AND f.dropped_at IS NULL
                                      AND f.topic = stream.topic AND f.member_id = stream.member_id
                                      AND f.id < refused.id
                                    ORDER BY f.id
                                    LIMIT $4) AS p
                             ORDER BY p.id
                             LIMIT $4) AS free) AS measured
             WHERE coalesce(bytes_before, 0) < $5
             ORDER BY id
            """;

    /** The parked events of these streams that may go, the first ones, in the order of publishing. */
    public Future<List<OutboxEvent>> listReleased(SqlClient client, int slice, Collection<EventStream> streams) {
        String[] topics = streams.stream().map(EventStream::topic).toArray(String[]::new);
        UUID[] members = streams.stream().map(EventStream::member).toArray(UUID[]::new);
        return client.preparedQuery(LIST_RELEASED)
                .execute(Tuple.of((short) slice, topics, members, (long) RELEASED_EVENTS_MAX, RELEASED_BYTES_MAX))
                .map(rows -> {
                    List<OutboxEvent> events = new ArrayList<>(rows.size());
                    rows.forEach(row -> events.add(event(row)));
                    return events;
                });
    }

    private static OutboxEvent event(Row row) {
        OffsetDateTime time = row.getOffsetDateTime("happened_at");
        String payload = row.getString("payload");
        return new OutboxEvent(
                row.getString("topic"),
                row.getUUID("event_id"),
                row.getString("type"),
                row.getUUID("partner_id"),
                row.getUUID("member_id"),
                row.getLong("sequence"),
                time == null ? null : time.toInstant(),
                payload == null ? null : Buffer.buffer(payload));
    }

    /** As with the marks of rows, the lock on the lease makes this statement and a change of owner wait for each other. */
    private static final String SET_SENT = """
            WITH held AS (
                SELECT name FROM platform.lease
                 WHERE name = 'outbox-slice-' || $1::smallint AND owner = $2 AND fence = $3 FOR SHARE
            ), gone AS (
                DELETE FROM platform.parked_event p USING held
                 WHERE p.event_id = ANY ($4::uuid[])
                RETURNING p.id
            ), refused AS (
                UPDATE platform.parked_event p SET cause = $6
                  FROM held
                 WHERE p.event_id = $5 AND p.dropped_at IS NULL
                RETURNING p.id
            )
            SELECT EXISTS (SELECT FROM held) AS held,
                   (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM refused) AS refused
            """;

    /**
     * Takes away what was published, and notes which one was refused again; false when the slice has another owner by
     * now.
     *
     * @param refused null when none was
     */
    public Future<Boolean> setSent(SqlClient client, SliceClaim claim, List<UUID> sent, @Nullable Refusal refused) {
        return client.preparedQuery(SET_SENT)
                .execute(Tuple.of(
                        (short) claim.slice(),
                        claim.owner(),
                        claim.fence(),
                        sent.toArray(UUID[]::new),
                        refused == null ? null : refused.event(),
                        refused == null ? null : refused.cause()))
                .map(rows -> rows.iterator().next().getBoolean("held"));
    }

    /** Which event Kafka refuses, and why. */
    public record Refusal(UUID event, String cause) {}

    private static final String LIST_REFUSED = """
            SELECT p.event_id, p.topic, p.member_id, p.sequence, p.cause, p.parked_at,
                   coalesce(octet_length(p.payload), 0) AS bytes,
                   (SELECT count(*)
                      FROM platform.parked_event h
                     WHERE h.slice = p.slice AND h.topic = p.topic AND h.member_id = p.member_id AND h.id > p.id
                       AND h.dropped_at IS NULL) AS behind
              FROM platform.parked_event p
             WHERE p.cause IS NOT NULL AND p.dropped_at IS NULL
             ORDER BY p.id
             LIMIT $1
            """;

    /** The refused events, the oldest first. */
    public Future<List<ParkedEvent>> listRefused(SqlClient client, int limit) {
        return client.preparedQuery(LIST_REFUSED)
                .execute(Tuple.of((long) limit))
                .map(rows -> {
                    List<ParkedEvent> events = new ArrayList<>(rows.size());
                    rows.forEach(row -> events.add(new ParkedEvent(
                            row.getUUID("event_id"),
                            row.getString("topic"),
                            row.getUUID("member_id"),
                            row.getLong("sequence"),
                            row.getString("cause"),
                            row.getOffsetDateTime("parked_at").toInstant(),
                            row.getLong("bytes"),
                            row.getLong("behind"))));
                    return events;
                });
    }

    private static final String COUNT_PARKED = """
            SELECT count(*) FILTER (WHERE cause IS NOT NULL) AS refused, count(*) AS parked
              FROM platform.parked_event
             WHERE dropped_at IS NULL
            """;

    /** How many events are parked, and how many of them because they were refused. */
    public record Parked(long refused, long all) {}

    public Future<Parked> count(SqlClient client) {
        return client.preparedQuery(COUNT_PARKED)
                .execute()
                .map(rows -> rows.iterator().next())
                .map(row -> new Parked(row.getLong("refused"), row.getLong("parked")));
    }

    private static final String RELEASE = """
            UPDATE platform.parked_event SET cause = NULL
             WHERE event_id = $1 AND cause IS NOT NULL AND dropped_at IS NULL
            """;

    /** Lets a refused event be tried again, and those behind it follow; false when there is no such event. */
    public Future<Boolean> release(SqlClient client, UUID event) {
        return client.preparedQuery(RELEASE).execute(Tuple.of(event)).map(rows -> rows.rowCount() > 0);
    }

    private static final String RELEASE_ALL = """
            UPDATE platform.parked_event SET cause = NULL WHERE cause IS NOT NULL AND dropped_at IS NULL
            """;

    /** Lets all refused events be tried again; answers how many there were. */
    public Future<Integer> releaseAll(SqlClient client) {
        return client.preparedQuery(RELEASE_ALL).execute().map(rows -> rows.rowCount());
    }

    private static final String DROP = """
            UPDATE platform.parked_event SET dropped_at = now()
             WHERE event_id = $1 AND cause IS NOT NULL AND dropped_at IS NULL
            """;

    /** Gives a refused event up, so that those behind it go without it; false when there is no such event. */
    public Future<Boolean> drop(SqlClient client, UUID event) {
        return client.preparedQuery(DROP).execute(Tuple.of(event)).map(rows -> rows.rowCount() > 0);
    }

    private static final String LIST_DROPPED = """
            SELECT partner_id, event_id
              FROM platform.parked_event
             WHERE topic = $1 AND dropped_at IS NOT NULL AND partner_id IS NOT NULL
             LIMIT $2
            """;

    /** Events of a topic that were given up, and that consumers never see. */
    public Future<List<EventRef>> listDropped(SqlClient client, String topic, int limit) {
        return client.preparedQuery(LIST_DROPPED)
                .execute(Tuple.of(topic, (long) limit))
                .map(EventRef::list);
    }
}
