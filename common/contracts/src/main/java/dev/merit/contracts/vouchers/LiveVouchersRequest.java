package dev.merit.contracts.vouchers;

import dev.merit.contracts.Address;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Request;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vouchers as anybody may find them, of whichever partner. Only live ones are told of: active, not deleted, begun and
 * not over. Whether the partner is active, {@code keys} knows.
 */
public sealed interface LiveVouchersRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("vouchers.live", Duration.ofSeconds(3));

    /** How many a list holds; what is older is left out. */
    int LISTED_MAX = 100;

    @Override
    default Address address() {
        return ADDRESS;
    }

    /** Lists the vouchers that these partners show to everybody, newest first, {@value #LISTED_MAX} at most. */
    record ListLiveVouchers(List<PartnerId> partners) implements LiveVouchersRequest<LiveVouchers> {
        public ListLiveVouchers {
            partners = List.copyOf(partners);
        }
    }

    /** Finds a voucher, whether or not it is shown to everybody; else NOT_FOUND. */
    record FindLiveVoucher(VoucherId voucher) implements LiveVouchersRequest<LiveVoucher> {}

    /** A voucher as anybody may see it; amounts are in minor units. */
    record LiveVoucher(
            PartnerId partnerId,
            VoucherId id,
            String title,
            @Nullable String description,
            String code,
            VoucherType type,
            BigDecimal value,
            String currency,
            @Nullable Long minOrderAmount,
            @Nullable Instant validUntil) {}

    record LiveVouchers(List<LiveVoucher> items) {}
}
