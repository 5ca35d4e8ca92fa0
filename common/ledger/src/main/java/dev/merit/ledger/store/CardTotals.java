package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.PartnerId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * How many members have an account on a card. The database notes each new account in a row of its own, in the
 * transaction that opens it; {@link #fold} puts such rows into one total a card.
 */
public final class CardTotals {

    // One statement sees a row either as it is noted or in the total, never both and never neither.
    private static final String COUNT_MEMBERS = """
            SELECT card_id, sum(members)::bigint AS members
              FROM (SELECT card_id, members
                      FROM ledger.card_total
                     WHERE partner_id = $1 AND card_id = ANY ($2)
                     UNION ALL
                    SELECT card_id, count(*)
                      FROM ledger.card_newcomer
                     WHERE partner_id = $1 AND card_id = ANY ($2)
                     GROUP BY card_id) AS counted
             GROUP BY card_id
            """;

    /** How many members have an account on each card; a card without any is not in the map. */
    public Future<Map<CardId, Long>> countMembers(SqlClient client, PartnerId partner, Collection<CardId> cards) {
        UUID[] ids = cards.stream().map(CardId::value).toArray(UUID[]::new);
        return client.preparedQuery(COUNT_MEMBERS)
                .execute(Tuple.of(partner.value(), (Object) ids))
                .map(rows -> {
                    var counts = new HashMap<CardId, Long>();
                    rows.forEach(row -> counts.put(new CardId(row.getUUID("card_id")), row.getLong("members")));
                    return counts;
                });
    }

    // Two that fold at once take their rows and then their totals in one order, and none takes a row that is gone.
    private static final String FOLD = """
            WITH folded AS (
                DELETE FROM ledger.card_newcomer
                 WHERE ctid = ANY (ARRAY (SELECT ctid FROM ledger.card_newcomer LIMIT $1))
                RETURNING partner_id, card_id
            ), total AS (
                INSERT INTO ledger.card_total AS t (partner_id, card_id, members)
                SELECT partner_id, card_id, count(*)
                  FROM folded
                 GROUP BY partner_id, card_id
                 ORDER BY partner_id, card_id
                ON CONFLICT (partner_id, card_id) DO UPDATE SET members = t.members + excluded.members
            )
            SELECT count(*) AS folded FROM folded
            """;

    /** Adds accounts to their cards' totals, so many at most, and says how many. Whoever counts waits for nothing. */
    public Future<Integer> fold(SqlClient client, int accounts) {
        return client.preparedQuery(FOLD)
                .execute(Tuple.of((long) accounts))
                .map(rows -> rows.iterator().next().getLong("folded").intValue());
    }
}
