package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TransactionId;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.ClaimState.Outcome;
import dev.merit.points.domain.ClaimState.Titles;
import dev.merit.points.domain.ClaimStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Claims of rewards. Their titles are those of today, also of cards and rewards that are deleted. */
public final class ClaimStore {
    private static final Comparator<ClaimKey> LOCK_ORDER = Comparator.comparing(
                    (ClaimKey key) -> key.partner().value())
            .thenComparing(key -> key.claim().value());

    /** Names a claim together with its tenant. */
    public record ClaimKey(PartnerId partner, ClaimId claim) {
        static ClaimKey of(ClaimState claim) {
            return new ClaimKey(claim.partner(), claim.id());
        }
    }

    private static final String FIND_ALL = """
            SELECT c.partner_id, c.claim_id, c.member_id, k.club_id, c.card_id, c.reward_id,
                   coalesce(k.title, k.name) AS card_title, coalesce(r.title, r.name) AS reward_title,
                   c.points_required, c.status, c.reason, c.staff_id, c.transaction_id, c.decided_at, c.created_at,
                   c.expires_at, statement_timestamp() AS read_at
              FROM unnest($1::uuid[], $2::uuid[]) AS q (partner_id, claim_id)
             CROSS JOIN LATERAL (
                   SELECT partner_id, claim_id, member_id, card_id, reward_id, points_required, status, reason, staff_id,
                          transaction_id, decided_at, created_at, expires_at
                     FROM points.claim
                    WHERE partner_id = q.partner_id AND claim_id = q.claim_id
                   OFFSET 0) AS c
              JOIN points.card k ON k.partner_id = c.partner_id AND k.card_id = c.card_id
              JOIN points.reward r ON r.partner_id = c.partner_id AND r.reward_id = c.reward_id
            """;

    private static Future<Map<ClaimKey, ClaimState>> findAll(SqlClient client, Collection<ClaimKey> keys) {
        return client.preparedQuery(FIND_ALL)
                .execute(keyColumns(List.copyOf(keys)).tuple())
                .map(rows -> {
                    var claims = new HashMap<ClaimKey, ClaimState>();
                    rows.forEach(row -> {
                        ClaimState claim = claim(row);
                        claims.put(ClaimKey.of(claim), claim);
                    });
                    return claims;
                });
    }

    public Future<Optional<ClaimState>> find(SqlClient client, ClaimKey key) {
        return findAll(client, List.of(key)).map(found -> Optional.ofNullable(found.get(key)));
    }

    private static final String LOCK_ALL = """
            SELECT c.claim_id
              FROM unnest($1::uuid[], $2::uuid[]) AS q (partner_id, claim_id)
             CROSS JOIN LATERAL (
                   SELECT claim_id
                     FROM points.claim
                    WHERE partner_id = q.partner_id AND claim_id = q.claim_id
                      FOR UPDATE) AS c
            """;

    /**
     * Locks claims, in one order for everybody, and then reads them: so a decision that was waited for is seen. Both
     * statements are sent at once.
     */
    public Future<Map<ClaimKey, ClaimState>> lockAll(SqlClient tx, Set<ClaimKey> keys) {
        List<ClaimKey> ordered = keys.stream().sorted(LOCK_ORDER).toList();
        var locked = tx.preparedQuery(LOCK_ALL).execute(keyColumns(ordered).tuple());
        var read = findAll(tx, ordered);
        return Future.all(locked, read).map(both -> read.result());
    }

    public Future<Optional<ClaimState>> lock(SqlClient tx, ClaimKey key) {
        return lockAll(tx, Set.of(key)).map(found -> Optional.ofNullable(found.get(key)));
    }

    private static final String FIND_OF_MEMBER = """
            SELECT partner_id, claim_id
              FROM points.claim
             WHERE member_id = $1 AND claim_id = $2
            """;

    /** Locks a claim if it is the member's own. */
    public Future<Optional<ClaimState>> lockOfMember(SqlClient tx, MemberId member, ClaimId claim) {
        return tx.preparedQuery(FIND_OF_MEMBER)
                .execute(Tuple.of(member.value(), claim.value()))
                .compose(rows -> lockFirst(tx, rows));
    }

    private static final String FIND_PENDING = """
            SELECT partner_id, claim_id
              FROM points.claim
             WHERE partner_id = $1 AND member_id = $2 AND reward_id = $3 AND status = 'pending'
            """;

    /** Locks the member's one claim of this reward that nobody has decided; when it had to wait, somebody may have. */
    public Future<Optional<ClaimState>> lockPending(SqlClient tx, PartnerId partner, MemberId member, RewardId reward) {
        return tx.preparedQuery(FIND_PENDING)
                .execute(Tuple.of(partner.value(), member.value(), reward.value()))
                .compose(rows -> lockFirst(tx, rows));
    }

