package dev.merit.stamps.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Adds up the stamp events of every member and card and says where the stored progress differs. */
public final class ProgressProof {
    private static final String LIST_DIFFERENCES = """
            SELECT partner_id, member_id, stamp_card_id,
                   p.granted, p.current_stamps, p.expired, p.completed_count, p.event_count,
                   e.granted AS told_granted, e.current_stamps AS told_current, e.expired AS told_expired,
                   e.completed AS told_completed, e.events AS told_events
              FROM stamps.progress AS p
              FULL JOIN (SELECT partner_id, member_id, stamp_card_id,
                                coalesce(sum(stamps) FILTER (WHERE event = 'stamps_added'), 0)::bigint AS granted,
                                sum(stamps)::bigint AS current_stamps,
                                coalesce(-sum(stamps) FILTER (WHERE event = 'stamps_expired'), 0)::bigint AS expired,
                                count(*) FILTER (WHERE event = 'stamp_card_completed') AS completed,
                                max(sequence) AS events, count(*) AS counted
                           FROM stamps.stamp_event
                          GROUP BY partner_id, member_id, stamp_card_id) AS e
             USING (partner_id, member_id, stamp_card_id)
             WHERE (p.granted, p.current_stamps, p.expired, p.completed_count, p.event_count)
                   IS DISTINCT FROM (e.granted, e.current_stamps, e.expired, e.completed, e.counted)
                OR e.events <> e.counted
             LIMIT $1
            """;

    /** The first differences, each a sentence; none when all is well. It reads every stamp event. */
    public Future<List<String>> listDifferences(SqlClient client, int most) {
        return client.preparedQuery(LIST_DIFFERENCES).execute(Tuple.of(most)).map(rows -> {
            List<String> differences = new ArrayList<>();
            for (Row row : rows) {
                differences.add("stamp card " + row.getUUID("stamp_card_id") + " of partner "
                        + row.getUUID("partner_id") + ", member " + row.getUUID("member_id")
                        + ": granted, current, expired, completed, events are "
                        + numbers(row, "granted", "current_stamps", "expired", "completed_count", "event_count")
                        + ", but by its events "
                        + numbers(
                                row, "told_granted", "told_current", "told_expired", "told_completed", "told_events"));
            }
            return differences;
        });
    }

    private static List<Long> numbers(Row row, String... columns) {
        List<Long> numbers = new ArrayList<>();
        for (String column : columns) {
            numbers.add(row.getLong(column));
        }
        return numbers;
    }
}
