package dev.merit.ledger.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import dev.merit.ledger.domain.ClubKey;
import dev.merit.ledger.domain.Ladder;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.platform.pg.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What members are in clubs, as bookings lock and write it. */
final class StandingStore {
    private static final Comparator<StandingKey> LOCK_ORDER = Comparator.comparing(
                    (StandingKey key) -> key.partner().value())
            .thenComparing(key -> key.member().value())
            .thenComparing(key -> key.club().value());

    private static final String LIST_TIERED = """
            SELECT k.partner_id
              FROM unnest($1::uuid[]) AS k (partner_id)
             CROSS JOIN LATERAL (SELECT FROM ledger.ladder WHERE partner_id = k.partner_id LIMIT 1) AS l
            """;

    /** Those of these partners that have or had tiers in any club: members of all others have no standings. */
    Future<Set<PartnerId>> listTiered(SqlClient tx, Set<PartnerId> partners) {
        UUID[] ids = partners.stream().map(PartnerId::value).toArray(UUID[]::new);
        return tx.preparedQuery(LIST_TIERED).execute(Tuple.of((Object) ids)).map(rows -> {
            var tiered = new HashSet<PartnerId>();
            rows.forEach(row -> tiered.add(new PartnerId(row.getUUID("partner_id"))));
            return tiered;
        });
    }

    /**
     * Reads standings, in one order for everybody, and keeps them locked until the transaction ends. Tiers and sums are
     * read by statements of their own after the lock: so they hold what whoever had the lock before has written.
     * Members of clubs that never had tiers have no standing and are left out.
     */
    Future<Map<StandingKey, Standing>> lock(SqlClient tx, Set<StandingKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        List<StandingKey> ordered = keys.stream().sorted(LOCK_ORDER).toList();
        Future<RowSet<Row>> added =
                tx.preparedQuery(ADD_MISSING).execute(keyColumns(ordered).tuple());
        Future<RowSet<Row>> announced =
                tx.preparedQuery(LOCK).execute(keyColumns(ordered).tuple());
        Future<Map<ClubKey, Ladder>> ladders = findLadders(tx, keys);
        Future<RowSet<Row>> sums =
                tx.preparedQuery(SUM_LIFETIMES).execute(keyColumns(ordered).tuple());
        return Future.all(added, announced, ladders, sums)
                .map(all -> standings(announced.result(), ladders.result(), sums(sums.result())));
    }

    private static final String ADD_MISSING = """
            INSERT INTO ledger.standing (partner_id, member_id, club_id, updated_at)
            SELECT k.partner_id, k.member_id, k.club_id, now()
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, club_id)
              JOIN ledger.ladder l ON l.partner_id = k.partner_id AND l.club_id = k.club_id
             ORDER BY k.partner_id, k.member_id, k.club_id
            ON CONFLICT (partner_id, member_id, club_id) DO NOTHING
            """;

    private static final String LOCK = """
            SELECT k.partner_id, k.member_id, k.club_id, s.tier_id
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, club_id)
             CROSS JOIN LATERAL (
                   SELECT tier_id
                     FROM ledger.standing
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND club_id = k.club_id
                      FOR UPDATE) AS s
            """;

    private static final String SUM_LIFETIMES = """
            SELECT k.partner_id, k.member_id, k.club_id, a.lifetime
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, club_id)
             CROSS JOIN LATERAL (
                   SELECT coalesce(sum(lifetime), 0)::bigint AS lifetime
                     FROM ledger.account
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND club_id = k.club_id) AS a
            """;

    private static final String FIND_LADDERS = """
            SELECT k.partner_id, k.club_id, t.tier_id, t.name, t.points_threshold, t.multiplier
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, club_id)
             CROSS JOIN LATERAL (
                   SELECT tier_id, name, points_threshold, multiplier
                     FROM ledger.tier
                    WHERE partner_id = k.partner_id AND club_id = k.club_id AND deleted_at IS NULL AND is_active
                   OFFSET 0) AS t
            """;

