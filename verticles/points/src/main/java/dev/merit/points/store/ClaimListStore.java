package dev.merit.points.store;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.ClaimStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lists of claims, newest first; one more than a page, so that one can see whether there is a next. */
public final class ClaimListStore {
    private static final UUID LAST = new UUID(-1, -1);

    /** Which claims. */
    public sealed interface ClaimFilter {

        /** Only claims older than this one; null is all. */
        @Nullable
        UUID before();

        record OfPartner(PartnerId partner, @Nullable UUID before) implements ClaimFilter {}

        record OfStatus(
                PartnerId partner,
                ClaimStatus status,
                @Nullable UUID before) implements ClaimFilter {}

        record OfMember(MemberId member, @Nullable UUID before) implements ClaimFilter {}
    }

    private static final String LIST_OF_PARTNER = """
            SELECT c.partner_id, c.claim_id, c.member_id, k.club_id, c.card_id, c.reward_id,
                   coalesce(k.title, k.name) AS card_title, coalesce(r.title, r.name) AS reward_title,
                   c.points_required, c.status, c.reason, c.staff_id, c.transaction_id, c.decided_at, c.created_at,
                   c.expires_at, statement_timestamp() AS read_at
              FROM points.claim c
              JOIN points.card k ON k.partner_id = c.partner_id AND k.card_id = c.card_id
              JOIN points.reward r ON r.partner_id = c.partner_id AND r.reward_id = c.reward_id
             WHERE c.partner_id = $1 AND c.claim_id < $2
             ORDER BY c.claim_id DESC
             LIMIT $3 OFFSET $4
            """;

    // A claim that expired is stored as pending until that is written: both are looked at, and the clock decides.
    private static final String LIST_OF_STATUS = """
            SELECT c.partner_id, c.claim_id, c.member_id, k.club_id, c.card_id, c.reward_id,
                   coalesce(k.title, k.name) AS card_title, coalesce(r.title, r.name) AS reward_title,
                   c.points_required, c.status, c.reason, c.staff_id, c.transaction_id, c.decided_at, c.created_at,
                   c.expires_at, statement_timestamp() AS read_at
              FROM points.claim c
              JOIN points.card k ON k.partner_id = c.partner_id AND k.card_id = c.card_id
              JOIN points.reward r ON r.partner_id = c.partner_id AND r.reward_id = c.reward_id
             WHERE c.partner_id = $1 AND c.claim_id < $2 AND c.status = ANY ($3)
               AND $4 = CASE WHEN c.status = 'pending' AND c.expires_at <= statement_timestamp() THEN 'expired'
                             ELSE c.status END
             ORDER BY c.claim_id DESC
             LIMIT $5 OFFSET $6
            """;

    private static final String LIST_OF_MEMBER = """
            SELECT c.partner_id, c.claim_id, c.member_id, k.club_id, c.card_id, c.reward_id,
                   coalesce(k.title, k.name) AS card_title, coalesce(r.title, r.name) AS reward_title,
                   c.points_required, c.status, c.reason, c.staff_id, c.transaction_id, c.decided_at, c.created_at,
                   c.expires_at, statement_timestamp() AS read_at
              FROM points.claim c
              JOIN points.card k ON k.partner_id = c.partner_id AND k.card_id = c.card_id
              JOIN points.reward r ON r.partner_id = c.partner_id AND r.reward_id = c.reward_id
             WHERE c.member_id = $1 AND c.claim_id < $2
             ORDER BY c.claim_id DESC
             LIMIT $3 OFFSET $4
            """;

    public Future<List<ClaimState>> list(SqlClient client, ClaimFilter filter, Paging paging) {
        long offset = paging.cursor() == null ? paging.offset() : 0;
        String statement =
                switch (filter) {
                    case ClaimFilter.OfPartner all -> LIST_OF_PARTNER;
                    case ClaimFilter.OfStatus some -> LIST_OF_STATUS;
                    case ClaimFilter.OfMember own -> LIST_OF_MEMBER;
                };
        return client.preparedQuery(statement)
                .execute(with(filter).addLong(paging.perPage() + 1L).addLong(offset))
                .map(rows -> rows.stream().map(ClaimStore::claim).toList());
    }

    private static final String COUNT_OF_PARTNER = """
            SELECT count(*) AS claims
              FROM (SELECT 1 FROM points.claim WHERE partner_id = $1 AND claim_id < $2 LIMIT $3) AS counted
            """;

    private static final String COUNT_OF_STATUS = """
            SELECT count(*) AS claims
              FROM (SELECT 1
                      FROM points.claim
                     WHERE partner_id = $1 AND claim_id < $2 AND status = ANY ($3)
                       AND $4 = CASE WHEN status = 'pending' AND expires_at <= statement_timestamp() THEN 'expired'
                                     ELSE status END
                     LIMIT $5) AS counted
            """;

    private static final String COUNT_OF_MEMBER = """
            SELECT count(*) AS claims
              FROM (SELECT 1 FROM points.claim WHERE member_id = $1 AND claim_id < $2 LIMIT $3) AS counted
            """;

    /** Counts claims, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, ClaimFilter filter) {
        String statement =
                switch (filter) {
                    case ClaimFilter.OfPartner all -> COUNT_OF_PARTNER;
                    case ClaimFilter.OfStatus some -> COUNT_OF_STATUS;
                    case ClaimFilter.OfMember own -> COUNT_OF_MEMBER;
                };
        return client.preparedQuery(statement)
                .execute(with(filter).addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("claims"));
    }

    private static Tuple with(ClaimFilter filter) {
        UUID before = filter.before();
        UUID bound = before == null ? LAST : before;
        return switch (filter) {
            case ClaimFilter.OfPartner all -> Tuple.of(all.partner().value(), bound);
            case ClaimFilter.OfStatus some ->
                Tuple.of(
                        some.partner().value(),
                        bound,
                        stored(some.status()),
                        some.status().word());
            case ClaimFilter.OfMember own -> Tuple.of(own.member().value(), bound);
        };
    }

    /** As which a claim of this status may be stored. */
    private static String[] stored(ClaimStatus status) {
        return status == ClaimStatus.EXPIRED
                ? new String[] {ClaimStatus.EXPIRED.word(), ClaimStatus.PENDING.word()}
                : new String[] {status.word()};
    }
}
