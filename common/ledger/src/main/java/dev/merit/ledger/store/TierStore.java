package dev.merit.ledger.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.points.PointsRequest.ListTiers;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.ledger.domain.ClubKey;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tiers as partners make them. Deleted ones are seen by nobody, but entries and events still name them. */
public final class TierStore {
    /** The unique index that two tiers of one club with the same threshold break. */
    public static final String THRESHOLD_INDEX = "tier_threshold";

    private static final String FIND = """
            SELECT t.tier_id, t.club_id, t.name, t.display_name, t.description, t.points_threshold, t.multiplier, t.icon,
                   t.color, t.benefits, t.is_active, t.created_at, t.updated_at
              FROM ledger.tier t
             WHERE t.partner_id = $1 AND t.tier_id = $2 AND t.deleted_at IS NULL
            """;

    public Future<Optional<Tier>> find(SqlClient client, PartnerId partner, TierId tier) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(partner.value(), tier.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(tier(rows.iterator().next())));
    }

    private static final String LOCK = """
            SELECT 1
              FROM ledger.tier
             WHERE partner_id = $1 AND tier_id = $2 AND deleted_at IS NULL
               FOR NO KEY UPDATE
            """;

    /**
     * Locks a tier, then reads it: in this order a change that was waited for is seen. Standings that come to refer to
     * it do not wait.
     */
    public Future<Optional<Tier>> lock(SqlClient tx, PartnerId partner, TierId tier) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(partner.value(), tier.value()))
                .compose(locked -> find(tx, partner, tier));
    }

    private static final String LIST = """
            SELECT t.tier_id, t.club_id, t.name, t.display_name, t.description, t.points_threshold, t.multiplier, t.icon,
                   t.color, t.benefits, t.is_active, t.created_at, t.updated_at
              FROM ledger.tier t
             WHERE t.partner_id = $1 AND t.deleted_at IS NULL
               AND ($2::uuid IS NULL OR t.club_id = $2)
               AND ($3::boolean IS NULL OR t.is_active = $3)
               AND ($4::text IS NULL OR strpos(lower(t.name), lower($4)) > 0)
             ORDER BY t.tier_id DESC
             LIMIT $5 OFFSET $6
            """;

    public Future<List<Tier>> list(SqlClient client, ListTiers query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST)
                .execute(filter(query).addInteger(paging.perPage()).addLong(paging.offset()))
                .map(rows -> {
                    var tiers = new ArrayList<Tier>();
                    rows.forEach(row -> tiers.add(tier(row)));
                    return tiers;
                });
    }

    private static final String COUNT = """
            SELECT count(*) AS tiers
              FROM (SELECT 1
                      FROM ledger.tier t
                     WHERE t.partner_id = $1 AND t.deleted_at IS NULL
                       AND ($2::uuid IS NULL OR t.club_id = $2)
                       AND ($3::boolean IS NULL OR t.is_active = $3)
                       AND ($4::text IS NULL OR strpos(lower(t.name), lower($4)) > 0)
                     LIMIT $5) AS counted
            """;

    /** Counts tiers, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, ListTiers query) {
        return client.preparedQuery(COUNT)
                .execute(filter(query).addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("tiers"));
    }

    private static final String COUNT_OF_CLUB = """
            SELECT count(*) AS tiers
              FROM ledger.tier
             WHERE partner_id = $1 AND club_id = $2 AND deleted_at IS NULL
            """;

    public Future<Long> countIn(SqlClient client, ClubKey club) {
        return client.preparedQuery(COUNT_OF_CLUB)
                .execute(Tuple.of(club.partner().value(), club.club().value()))
                .map(rows -> rows.iterator().next().getLong("tiers"));
    }

    private static final String ADD_LADDER = """
            INSERT INTO ledger.ladder (partner_id, club_id) VALUES ($1, $2) ON CONFLICT (partner_id, club_id) DO NOTHING
            """;

    private static final String LOCK_LADDER = """
            SELECT 1 FROM ledger.ladder WHERE partner_id = $1 AND club_id = $2 FOR UPDATE
            """;

    /** Makes everybody wait who wants to add a tier to the club: what is counted then stays so. */
    public Future<Void> lockLadder(SqlClient tx, ClubKey club) {
        Tuple key = Tuple.of(club.partner().value(), club.club().value());
        return tx.preparedQuery(ADD_LADDER)
                .execute(key)
                .compose(there -> tx.preparedQuery(LOCK_LADDER).execute(key))
                .mapEmpty();
    }

    private static final String INSERT = """
            INSERT INTO ledger.tier (partner_id, tier_id, created_at, updated_at, club_id, name, display_name, description,
                                     points_threshold, multiplier, icon, color, benefits, is_active)
            VALUES ($1, $2, now(), now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """;

    /** Adds a tier. The club's ladder is locked. */
    public Future<Void> insert(SqlClient tx, PartnerId partner, TierId tier, TierFields fields) {
        return tx.preparedQuery(INSERT)
                .execute(with(Tuple.of(partner.value(), tier.value()), fields))
                .mapEmpty();
    }

    private static final String UPDATE = """
            UPDATE ledger.tier
               SET updated_at = now(), club_id = $3, name = $4, display_name = $5, description = $6,
                   points_threshold = $7, multiplier = $8, icon = $9, color = $10, benefits = $11, is_active = $12
             WHERE partner_id = $1 AND tier_id = $2
            """;

    public Future<Void> update(SqlClient tx, PartnerId partner, TierId tier, TierFields fields) {
        return tx.preparedQuery(UPDATE)
                .execute(with(Tuple.of(partner.value(), tier.value()), fields))
                .mapEmpty();
    }

    private static final String DELETE = """
            UPDATE ledger.tier
               SET deleted_at = now(), updated_at = now()
             WHERE partner_id = $1 AND tier_id = $2 AND deleted_at IS NULL
            """;

    /** Hides a tier; false when there is none to hide. */
    public Future<Boolean> delete(SqlClient tx, PartnerId partner, TierId tier) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(partner.value(), tier.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static Tuple filter(ListTiers query) {
        ClubId club = query.club();
        return Tuple.of(query.partner().value(), club == null ? null : club.value(), query.isActive(), query.q());
    }

    private static Tuple with(Tuple tuple, TierFields fields) {
        return tuple.addUUID(fields.clubId().value())
                .addString(fields.name())
                .addString(fields.displayName())
                .addString(fields.description())
                .addLong(fields.pointsThreshold())
                .addBigDecimal(fields.multiplier())
                .addString(fields.icon())
                .addString(fields.color())
                .addArrayOfString(fields.benefits().toArray(String[]::new))
                .addBoolean(fields.isActive());
    }

    private static Tier tier(Row row) {
        return new Tier(
                new TierId(row.getUUID("tier_id")),
                new ClubId(row.getUUID("club_id")),
                row.getString("name"),
                row.getString("display_name"),
                row.getString("description"),
                row.getLong("points_threshold"),
                row.getBigDecimal("multiplier"),
                row.getString("icon"),
                row.getString("color"),
                List.of(row.getArrayOfStrings("benefits")),
                row.getBoolean("is_active"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }
}
