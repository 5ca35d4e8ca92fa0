package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Reads, without locks, what a member has on several cards of a partner. */
public final class BalanceReads {

    private static final String FIND_SPENDABLE = """
            SELECT k.card_id,
                   a.balance - coalesce((
                       SELECT sum(l.remaining)
                         FROM ledger.lot l
                        WHERE a.next_expiry <= statement_timestamp()
                          AND l.partner_id = $1 AND l.member_id = $2 AND l.card_id = k.card_id
                          AND l.remaining > 0
                          AND l.expires_at <= statement_timestamp()), 0)::bigint AS spendable
              FROM unnest($3::uuid[]) AS k (card_id)
             CROSS JOIN LATERAL (
                   SELECT balance, next_expiry
                     FROM ledger.account
                    WHERE partner_id = $1 AND member_id = $2 AND card_id = k.card_id
                   OFFSET 0) AS a
            """;

    /** What the member may spend right now; a card on which it never had anything is not in the map. */
    public Future<Map<CardId, Long>> findSpendable(
            SqlClient client, PartnerId partner, MemberId member, Collection<CardId> cards) {
        UUID[] ids = cards.stream().map(CardId::value).toArray(UUID[]::new);
        return client.preparedQuery(FIND_SPENDABLE)
                .execute(Tuple.of(partner.value(), member.value(), ids))
                .map(rows -> {
                    var balances = new HashMap<CardId, Long>();
                    rows.forEach(row -> balances.put(new CardId(row.getUUID("card_id")), row.getLong("spendable")));
                    return balances;
                });
    }
}
