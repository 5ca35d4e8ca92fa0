package dev.merit.vouchers.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Counts the redemptions that stand and says where a counter differs, or a limit is passed. */
public final class UseProof {
    private static final String LIST_DIFFERENCES = """
            SELECT partner_id, voucher_id, NULL::uuid AS member_id, c.times_used AS counted,
                   coalesce(r.standing, 0) AS standing, c.max_uses_total AS most
              FROM vouchers.voucher_counter AS c
              LEFT JOIN (SELECT partner_id, voucher_id, count(*) AS standing
                           FROM vouchers.redemption
                          WHERE voided_at IS NULL
                          GROUP BY partner_id, voucher_id) AS r USING (partner_id, voucher_id)
             WHERE c.times_used <> coalesce(r.standing, 0) OR c.times_used > c.max_uses_total
             UNION ALL
            SELECT partner_id, voucher_id, member_id, coalesce(u.uses, 0), coalesce(r.standing, 0), NULL
              FROM vouchers.member_use AS u
              FULL JOIN (SELECT partner_id, voucher_id, member_id, count(*) AS standing
                           FROM vouchers.redemption
                          WHERE voided_at IS NULL
                          GROUP BY partner_id, voucher_id, member_id) AS r USING (partner_id, voucher_id, member_id)
             WHERE coalesce(u.uses, 0) <> coalesce(r.standing, 0)
             LIMIT $1
            """;

    /** The first differences, each a sentence; none when all is well. It reads every redemption. */
    public Future<List<String>> listDifferences(SqlClient client, int most) {
        return client.preparedQuery(LIST_DIFFERENCES).execute(Tuple.of(most)).map(rows -> {
            List<String> differences = new ArrayList<>();
            for (Row row : rows) {
                differences.add("voucher " + row.getUUID("voucher_id") + " of partner " + row.getUUID("partner_id")
                        + (row.getUUID("member_id") == null ? "" : ", member " + row.getUUID("member_id"))
                        + ": counts " + row.getLong("counted") + " uses, has " + row.getLong("standing")
                        + " redemptions"
                        + (row.getLong("most") == null ? "" : ", may have " + row.getLong("most")));
            }
            return differences;
        });
    }
}