    private Future<Optional<ClaimState>> lockFirst(SqlClient tx, RowSet<Row> rows) {
        return rows.size() == 0
                ? Future.succeededFuture(Optional.empty())
                : lock(tx, key(rows.iterator().next()));
    }

    private static final String LOCK_LAPSED = """
            SELECT partner_id, claim_id
              FROM points.claim
             WHERE status = 'pending' AND expires_at <= statement_timestamp()
             ORDER BY expires_at
             LIMIT $1
               FOR UPDATE SKIP LOCKED
            """;

    /** Locks a bounded number of claims that expired and do not say so yet, of any partner. */
    public Future<List<ClaimState>> lockLapsed(SqlClient tx, int limit) {
        return tx.preparedQuery(LOCK_LAPSED).execute(Tuple.of(limit)).compose(rows -> {
            var keys = new ArrayList<ClaimKey>();
            rows.forEach(row -> keys.add(key(row)));
            return findAll(tx, keys).map(found -> List.copyOf(found.values()));
        });
    }

    /** What a member asks for. */
    public record NewClaim(
            ClaimKey key,
            MemberId member,
            CardId card,
            RewardId reward,
            long pointsRequired,
            Instant createdAt,
            Instant expiresAt) {}

    private static final String APPEND = """
            INSERT INTO points.claim
                   (partner_id, claim_id, member_id, card_id, reward_id, points_required, status, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8)
            """;

    /** Adds a claim that is pending, and reads it. */
    public Future<ClaimState> append(SqlClient tx, NewClaim claim) {
        Tuple values = Tuple.of(
                        claim.key().partner().value(),
                        claim.key().claim().value(),
                        claim.member().value(),
                        claim.card().value(),
                        claim.reward().value(),
                        claim.pointsRequired())
                .addOffsetDateTime(Times.offset(claim.createdAt()))
                .addOffsetDateTime(Times.offset(claim.expiresAt()));
        return tx.preparedQuery(APPEND)
                .execute(values)
                .compose(added -> find(tx, claim.key()))
                .map(Optional::orElseThrow);
    }

    private static final String SET_DECIDED = """
            UPDATE points.claim c
               SET status = t.status, reason = t.reason, staff_id = t.staff_id, transaction_id = t.transaction_id,
                   decided_at = t.decided_at
              FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::timestamptz[])
                   AS t (partner_id, claim_id, status, reason, staff_id, transaction_id, decided_at)
             WHERE c.partner_id = t.partner_id AND c.claim_id = t.claim_id
            """;

    /** Writes how locked claims ended. */
    public Future<Void> setDecided(SqlClient tx, List<ClaimState> claims) {
        Tuple columns = Columns.of(claims)
                .uuid(claim -> claim.partner().value())
                .uuid(claim -> claim.id().value())
                .text(claim -> claim.outcome().status().word())
                .text(claim -> claim.outcome().reason())
                .uuid(claim -> valueOf(claim.outcome().staff(), StaffId::value))
                .uuid(claim -> valueOf(claim.outcome().transaction(), TransactionId::value))
                .time(claim -> claim.outcome().decidedAt())
                .tuple();
        return tx.preparedQuery(SET_DECIDED).execute(columns).mapEmpty();
    }

    private static Columns<ClaimKey> keyColumns(List<ClaimKey> keys) {
        return Columns.of(keys).uuid(key -> key.partner().value()).uuid(key -> key.claim()
                .value());
    }

    private static ClaimKey key(Row row) {
        return new ClaimKey(new PartnerId(row.getUUID("partner_id")), new ClaimId(row.getUUID("claim_id")));
    }

    static ClaimState claim(Row row) {
        return new ClaimState(
                new ClaimId(row.getUUID("claim_id")),
                new PartnerId(row.getUUID("partner_id")),
                new MemberId(row.getUUID("member_id")),
                new ClubId(row.getUUID("club_id")),
                new CardId(row.getUUID("card_id")),
                new RewardId(row.getUUID("reward_id")),
                new Titles(row.getString("card_title"), row.getString("reward_title")),
                row.getLong("points_required"),
                outcome(row),
                Times.required(row, "created_at"),
                Times.required(row, "expires_at"),
                Times.required(row, "read_at"));
    }

    private static Outcome outcome(Row row) {
        return new Outcome(
                ClaimStatus.of(row.getString("status")),
                row.getString("reason"),
                valueOf(row.getUUID("staff_id"), StaffId::new),
                valueOf(row.getUUID("transaction_id"), TransactionId::new),
                Times.instant(row, "decided_at"));
    }

    private static <T, V> @Nullable V valueOf(@Nullable T id, Function<T, V> value) {
        return id == null ? null : value.apply(id);
    }
}