    private static Future<Map<ClubKey, Ladder>> findLadders(SqlClient tx, Set<StandingKey> keys) {
        List<ClubKey> clubs = keys.stream().map(StandingKey::clubKey).distinct().toList();
        Tuple columns = Columns.of(clubs)
                .uuid(club -> club.partner().value())
                .uuid(club -> club.club().value())
                .tuple();
        return tx.preparedQuery(FIND_LADDERS).execute(columns).map(rows -> {
            var tiers = new HashMap<ClubKey, List<Tier>>();
            rows.forEach(row -> tiers.computeIfAbsent(clubKey(row), club -> new ArrayList<>())
                    .add(tier(row)));
            var ladders = new HashMap<ClubKey, Ladder>();
            tiers.forEach((club, of) -> ladders.put(club, new Ladder(of)));
            return ladders;
        });
    }

    /** A change: the tier that is announced with this transaction. */
    private record Announced(StandingKey key, Standing.Change last) {}

    private static final String UPDATE = """
            INSERT INTO ledger.standing AS s (partner_id, member_id, club_id, tier_id, updated_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[])
            ON CONFLICT (partner_id, member_id, club_id) DO UPDATE
               SET tier_id = excluded.tier_id, updated_at = excluded.updated_at
            """;

    /** Writes which tiers are announced. The rows are there and locked. */
    Future<?> update(SqlClient tx, Collection<Standing> changed) {
        List<Announced> rows = changed.stream()
                .map(each ->
                        new Announced(each.key().orElseThrow(), each.changes().getLast()))
                .sorted(Comparator.comparing(Announced::key, LOCK_ORDER))
                .toList();
        return tx.preparedQuery(UPDATE)
                .execute(Columns.of(rows)
                        .uuid(row -> row.key().partner().value())
                        .uuid(row -> row.key().member().value())
                        .uuid(row -> row.key().club().value())
                        .uuid(row -> value(row.last().after()))
                        .time(row -> row.last().at())
                        .tuple());
    }

    private static Map<StandingKey, Standing> standings(
            RowSet<Row> announced, Map<ClubKey, Ladder> ladders, Map<StandingKey, Long> sums) {
        var standings = new HashMap<StandingKey, Standing>();
        for (Row row : announced) {
            StandingKey key = key(row);
            UUID tier = row.getUUID("tier_id");
            standings.put(
                    key,
                    Standing.of(
                            key,
                            ladders.getOrDefault(key.clubKey(), Ladder.EMPTY),
                            tier == null ? null : new TierId(tier),
                            sums.getOrDefault(key, 0L)));
        }
        return standings;
    }

    private static Map<StandingKey, Long> sums(RowSet<Row> rows) {
        var sums = new HashMap<StandingKey, Long>();
        rows.forEach(row -> sums.put(key(row), row.getLong("lifetime")));
        return sums;
    }

    static Tier tier(Row row) {
        return new Tier(
                new TierId(row.getUUID("tier_id")),
                row.getString("name"),
                row.getLong("points_threshold"),
                row.getBigDecimal("multiplier"));
    }

    private static @Nullable UUID value(@Nullable TierId tier) {
        return tier == null ? null : tier.value();
    }

    private static Columns<StandingKey> keyColumns(List<StandingKey> keys) {
        return Columns.of(keys)
                .uuid(key -> key.partner().value())
                .uuid(key -> key.member().value())
                .uuid(key -> key.club().value());
    }

    private static ClubKey clubKey(Row row) {
        return new ClubKey(new PartnerId(row.getUUID("partner_id")), new ClubId(row.getUUID("club_id")));
    }

    static StandingKey key(Row row) {
        return new StandingKey(
                new PartnerId(row.getUUID("partner_id")),
                new MemberId(row.getUUID("member_id")),
                new ClubId(row.getUUID("club_id")));
    }
}
