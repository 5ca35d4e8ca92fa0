package dev.merit.ledger.store;

import dev.merit.contracts.TierId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Ladder;
import dev.merit.ledger.domain.MemberFacts;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads without locks what a member is to a partner, as of the last commit. */
public final class MemberReads {

    private static final String FIND_ENROLLED_AT = """
            SELECT enrolled_at FROM ledger.enrolment WHERE partner_id = $1 AND member_id = $2
            """;

    /** Since when the partner knows the member; empty when it does not. */
    public Future<Optional<Instant>> findEnrolledAt(SqlClient client, Membership membership) {
        return client.preparedQuery(FIND_ENROLLED_AT)
                .execute(Tuple.of(
                        membership.partner().value(), membership.member().value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Times.required(rows.iterator().next(), "enrolled_at")));
    }

    // The sum takes the start of the primary key: a member has few cards with one partner.
    private static final String FIND_TIERS = """
            SELECT t.tier_id, t.name, t.points_threshold, t.multiplier,
                   (SELECT coalesce(sum(a.lifetime), 0)::bigint
                      FROM ledger.account a
                     WHERE a.partner_id = $1 AND a.member_id = $2 AND a.club_id = $3) AS lifetime
              FROM ledger.tier t
             WHERE t.partner_id = $1 AND t.club_id = $3 AND t.deleted_at IS NULL AND t.is_active
            """;

    /** The tier that the member holds in the club right now, whether or not it was announced yet. */
    public Future<Optional<Tier>> findTier(SqlClient client, StandingKey key) {
        return client.preparedQuery(FIND_TIERS).execute(keyTuple(key)).map(MemberReads::held);
    }

    private static final String FIND_TIERS_BY_ACCOUNT = """
            SELECT t.tier_id, t.name, t.points_threshold, t.multiplier,
                   (SELECT coalesce(sum(a.lifetime), 0)::bigint
                      FROM ledger.account a
                     WHERE a.partner_id = $1 AND a.member_id = $2 AND a.club_id = o.club_id) AS lifetime
              FROM ledger.account o
              JOIN ledger.tier t ON t.partner_id = o.partner_id AND t.club_id = o.club_id
             WHERE o.partner_id = $1 AND o.member_id = $2 AND o.card_id = $3 AND t.deleted_at IS NULL AND t.is_active
            """;

    /** The same for the club of an account; empty when there is no account to tell the club. */
    public Future<Optional<Tier>> findTier(SqlClient client, AccountKey key) {
        return client.preparedQuery(FIND_TIERS_BY_ACCOUNT)
                .execute(Tuple.of(
                        key.partner().value(), key.member().value(), key.card().value()))
                .map(MemberReads::held);
    }

    private static final String HAS_PURCHASED = """
            SELECT 1
              FROM ledger.account
             WHERE partner_id = $1 AND member_id = $2 AND club_id = $3 AND purchase_count > 0
             LIMIT 1
            """;

    /** Whether a purchase of the member on any card of the club stands. */
    public Future<Boolean> hasPurchased(SqlClient client, StandingKey key) {
        return client.preparedQuery(HAS_PURCHASED).execute(keyTuple(key)).map(rows -> rows.size() > 0);
    }

    private static final String LIST_FACTS = """
            SELECT k.partner_id, k.member_id, k.club_id, e.enrolled_at, a.purchases, t.tier_id
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, club_id)
              LEFT JOIN LATERAL (
                   SELECT enrolled_at
                     FROM ledger.enrolment
                    WHERE partner_id = k.partner_id AND member_id = k.member_id
                   OFFSET 0) AS e ON true
             CROSS JOIN LATERAL (
                   SELECT coalesce(sum(lifetime), 0)::bigint AS lifetime,
                          coalesce(sum(purchase_count), 0)::bigint AS purchases
                     FROM ledger.account
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND club_id = k.club_id) AS a
              LEFT JOIN LATERAL (
                   SELECT tier_id
                     FROM ledger.tier
                    WHERE partner_id = k.partner_id AND club_id = k.club_id AND points_threshold <= a.lifetime
                      AND deleted_at IS NULL AND is_active
                    ORDER BY points_threshold DESC
                    LIMIT 1) AS t ON true
            """;

    /** What members are in clubs: one for each key. */
    public Future<Map<StandingKey, MemberFacts>> listFacts(SqlClient client, Set<StandingKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Columns.of(List.copyOf(keys))
                .uuid(key -> key.partner().value())
                .uuid(key -> key.member().value())
                .uuid(key -> key.club().value())
                .tuple();
        return client.preparedQuery(LIST_FACTS).execute(columns).map(rows -> {
            var facts = new HashMap<StandingKey, MemberFacts>();
            rows.forEach(row -> facts.put(StandingStore.key(row), facts(row)));
            return facts;
        });
    }

    private static MemberFacts facts(Row row) {
        UUID tier = row.getUUID("tier_id");
        return new MemberFacts(
                Times.instant(row, "enrolled_at"),
                tier == null ? null : new TierId(tier),
                row.getLong("purchases") > 0);
    }

    private static Optional<Tier> held(RowSet<Row> rows) {
        var tiers = new ArrayList<Tier>();
        long lifetime = 0;
        for (Row row : rows) {
            tiers.add(StandingStore.tier(row));
            lifetime = row.getLong("lifetime");
        }
        return new Ladder(tiers).at(lifetime);
    }

    private static Tuple keyTuple(StandingKey key) {
        return Tuple.of(key.partner().value(), key.member().value(), key.club().value());
    }
}
