package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.WalletReads.Account;
import dev.merit.platform.pg.Times;
import dev.merit.points.domain.Follow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * All that wallets show, in one statement for many members, as shops ask for it at every login. It is the only one that
 * asks two schemas: of the ledger it names a function, which the ledger keeps, and none of its tables.
 */
public final class HoldingsStore {

    /**
     * What a member may have among its cards. Deleted cards are not in it.
     *
     * @param titles of all cards in the other two, newest first
     */
    public record Holdings(
            Map<AccountKey, String> titles, Map<AccountKey, Account> accounts, Map<AccountKey, Follow> follows) {
        /** Nothing yet. */
        public static Holdings none() {
            return new Holdings(new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
        }
    }

    // Accounts and follows as rows of their own: joined, a card with both would cost what two rows do.
    private static final String LIST = """
            SELECT m.member_id, k.partner_id, k.card_id, k.entry_count, k.spendable, k.next_expiry,
                   k.following, k.seen_sequence, c.shown_title
              FROM unnest($1::uuid[]) AS m (member_id)
             CROSS JOIN LATERAL (
                   SELECT h.partner_id, h.card_id, h.entry_count, h.spendable, h.next_expiry,
                          NULL::boolean AS following, NULL::bigint AS seen_sequence
                     FROM ledger.holdings(m.member_id, $2) AS h
                    UNION ALL
                  (SELECT f.partner_id, f.card_id, NULL, NULL, NULL, f.following, f.seen_sequence
                     FROM points.follow f
                    WHERE f.member_id = m.member_id
                    ORDER BY f.partner_id, f.card_id
                    LIMIT $2)) AS k
             CROSS JOIN LATERAL (
                   SELECT coalesce(title, name) AS shown_title
                     FROM points.card
                    WHERE partner_id = k.partner_id AND card_id = k.card_id AND deleted_at IS NULL
                   OFFSET 0) AS c
             ORDER BY k.card_id DESC
            """;

    /**
     * The members' accounts and what they said of cards; who has neither is not in the map.
     *
     * @param limit of each of the two, for each member
     */
    public Future<Map<MemberId, Holdings>> list(SqlClient client, List<MemberId> members, int limit) {
        UUID[] ids = members.stream().map(MemberId::value).toArray(UUID[]::new);
        return client.preparedQuery(LIST).execute(Tuple.of(ids, limit)).map(rows -> {
            var holdings = new HashMap<MemberId, Holdings>();
            for (Row row : rows) {
                var member = new MemberId(row.getUUID("member_id"));
                add(row, member, holdings.computeIfAbsent(member, each -> Holdings.none()));
            }
            return holdings;
        });
    }

    private static void add(Row row, MemberId member, Holdings holdings) {
        var key = new AccountKey(new PartnerId(row.getUUID("partner_id")), member, new CardId(row.getUUID("card_id")));
        holdings.titles().put(key, row.getString("shown_title"));
        Boolean following = row.getBoolean("following");
        if (following == null) {
            holdings.accounts()
                    .put(
                            key,
                            new Account(
                                    row.getLong("spendable"),
                                    row.getLong("entry_count"),
                                    Times.instant(row, "next_expiry")));
        } else {
            holdings.follows().put(key, new Follow(following, row.getLong("seen_sequence")));
        }
    }
}
