package dev.merit.vouchers.store;

import dev.merit.contracts.PartnerId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Live vouchers of any partner. */
public final class LiveVoucherStore {

    private static final String LIST = """
            SELECT v.partner_id, v.voucher_id, coalesce(v.title, v.name) AS title, v.description, v.code, v.type,
                   v.value, v.currency, v.min_order_amount, v.valid_until
              FROM vouchers.voucher v
             WHERE v.partner_id = ANY ($1)
               AND v.is_visible_by_default AND v.is_active AND v.deleted_at IS NULL
               AND (v.valid_from IS NULL OR v.valid_from <= statement_timestamp())
               AND (v.valid_until IS NULL OR v.valid_until >= statement_timestamp())
             ORDER BY v.voucher_id DESC
             LIMIT $2
            """;

    /** What the partners show to everybody, newest first. */
    public Future<List<LiveVoucher>> list(SqlClient client, List<PartnerId> partners, int limit) {
        UUID[] ids = partners.stream().map(PartnerId::value).toArray(UUID[]::new);
        return client.preparedQuery(LIST)
                .execute(Tuple.of(ids, limit))
                .map(rows -> rows.stream().map(LiveVoucherStore::voucher).toList());
    }

    private static final String FIND = """
            SELECT v.partner_id, v.voucher_id, coalesce(v.title, v.name) AS title, v.description, v.code, v.type,
                   v.value, v.currency, v.min_order_amount, v.valid_until
              FROM vouchers.voucher v
             WHERE v.voucher_id = $1
               AND v.is_active AND v.deleted_at IS NULL
               AND (v.valid_from IS NULL OR v.valid_from <= statement_timestamp())
               AND (v.valid_until IS NULL OR v.valid_until >= statement_timestamp())
            """;

    /** One of them, shown to everybody or not. */
    public Future<Optional<LiveVoucher>> find(SqlClient client, VoucherId voucher) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(voucher.value()))
                .map(rows -> rows.stream().findFirst().map(LiveVoucherStore::voucher));
    }

    private static LiveVoucher voucher(Row row) {
        return new LiveVoucher(
                new PartnerId(row.getUUID("partner_id")),
                new VoucherId(row.getUUID("voucher_id")),
                row.getString("title"),
                row.getString("description"),
                row.getString("code"),
                VoucherRows.type(row),
                row.getBigDecimal("value"),
                row.getString("currency"),
                row.getLong("min_order_amount"),
                Times.instant(row, "valid_until"));
    }
}
