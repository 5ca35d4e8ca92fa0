package dev.merit.ledger.store;

import dev.merit.contracts.PartnerId;
import dev.merit.platform.Uuids;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was booked on a day, per partner. Days that are over are summed up once; those that are not are counted from
 * their entries, which lie side by side in the index, as entry ids carry their time. Both come from one statement, so
 * that a day that is being closed is neither missing nor there twice.
 */
public final class DayFigures {

    /** One partner's day. */
    public record DayFigure(
            PartnerId partner,
            LocalDate day,
            long transactions,
            long earned,
            long redeemed,
            long expired,
            long activeMembers) {}

    /** From the first day to the last, both inclusive; UTC. */
    public record Days(LocalDate from, LocalDate to) {
        private Tuple with(Object... further) {
            Tuple values = Tuple.of(from, to, startOf(from), startOf(to.plusDays(1)));
            for (Object each : further) {
                values.addValue(each);
            }
            return values;
        }
    }

    private static final String SUM_OF_PARTNER = """
            WITH closed AS (
                SELECT coalesce((SELECT open_from FROM ledger.day_close WHERE partner_id = $5),
                                '00000000-0000-0000-0000-000000000000') AS open_from
            )
            SELECT partner_id, day, transactions, points_earned, points_redeemed, points_expired, active_members
              FROM ledger.day_total
             WHERE partner_id = $5 AND day BETWEEN $1::date AND $2::date
            UNION ALL
            SELECT $5::uuid, f.day, count(*), sum(f.earned)::bigint, sum(f.redeemed)::bigint, sum(f.expired)::bigint,
                   count(DISTINCT f.active_member)
              FROM ledger.entry_figure f
             WHERE f.partner_id = $5
               AND f.entry_id >= greatest($3::uuid, (SELECT open_from FROM closed))
               AND f.entry_id < $4::uuid
             GROUP BY f.day
             ORDER BY 2, 1
             LIMIT $6
            """;

    private static final String SUM_OF_ALL = """
            WITH RECURSIVE found AS (
                (SELECT partner_id FROM ledger.entry ORDER BY partner_id LIMIT 1)
                UNION ALL
                SELECT (SELECT e.partner_id FROM ledger.entry e
                         WHERE e.partner_id > f.partner_id ORDER BY e.partner_id LIMIT 1)
                  FROM found f
                 WHERE f.partner_id IS NOT NULL
            ), partner AS (
                SELECT f.partner_id, coalesce(c.open_from, '00000000-0000-0000-0000-000000000000') AS open_from
                  FROM found f
                  LEFT JOIN ledger.day_close c ON c.partner_id = f.partner_id
                 WHERE f.partner_id IS NOT NULL
            )
            SELECT t.partner_id, t.day, t.transactions, t.points_earned, t.points_redeemed, t.points_expired,
                   t.active_members
              FROM partner p
              JOIN ledger.day_total t ON t.partner_id = p.partner_id AND t.day BETWEEN $1::date AND $2::date
            UNION ALL
            SELECT p.partner_id, live.day, live.transactions, live.earned, live.redeemed, live.expired, live.members
              FROM partner p
             CROSS JOIN LATERAL (
                   SELECT f.day, count(*) AS transactions, sum(f.earned)::bigint AS earned,
                          sum(f.redeemed)::bigint AS redeemed, sum(f.expired)::bigint AS expired,
                          count(DISTINCT f.active_member) AS members
                     FROM ledger.entry_figure f
                    WHERE f.partner_id = p.partner_id
                      AND f.entry_id >= greatest($3::uuid, p.open_from)
                      AND f.entry_id < $4::uuid
                    GROUP BY f.day) AS live
             ORDER BY 2, 1
             LIMIT $5
            """;

    /**
     * The days of one partner or of all on which there was anything, oldest first, and at most {@code limit} of them.
     *
     * @param partner null for all
     */
    public Future<List<DayFigure>> sumDays(SqlClient client, @Nullable PartnerId partner, Days days, int limit) {
        Future<RowSet<Row>> rows = partner == null
                ? client.preparedQuery(SUM_OF_ALL).execute(days.with(limit))
                : client.preparedQuery(SUM_OF_PARTNER).execute(days.with(partner.value(), limit));
        return rows.map(found -> found.stream().map(DayFigures::figure).toList());
    }

