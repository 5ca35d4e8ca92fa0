package dev.merit.stamps.store;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampCardId;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import dev.merit.stamps.domain.Progress;
import dev.merit.stamps.domain.StampKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Members' stamps: {@link #lock}, then decide, then write with {@link StampWrites}. Keys are looked up one by one in a
 * lateral join, so that a plan made while tables were small is right when they have grown.
 */
public final class StampStore {
    /** One order for everybody, so that batches do not wait for each other in a circle. */
    static final Comparator<StampKey> LOCK_ORDER = Comparator.comparing(
                    (StampKey key) -> key.partner().value())
            .thenComparing(key -> key.member().value())
            .thenComparing(key -> key.stampCard().value());

    private static final String LOCK = """
            SELECT k.partner_id, k.member_id, k.stamp_card_id, p.granted, p.current_stamps, p.consumed, p.expired,
                   p.completed_count, p.pending_rewards, p.redeemed_count, p.event_count, p.last_stamp_at, p.expires_at,
                   p.day, p.day_stamps
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, stamp_card_id)
             CROSS JOIN LATERAL (
                   SELECT granted, current_stamps, consumed, expired, completed_count, pending_rewards, redeemed_count,
                          event_count, last_stamp_at, expires_at, day, day_stamps
                     FROM stamps.progress
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND stamp_card_id = k.stamp_card_id
                      FOR UPDATE) AS p
            """;

    /**
     * Reads what members have, and keeps it locked until the transaction ends. A member without a stamp has no row to
     * lock, and is not in the map: whoever adds it second breaks the primary key and has to begin again.
     */
    public Future<Map<StampKey, Progress>> lock(SqlClient tx, Set<StampKey> keys) {
        Tuple columns = keyColumns(keys.stream().sorted(LOCK_ORDER).toList()).tuple();
        return tx.preparedQuery(LOCK).execute(columns).map(rows -> {
            var found = new HashMap<StampKey, Progress>();
            rows.forEach(row -> found.put(key(row), progress(row)));
            return found;
        });
    }

    private static final String NOW = "SELECT clock_timestamp() AS now";

    /** The database's time. Sent behind {@link #lock} it is later than whatever was waited for. */
    public Future<Instant> now(SqlClient tx) {
        return tx.preparedQuery(NOW)
                .execute()
                .map(rows -> Times.required(rows.iterator().next(), "now"));
    }

    private static final String FIND_ORDERS = """
            SELECT k.partner_id, k.order_reference, e.event_id
              FROM unnest($1::uuid[], $2::text[]) AS k (partner_id, order_reference)
              JOIN stamps.stamp_event e ON e.partner_id = k.partner_id AND e.order_reference = k.order_reference
             WHERE e.order_reference IS NOT NULL
            """;

    /** A shop's own number for added stamps. */
    public record Order(PartnerId partner, String reference) {}

    /** Which of these orders got their stamps already, and by which event. */
    public Future<Map<Order, UUID>> findOrders(SqlClient tx, Set<Order> orders) {
        if (orders.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Columns.of(List.copyOf(orders))
                .uuid(order -> order.partner().value())
                .text(Order::reference)
                .tuple();
        return tx.preparedQuery(FIND_ORDERS).execute(columns).map(rows -> {
            var found = new HashMap<Order, UUID>();
            rows.forEach(row -> found.put(
                    new Order(new PartnerId(row.getUUID("partner_id")), row.getString("order_reference")),
                    row.getUUID("event_id")));
            return found;
        });
    }

    private static final String LIST_DUE = """
            SELECT partner_id, member_id, stamp_card_id
              FROM stamps.progress
             WHERE expires_at <= statement_timestamp()
             ORDER BY expires_at
             LIMIT $1
            """;

    /** Members whose open round has lapsed while no event says so yet. */
    public Future<List<StampKey>> listDue(SqlClient client, int limit) {
        return client.preparedQuery(LIST_DUE).execute(Tuple.of(limit)).map(rows -> {
            var due = new ArrayList<StampKey>();
            rows.forEach(row -> due.add(key(row)));
            return due;
        });
    }

    static Columns<StampKey> keyColumns(List<StampKey> keys) {
        return Columns.of(keys)
                .uuid(key -> key.partner().value())
                .uuid(key -> key.member().value())
                .uuid(key -> key.stampCard().value());
    }

    private static StampKey key(Row row) {
        return new StampKey(
                new PartnerId(row.getUUID("partner_id")),
                new MemberId(row.getUUID("member_id")),
                new StampCardId(row.getUUID("stamp_card_id")));
    }

    private static Progress progress(Row row) {
        return new Progress(
                row.getLong("granted"),
                row.getLong("current_stamps"),
                row.getLong("consumed"),
                row.getLong("expired"),
                row.getLong("completed_count"),
                row.getLong("pending_rewards"),
                row.getLong("redeemed_count"),
                row.getLong("event_count"),
                Times.instant(row, "last_stamp_at"),
                Times.instant(row, "expires_at"),
                new Progress.Today(row.getLocalDate("day"), row.getLong("day_stamps")));
    }
}
