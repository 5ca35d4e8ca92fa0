package dev.merit.vouchers.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.TransactionId;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import dev.merit.vouchers.store.StoredRedemption.Credit;
import dev.merit.vouchers.store.StoredRedemption.Given;
import dev.merit.vouchers.store.StoredRedemption.Voided;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Redemptions: facts that are added, and voided once. */
public final class RedemptionStore {

    /** A shop's own number for one use of a voucher by a member. */
    public record Order(VoucherKey voucher, MemberId member, String reference) {}

    /** Names a redemption together with its tenant. */
    public record RedemptionKey(PartnerId partner, RedemptionId redemption) {}

    private static final String FIND = """
            SELECT r.partner_id, r.redemption_id, r.voucher_id, r.member_id, r.club_id, r.code, r.type, r.currency,
                   r.order_amount, r.discount_amount, r.points_awarded, r.card_id, r.entry_id, r.entry_sequence,
                   r.remaining_uses, r.order_reference, r.request_id, r.created_at, r.voided_at, r.void_reason,
                   r.void_entry_id, r.void_request_id
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, redemption_id)
              JOIN vouchers.redemption r ON r.partner_id = k.partner_id AND r.redemption_id = k.redemption_id
            """;

    /** Finds redemptions; unknown and foreign ones are not in the map. */
    public Future<Map<RedemptionKey, StoredRedemption>> find(SqlClient client, Set<RedemptionKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Columns.of(List.copyOf(keys))
                .uuid(key -> key.partner().value())
                .uuid(key -> key.redemption().value())
                .tuple();
        return client.preparedQuery(FIND).execute(columns).map(rows -> {
            var found = new HashMap<RedemptionKey, StoredRedemption>();
            for (StoredRedemption each : redemptions(rows)) {
                found.put(new RedemptionKey(each.voucher().partner(), each.id()), each);
            }
            return found;
        });
    }

    private static final String FIND_ORDERS = """
            SELECT r.partner_id, r.redemption_id, r.voucher_id, r.member_id, r.club_id, r.code, r.type, r.currency,
                   r.order_amount, r.discount_amount, r.points_awarded, r.card_id, r.entry_id, r.entry_sequence,
                   r.remaining_uses, r.order_reference, r.request_id, r.created_at, r.voided_at, r.void_reason,
                   r.void_entry_id, r.void_request_id
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
                   AS k (partner_id, voucher_id, member_id, order_reference)
              JOIN vouchers.redemption r
                ON r.partner_id = k.partner_id AND r.voucher_id = k.voucher_id AND r.member_id = k.member_id
               AND r.order_reference = k.order_reference
             WHERE r.order_reference IS NOT NULL AND r.voided_at IS NULL
            """;

