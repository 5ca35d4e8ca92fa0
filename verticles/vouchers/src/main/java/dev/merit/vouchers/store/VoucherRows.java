package dev.merit.vouchers.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.platform.pg.Times;
import dev.merit.vouchers.domain.VoucherTerms;
import dev.merit.vouchers.store.VoucherStore.StoredVoucher;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How vouchers lie in their table. */
final class VoucherRows {
    private VoucherRows() {}

    static VoucherType type(Row row) {
        return VoucherType.valueOf(row.getString("type").toUpperCase(Locale.ROOT));
    }

    static StoredVoucher stored(Row row) {
        return new StoredVoucher(
                new VoucherId(row.getUUID("voucher_id")),
                fields(row),
                row.getLong("times_used"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }

    private static VoucherFields fields(Row row) {
        return new VoucherFields(
                new ClubId(row.getUUID("club_id")),
                row.getString("name"),
                row.getString("title"),
                row.getString("description"),
                row.getString("code"),
                type(row),
                row.getBigDecimal("value"),
                row.getString("currency"),
                row.getLong("max_discount_amount"),
                row.getLong("min_order_amount"),
                Times.instant(row, "valid_from"),
                Times.instant(row, "valid_until"),
                row.getLong("max_uses_total"),
                row.getLong("max_uses_per_member"),
                tiers(row),
                row.getInteger("new_members_within_days"),
                row.getBoolean("first_order_only"),
                card(row),
                row.getBoolean("is_active"),
                row.getBoolean("is_visible_by_default"));
    }

    static VoucherTerms terms(Row row) {
        return new VoucherTerms(
                new VoucherId(row.getUUID("voucher_id")),
                new ClubId(row.getUUID("club_id")),
                row.getString("name"),
                row.getString("code"),
                type(row),
                row.getBigDecimal("value"),
                row.getString("currency"),
                row.getLong("max_discount_amount"),
                row.getLong("min_order_amount"),
                new Validity(Times.instant(row, "valid_from"), Times.instant(row, "valid_until")),
                new VoucherTerms.Limits(row.getLong("max_uses_total"), row.getLong("max_uses_per_member")),
                new VoucherTerms.Audience(
                        Set.copyOf(tiers(row)),
                        row.getInteger("new_members_within_days"),
                        row.getBoolean("first_order_only")),
                card(row),
                row.getBoolean("is_active"));
    }

    /** Adds the columns that are written by insert and update alike, in their order. */
    static Tuple with(Tuple tuple, VoucherFields fields) {
        return tuple.addUUID(fields.clubId().value())
                .addString(fields.name())
                .addString(fields.title())
                .addString(fields.description())
                .addString(fields.code())
                .addString(fields.type().word())
                .addBigDecimal(fields.value())
                .addString(fields.currency())
                .addLong(fields.maxDiscountAmount())
                .addLong(fields.minOrderAmount())
                .addOffsetDateTime(Times.offset(fields.validFrom()))
                .addOffsetDateTime(Times.offset(fields.validUntil()))
                .addLong(fields.maxUsesTotal())
                .addLong(fields.maxUsesPerMember())
                .addArrayOfUUID(
                        fields.targetTierIds().stream().map(TierId::value).toArray(UUID[]::new))
                .addInteger(fields.newMembersWithinDays())
                .addBoolean(fields.firstOrderOnly())
                .addUUID(
                        fields.pointsCardId() == null
                                ? null
                                : fields.pointsCardId().value())
                .addBoolean(fields.isActive())
                .addBoolean(fields.isVisibleByDefault());
    }

    static Voucher voucher(StoredVoucher stored) {
        VoucherFields fields = stored.fields();
        String title = fields.title();
        Long total = fields.maxUsesTotal();
        return new Voucher(
                stored.id(),
                fields.clubId(),
                fields.name(),
                title == null ? fields.name() : title,
                fields.description(),
                String.valueOf(fields.code()),
                fields.type(),
                fields.value(),
                String.valueOf(fields.currency()),
                fields.maxDiscountAmount(),
                fields.minOrderAmount(),
                fields.validFrom(),
                fields.validUntil(),
                total,
                fields.maxUsesPerMember(),
                fields.targetTierIds(),
                fields.newMembersWithinDays(),
                fields.firstOrderOnly(),
                fields.pointsCardId(),
                fields.isActive(),
                fields.isVisibleByDefault(),
                stored.timesUsed(),
                new VoucherTerms.Limits(total, null).remaining(stored.timesUsed()),
                stored.createdAt(),
                stored.updatedAt());
    }

    private static List<TierId> tiers(Row row) {
        return Arrays.stream(row.getArrayOfUUIDs("target_tier_ids"))
                .map(TierId::new)
                .toList();
    }

    private static @Nullable CardId card(Row row) {
        UUID card = row.getUUID("points_card_id");
        return card == null ? null : new CardId(card);
    }
}
