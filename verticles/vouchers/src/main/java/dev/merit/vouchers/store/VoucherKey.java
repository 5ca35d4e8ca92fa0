package dev.merit.vouchers.store;

import dev.merit.contracts.PartnerId;
import dev.merit.contracts.VoucherId;
import dev.merit.platform.pg.Columns;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names a voucher together with its tenant. */
public record VoucherKey(PartnerId partner, VoucherId voucher) {
    /** The one order in which counters are locked. */
    static final Comparator<VoucherKey> LOCK_ORDER = Comparator.comparing(
                    (VoucherKey key) -> key.partner().value())
            .thenComparing(key -> key.voucher().value());

    static Columns<VoucherKey> columns(Collection<VoucherKey> keys) {
        List<VoucherKey> ordered = keys.stream().sorted(LOCK_ORDER).toList();
        return Columns.of(ordered).uuid(key -> key.partner().value()).uuid(key -> key.voucher()
                .value());
    }

    static VoucherKey of(Row row) {
        return new VoucherKey(new PartnerId(row.getUUID("partner_id")), new VoucherId(row.getUUID("voucher_id")));
    }
}