    /** Which of these orders stand already. The vouchers' counters are locked. */
    public Future<Map<Order, StoredRedemption>> findOrders(SqlClient tx, Set<Order> orders) {
        if (orders.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Columns.of(List.copyOf(orders))
                .uuid(order -> order.voucher().partner().value())
                .uuid(order -> order.voucher().voucher().value())
                .uuid(order -> order.member().value())
                .text(Order::reference)
                .tuple();
        return tx.preparedQuery(FIND_ORDERS).execute(columns).map(rows -> {
            var found = new HashMap<Order, StoredRedemption>();
            for (StoredRedemption each : redemptions(rows)) {
                found.put(new Order(each.voucher(), each.member(), String.valueOf(each.orderReference())), each);
            }
            return found;
        });
    }

    private static final String APPEND = """
            INSERT INTO vouchers.redemption (partner_id, redemption_id, voucher_id, member_id, club_id, code, type,
                                             currency, order_amount, discount_amount, points_awarded, card_id, entry_id,
                                             entry_sequence, remaining_uses, order_reference, request_id, created_at,
                                             voided_at, void_reason, void_entry_id, void_request_id)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
                                 $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::uuid[], $13::uuid[],
                                 $14::bigint[], $15::bigint[], $16::text[], $17::text[], $18::timestamptz[],
                                 $19::timestamptz[], $20::text[], $21::uuid[], $22::text[])
            """;

    /** Adds redemptions, voided ones too. A unique violation means that the same order came by another way. */
    public Future<Void> append(SqlClient tx, List<StoredRedemption> redemptions) {
        Columns<StoredRedemption> columns = Columns.of(redemptions)
                .uuid(each -> each.voucher().partner().value())
                .uuid(each -> each.id().value())
                .uuid(each -> each.voucher().voucher().value())
                .uuid(each -> each.member().value())
                .uuid(each -> each.club().value())
                .text(each -> each.given().code())
                .text(each -> each.given().type().word())
                .text(each -> each.given().currency())
                .numberOrNull(each -> each.given().orderAmount())
                .numberOrNull(each -> each.given().discountAmount())
                .number(StoredRedemption::points)
                .uuid(credit(credit -> credit.card().value()))
                .uuid(credit(credit -> credit.entry().value()))
                .numberOrNull(credit(Credit::entrySequence))
                .numberOrNull(StoredRedemption::remainingUses)
                .text(StoredRedemption::orderReference)
                .text(StoredRedemption::requestId)
                .time(StoredRedemption::createdAt);
        return tx.preparedQuery(APPEND).execute(voidedColumns(columns).tuple()).mapEmpty();
    }

    private static final String SET_VOIDED = """
            UPDATE vouchers.redemption r
               SET voided_at = t.at, void_reason = t.reason, void_entry_id = t.entry_id, void_request_id = t.request_id
              FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::uuid[], $6::text[])
                   AS t (partner_id, redemption_id, at, reason, entry_id, request_id)
             WHERE r.partner_id = t.partner_id AND r.redemption_id = t.redemption_id
            """;

    /** Voids redemptions that stand; the database refuses it for any other. */
    public Future<Void> setVoided(SqlClient tx, List<StoredRedemption> redemptions) {
        Columns<StoredRedemption> columns = Columns.of(redemptions)
                .uuid(each -> each.voucher().partner().value())
                .uuid(each -> each.id().value());
        return tx.preparedQuery(SET_VOIDED)
                .execute(voidedColumns(columns).tuple())
                .mapEmpty();
    }

    private static Columns<StoredRedemption> voidedColumns(Columns<StoredRedemption> columns) {
        return columns.time(voided(Voided::at))
                .text(voided(Voided::reason))
                .uuid(voided(by -> by.entry() == null ? null : by.entry().value()))
                .text(voided(Voided::requestId));
    }

    // The bound is never null inside the statement: so the index serves it under a generic plan too.
    private static final String LIST = """
            SELECT r.partner_id, r.redemption_id, r.voucher_id, r.member_id, r.club_id, r.code, r.type, r.currency,
                   r.order_amount, r.discount_amount, r.points_awarded, r.card_id, r.entry_id, r.entry_sequence,
                   r.remaining_uses, r.order_reference, r.request_id, r.created_at, r.voided_at, r.void_reason,
                   r.void_entry_id, r.void_request_id
              FROM vouchers.redemption r
             WHERE r.partner_id = $1 AND r.voucher_id = $2
               AND ($3::uuid IS NULL OR r.member_id = $3)
               AND r.redemption_id < coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY r.redemption_id DESC
             LIMIT $5 OFFSET $6
            """;

    /**
     * Which redemptions of a voucher.
     *
     * @param before only those older than this one
     */
    public record Filter(
            VoucherKey voucher,
            @Nullable MemberId member,
            @Nullable UUID before) {
        private Tuple tuple() {
            return Tuple.of(
                    voucher.partner().value(),
                    voucher.voucher().value(),
                    member == null ? null : member.value(),
                    before);
        }
    }

    /** Redemptions, newest first; one more than a page, so that one can see whether there is a next. */
    public Future<List<StoredRedemption>> list(SqlClient client, Filter filter, Paging paging) {
        long offset = paging.cursor() == null ? paging.offset() : 0;
        return client.preparedQuery(LIST)
                .execute(filter.tuple().addInteger(paging.perPage() + 1).addLong(offset))
                .map(RedemptionStore::redemptions);
    }

    private static final String COUNT = """
            SELECT count(*) AS redemptions
              FROM (SELECT 1
                      FROM vouchers.redemption r
                     WHERE r.partner_id = $1 AND r.voucher_id = $2
                       AND ($3::uuid IS NULL OR r.member_id = $3)
                       AND r.redemption_id < coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     LIMIT $5) AS counted
            """;

    /** Counts redemptions, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, Filter filter) {
        return client.preparedQuery(COUNT)
                .execute(filter.tuple().addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("redemptions"));
    }

    private static <V> Function<StoredRedemption, @Nullable V> credit(Function<Credit, V> of) {
        return each -> each.credit() == null ? null : of.apply(each.credit());
    }

    private static <V> Function<StoredRedemption, @Nullable V> voided(Function<Voided, @Nullable V> of) {
        return each -> each.voided() == null ? null : of.apply(each.voided());
    }

    private static List<StoredRedemption> redemptions(RowSet<Row> rows) {
        var redemptions = new ArrayList<StoredRedemption>();
        rows.forEach(row -> redemptions.add(redemption(row)));
        return redemptions;
    }

    private static StoredRedemption redemption(Row row) {
        return new StoredRedemption(
                new RedemptionId(row.getUUID("redemption_id")),
                VoucherKey.of(row),
                new MemberId(row.getUUID("member_id")),
                new ClubId(row.getUUID("club_id")),
                new Given(
                        row.getString("code"),
                        VoucherRows.type(row),
                        row.getString("currency"),
                        row.getLong("order_amount"),
                        row.getLong("discount_amount")),
                creditOf(row),
                row.getLong("remaining_uses"),
                row.getString("order_reference"),
                row.getString("request_id"),
                Times.required(row, "created_at"),
                voidedOf(row));
    }

    private static @Nullable Credit creditOf(Row row) {
        UUID entry = row.getUUID("entry_id");
        return entry == null
                ? null
                : new Credit(
                        new CardId(row.getUUID("card_id")),
                        row.getLong("points_awarded"),
                        new TransactionId(entry),
                        row.getLong("entry_sequence"));
    }

    private static @Nullable Voided voidedOf(Row row) {
        Instant at = Times.instant(row, "voided_at");
        return at == null
                ? null
                : new Voided(
                        at,
                        row.getString("void_reason"),
                        Optional.ofNullable(row.getUUID("void_entry_id"))
                                .map(TransactionId::new)
                                .orElse(null),
                        row.getString("void_request_id"));
    }
}
