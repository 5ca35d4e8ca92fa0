package dev.merit.ledger.store;

import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Ladder;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

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