    /** A partner's day that is over and not summed up. */
    public record OpenDay(PartnerId partner, LocalDate day) {}

    /** How far a look for open days came: the last partner it looked at, none when that was the last there is. */
    public record Look(List<OpenDay> open, @Nullable PartnerId last) {}

    // A transaction may commit a moment after it took its time: a day is left alone for another hour.
    private static final String LIST_OPEN = """
            WITH RECURSIVE found AS (
                (SELECT partner_id, 1 AS number FROM ledger.entry WHERE partner_id > $1 ORDER BY partner_id LIMIT 1)
                UNION ALL
                SELECT (SELECT e.partner_id FROM ledger.entry e
                         WHERE e.partner_id > f.partner_id ORDER BY e.partner_id LIMIT 1), f.number + 1
                  FROM found f
                 WHERE f.partner_id IS NOT NULL AND f.number < $2
            )
            SELECT f.partner_id, first.day,
                   coalesce(first.day < ((now() - interval '1 hour') AT TIME ZONE 'UTC')::date, false) AS over
              FROM found f
              LEFT JOIN ledger.day_close c ON c.partner_id = f.partner_id
              LEFT JOIN LATERAL (
                   SELECT (e.created_at AT TIME ZONE 'UTC')::date AS day
                     FROM ledger.entry e
                    WHERE e.partner_id = f.partner_id
                      AND e.entry_id >= coalesce(c.open_from, '00000000-0000-0000-0000-000000000000')
                    ORDER BY e.partner_id, e.entry_id
                    LIMIT 1) AS first ON true
             WHERE f.partner_id IS NOT NULL
             ORDER BY f.partner_id
            """;

    /** Looks at some partners behind {@code after}, in order, and gives the first open day of those that have one. */
    public Future<Look> listOpen(SqlClient client, @Nullable PartnerId after, int partners) {
        UUID from = after == null ? new UUID(0, 0) : after.value();
        return client.preparedQuery(LIST_OPEN).execute(Tuple.of(from, partners)).map(rows -> look(rows, partners));
    }

    private static Look look(RowSet<Row> rows, int asked) {
        List<OpenDay> open = rows.stream()
                .filter(row -> row.getBoolean("over"))
                .map(row -> new OpenDay(new PartnerId(row.getUUID("partner_id")), row.getLocalDate("day")))
                .toList();
        Optional<Row> last = rows.stream().skip(asked - 1L).findFirst();
        return new Look(
                open, last.map(row -> new PartnerId(row.getUUID("partner_id"))).orElse(null));
    }

    private static final String CLOSE_DAY = """
            WITH total AS (
                INSERT INTO ledger.day_total
                       (partner_id, day, transactions, points_earned, points_redeemed, points_expired, active_members)
                SELECT f.partner_id, f.day, count(*), sum(f.earned)::bigint, sum(f.redeemed)::bigint,
                       sum(f.expired)::bigint, count(DISTINCT f.active_member)
                  FROM ledger.entry_figure f
                 WHERE f.partner_id = $1
                   AND f.entry_id >= $2::uuid
                   AND f.entry_id < $3::uuid
                 GROUP BY f.partner_id, f.day
                ON CONFLICT (partner_id, day) DO NOTHING
            )
            INSERT INTO ledger.day_close AS c (partner_id, open_from)
            VALUES ($1, $3)
            ON CONFLICT (partner_id) DO UPDATE SET open_from = greatest(c.open_from, excluded.open_from)
            """;

    /** Sums a day up that is over. Two nodes that do it at once come to the same. */
    public Future<Void> closeDay(SqlClient client, OpenDay open) {
        return client.preparedQuery(CLOSE_DAY)
                .execute(Tuple.of(
                        open.partner().value(),
                        startOf(open.day()),
                        startOf(open.day().plusDays(1))))
                .mapEmpty();
    }

    private static UUID startOf(LocalDate day) {
        return Uuids.floor(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static DayFigure figure(Row row) {
        return new DayFigure(
                new PartnerId(row.getUUID("partner_id")),
                row.getLocalDate("day"),
                row.getLong("transactions"),
                row.getLong("points_earned"),
                row.getLong("points_redeemed"),
                row.getLong("points_expired"),
                row.getLong("active_members"));
    }
}
