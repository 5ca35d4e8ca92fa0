package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads, without locks, what a member has with all its partners. Each statement begins at its enrolments and goes on by
 * primary keys, so that it costs what the member has and not what others have.
 */
public final class WalletReads {

    /**
     * What a member has on a card right now.
     *
     * @param balance without points that have expired, whether or not an entry says so yet
     * @param entries the number of the last entry
     * @param nextExpiry when the next points go
     */
    public record Account(
            long balance, long entries, @Nullable Instant nextExpiry) {
        /** No account: nothing was ever booked. */
        public static final Account NONE = new Account(0, 0, null);
    }

    private static final String LIST_ACCOUNTS = """
            SELECT partner_id, card_id, entry_count, spendable, next_expiry FROM ledger.holdings($1, $2)
            """;

    /** The member's accounts, up to a limit. */
    public Future<Map<AccountKey, Account>> listAccounts(SqlClient client, MemberId member, int limit) {
        return client.preparedQuery(LIST_ACCOUNTS)
                .execute(Tuple.of(member.value(), limit))
                .map(rows -> {
                    var accounts = new HashMap<AccountKey, Account>();
                    rows.forEach(row -> accounts.put(key(member, row), account(row)));
                    return accounts;
                });
    }

    // As ledger.holdings has it for all accounts of a member.
    private static final String FIND_ACCOUNT = """
            SELECT a.entry_count,
                   a.balance - coalesce((
                       SELECT sum(l.remaining)
                         FROM ledger.lot l
                        WHERE a.next_expiry <= statement_timestamp()
                          AND l.partner_id = $1 AND l.member_id = $2 AND l.card_id = $3
                          AND l.remaining > 0
                          AND l.expires_at <= statement_timestamp()), 0)::bigint AS spendable,
                   CASE WHEN a.next_expiry > statement_timestamp() THEN a.next_expiry
                        ELSE (SELECT min(l.expires_at)
                                FROM ledger.lot l
                               WHERE a.next_expiry <= statement_timestamp()
                                 AND l.partner_id = $1 AND l.member_id = $2 AND l.card_id = $3
                                 AND l.remaining > 0
                                 AND l.expires_at > statement_timestamp())
                   END AS next_expiry
              FROM ledger.account a
             WHERE a.partner_id = $1 AND a.member_id = $2 AND a.card_id = $3
            """;

    /** One account; empty where nothing was ever booked. */
    public Future<Optional<Account>> findAccount(SqlClient client, AccountKey key) {
        return client.preparedQuery(FIND_ACCOUNT)
                .execute(Tuple.of(
                        key.partner().value(), key.member().value(), key.card().value()))
                .map(rows -> rows.stream().findFirst().map(WalletReads::account));
    }

    private static final String LIST_EARNED_SINCE = """
            SELECT k.partner_id, k.card_id
              FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS k (partner_id, card_id, seen)
             WHERE EXISTS (
                   SELECT FROM ledger.entry e
                    WHERE e.partner_id = k.partner_id AND e.member_id = $1 AND e.card_id = k.card_id
                      AND e.account_sequence > k.seen
                      AND (e.event IN ('staff_credited_points_for_purchase', 'initial_bonus_points',
                                       'stamp_card_reward_points', 'voucher_bonus_points')
                           OR e.event = 'staff_adjusted_points' AND e.points > 0))
            """;

    /**
     * Those of a member's accounts on which it has earned since.
     *
     * @param seen the last entry that does not count; it looks at later ones alone
     */
    public Future<Set<AccountKey>> listEarnedSince(SqlClient client, MemberId member, Map<AccountKey, Long> seen) {
        if (seen.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        List<Map.Entry<AccountKey, Long>> asked = List.copyOf(seen.entrySet());
        Tuple columns = Tuple.of(
                member.value(),
                asked.stream().map(each -> each.getKey().partner().value()).toArray(UUID[]::new),
                asked.stream().map(each -> each.getKey().card().value()).toArray(UUID[]::new),
                asked.stream().map(Map.Entry::getValue).toArray(Long[]::new));
        return client.preparedQuery(LIST_EARNED_SINCE).execute(columns).map(rows -> {
            var earned = new HashSet<AccountKey>();
            rows.forEach(row -> earned.add(key(member, row)));
            return earned;
        });
    }

    private static final String LIST_TIERS = """
            SELECT k.partner_id, k.member_id, k.club_id, t.tier_id, t.name, t.points_threshold, t.multiplier
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, club_id)
             CROSS JOIN LATERAL (
                   SELECT coalesce(sum(lifetime), 0)::bigint AS lifetime
                     FROM ledger.account
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND club_id = k.club_id) AS a
             CROSS JOIN LATERAL (
                   SELECT tier_id, name, points_threshold, multiplier
                     FROM ledger.tier
                    WHERE partner_id = k.partner_id AND club_id = k.club_id AND points_threshold <= a.lifetime
                      AND deleted_at IS NULL AND is_active
                    ORDER BY points_threshold DESC
                    LIMIT 1) AS t
            """;

    /** The tiers that are held in clubs right now; a club without one is not in the map. */
    public Future<Map<StandingKey, Tier>> listTiers(SqlClient client, Set<StandingKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Columns.of(List.copyOf(keys))
                .uuid(key -> key.partner().value())
                .uuid(key -> key.member().value())
                .uuid(key -> key.club().value())
                .tuple();
        return client.preparedQuery(LIST_TIERS).execute(columns).map(rows -> rows.stream()
                .collect(Collectors.toMap(
                        row -> new StandingKey(
                                new PartnerId(row.getUUID("partner_id")),
                                new MemberId(row.getUUID("member_id")),
                                new ClubId(row.getUUID("club_id"))),
                        StandingStore::tier)));
    }

    private static final String FIND_FIRST_ENROLMENT = """
            SELECT min(enrolled_at) AS enrolled_at FROM ledger.enrolment WHERE member_id = $1
            """;

    /** Since when any partner knows the member; empty when none does. */
    public Future<Optional<Instant>> findFirstEnrolment(SqlClient client, MemberId member) {
        return client.preparedQuery(FIND_FIRST_ENROLMENT)
                .execute(Tuple.of(member.value()))
                .map(rows -> Optional.ofNullable(Times.instant(rows.iterator().next(), "enrolled_at")));
    }

    private static AccountKey key(MemberId member, Row row) {
        return new AccountKey(new PartnerId(row.getUUID("partner_id")), member, new CardId(row.getUUID("card_id")));
    }

    private static Account account(Row row) {
        return new Account(row.getLong("spendable"), row.getLong("entry_count"), Times.instant(row, "next_expiry"));
    }
}
