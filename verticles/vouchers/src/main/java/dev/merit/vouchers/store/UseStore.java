package dev.merit.vouchers.store;

import dev.merit.contracts.MemberId;
import dev.merit.platform.pg.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How often vouchers were used: by all members, and by each. */
public final class UseStore {

    /** One member and one voucher. */
    public record MemberUse(VoucherKey voucher, MemberId member) {
        private static final Comparator<MemberUse> ORDER = Comparator.comparing(
                        MemberUse::voucher, VoucherKey.LOCK_ORDER)
                .thenComparing(use -> use.member().value());
    }

    private static final String LOCK_COUNTERS = """
            SELECT k.partner_id, k.voucher_id, n.times_used
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, voucher_id)
             CROSS JOIN LATERAL (
                   SELECT times_used
                     FROM vouchers.voucher_counter
                    WHERE partner_id = k.partner_id AND voucher_id = k.voucher_id
                      FOR UPDATE) AS n
            """;

    /**
     * Reads how often vouchers were used and keeps the counters locked, in one order for everybody: limits hold
     * whatever runs beside it. What is read of these vouchers by a later statement of the transaction stays so as well,
     * since whoever changes it takes the same lock. A counter is there as long as its voucher, and so is never missing.
     */
    public Future<Map<VoucherKey, Long>> lockCounters(SqlClient tx, Set<VoucherKey> vouchers) {
        return tx.preparedQuery(LOCK_COUNTERS)
                .execute(VoucherKey.columns(vouchers).tuple())
                .map(rows -> {
                    var counts = new HashMap<VoucherKey, Long>();
                    rows.forEach(row -> counts.put(VoucherKey.of(row), row.getLong("times_used")));
                    return counts;
                });
    }

    private static final String FIND_USES = """
            SELECT u.partner_id, u.voucher_id, u.member_id, u.uses
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, voucher_id, member_id)
              JOIN vouchers.member_use u
                ON u.partner_id = k.partner_id AND u.voucher_id = k.voucher_id AND u.member_id = k.member_id
            """;

    /** How often members used vouchers; what is not in the map is 0. Sent behind {@link #lockCounters}. */
    public Future<Map<MemberUse, Long>> findUses(SqlClient tx, Set<MemberUse> uses) {
        return tx.preparedQuery(FIND_USES)
                .execute(columns(List.copyOf(uses)).tuple())
                .map(rows -> {
                    var found = new HashMap<MemberUse, Long>();
                    rows.forEach(row -> found.put(
                            new MemberUse(VoucherKey.of(row), new MemberId(row.getUUID("member_id"))),
                            row.getLong("uses")));
                    return found;
                });
    }

    private static final String SET_COUNTERS = """
            UPDATE vouchers.voucher_counter n
               SET times_used = t.times_used
              FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS t (partner_id, voucher_id, times_used)
             WHERE n.partner_id = t.partner_id AND n.voucher_id = t.voucher_id
            """;

    /** Writes what the counters are now. They are locked. */
    public Future<Void> setCounters(SqlClient tx, Map<VoucherKey, Long> counts) {
        return tx.preparedQuery(SET_COUNTERS)
                .execute(VoucherKey.columns(counts.keySet())
                        .number(key -> counts.getOrDefault(key, 0L))
                        .tuple())
                .mapEmpty();
    }

    private static final String SET_USES = """
            INSERT INTO vouchers.member_use AS u (partner_id, voucher_id, member_id, uses)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[])
            ON CONFLICT (partner_id, voucher_id, member_id) DO UPDATE SET uses = excluded.uses
            """;

    /** Writes how often members have used vouchers now. The vouchers' counters are locked. */
    public Future<Void> setUses(SqlClient tx, Map<MemberUse, Long> uses) {
        List<MemberUse> keys = uses.keySet().stream().sorted(MemberUse.ORDER).toList();
        return tx.preparedQuery(SET_USES)
                .execute(columns(keys).number(key -> uses.getOrDefault(key, 0L)).tuple())
                .mapEmpty();
    }

    private static Columns<MemberUse> columns(List<MemberUse> uses) {
        return Columns.of(uses)
                .uuid(use -> use.voucher().partner().value())
                .uuid(use -> use.voucher().voucher().value())
                .uuid(use -> use.member().value());
    }
}
