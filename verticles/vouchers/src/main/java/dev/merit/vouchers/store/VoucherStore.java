package dev.merit.vouchers.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.ListVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.platform.pg.Times;
import dev.merit.vouchers.domain.VoucherTerms;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Vouchers as partners make them. Deleted ones are seen by nobody. */
public final class VoucherStore {
    /** The unique index that two living vouchers of one partner with the same code break. */
    public static final String CODE_INDEX = "voucher_code";

    /** A voucher as stored: its title is null where it follows the name. */
    public record StoredVoucher(
            VoucherId id, VoucherFields fields, long timesUsed, Instant createdAt, Instant updatedAt) {

        public Voucher toVoucher() {
            return VoucherRows.voucher(this);
        }
    }

    private static final String FIND = """
            SELECT v.voucher_id, v.club_id, v.name, v.title, v.description, v.code, v.type, v.value, v.currency,
                   v.max_discount_amount, v.min_order_amount, v.valid_from, v.valid_until, v.max_uses_total,
                   v.max_uses_per_member, v.target_tier_ids, v.new_members_within_days, v.first_order_only,
                   v.points_card_id, v.is_active, v.is_visible_by_default, v.created_at, v.updated_at, n.times_used
              FROM vouchers.voucher v
              JOIN vouchers.voucher_counter n ON n.partner_id = v.partner_id AND n.voucher_id = v.voucher_id
             WHERE v.partner_id = $1 AND v.voucher_id = $2 AND v.deleted_at IS NULL
            """;

    public Future<Optional<StoredVoucher>> find(SqlClient client, PartnerId partner, VoucherId voucher) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(partner.value(), voucher.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(VoucherRows.stored(rows.iterator().next())));
    }

    private static final String IS_KNOWN = """
            SELECT 1 FROM vouchers.voucher WHERE partner_id = $1 AND voucher_id = $2
            """;

    /** Whether there is such a voucher, or was one: its redemptions stay readable. */
    public Future<Boolean> isKnown(SqlClient client, PartnerId partner, VoucherId voucher) {
        return client.preparedQuery(IS_KNOWN)
                .execute(Tuple.of(partner.value(), voucher.value()))
                .map(rows -> rows.size() > 0);
    }

    private static final String LOCK = """
            SELECT 1
              FROM vouchers.voucher
             WHERE partner_id = $1 AND voucher_id = $2 AND deleted_at IS NULL
               FOR NO KEY UPDATE
            """;

    private static final String LOCK_COUNTER = """
            SELECT 1 FROM vouchers.voucher_counter WHERE partner_id = $1 AND voucher_id = $2 FOR UPDATE
            """;

    /**
     * Locks a voucher and its counter, then reads it: in this order every use and every change that was waited for is
     * seen, and none comes between what is read and what is written.
     */
    public Future<Optional<StoredVoucher>> lock(SqlClient tx, PartnerId partner, VoucherId voucher) {
        Tuple key = Tuple.of(partner.value(), voucher.value());
        return tx.preparedQuery(LOCK)
                .execute(key)
                .compose(locked -> tx.preparedQuery(LOCK_COUNTER).execute(key))
                .compose(locked -> find(tx, partner, voucher));
    }

    private static final String LIST = """
            SELECT v.voucher_id, v.club_id, v.name, v.title, v.description, v.code, v.type, v.value, v.currency,
                   v.max_discount_amount, v.min_order_amount, v.valid_from, v.valid_until, v.max_uses_total,
                   v.max_uses_per_member, v.target_tier_ids, v.new_members_within_days, v.first_order_only,
                   v.points_card_id, v.is_active, v.is_visible_by_default, v.created_at, v.updated_at, n.times_used
              FROM vouchers.voucher v
              JOIN vouchers.voucher_counter n ON n.partner_id = v.partner_id AND n.voucher_id = v.voucher_id
             WHERE v.partner_id = $1 AND v.deleted_at IS NULL
               AND ($2::uuid IS NULL OR v.club_id = $2)
               AND ($3::boolean IS NULL OR v.is_active = $3)
               AND ($4::text IS NULL OR strpos(lower(v.name), lower($4)) > 0 OR strpos(v.code, upper($4)) > 0)
             ORDER BY v.voucher_id DESC
             LIMIT $5 OFFSET $6
            """;

    public Future<List<StoredVoucher>> list(SqlClient client, ListVouchers query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST)
                .execute(filter(query).addInteger(paging.perPage()).addLong(paging.offset()))
                .map(rows -> {
                    var vouchers = new ArrayList<StoredVoucher>();
                    rows.forEach(row -> vouchers.add(VoucherRows.stored(row)));
                    return vouchers;
                });
    }

    private static final String COUNT = """
            SELECT count(*) AS vouchers
              FROM (SELECT 1
                      FROM vouchers.voucher v
                     WHERE v.partner_id = $1 AND v.deleted_at IS NULL
                       AND ($2::uuid IS NULL OR v.club_id = $2)
                       AND ($3::boolean IS NULL OR v.is_active = $3)
                       AND ($4::text IS NULL OR strpos(lower(v.name), lower($4)) > 0 OR strpos(v.code, upper($4)) > 0)
                     LIMIT $5) AS counted
            """;

    /** Counts vouchers, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, ListVouchers query) {
        return client.preparedQuery(COUNT)
                .execute(filter(query).addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("vouchers"));
    }

    private static final String COUNT_IN_CLUB = """
            SELECT count(*) AS vouchers
              FROM vouchers.voucher
             WHERE partner_id = $1 AND deleted_at IS NULL
               AND ($2::uuid IS NULL OR club_id = $2)
            """;

    /** How many vouchers there are, in one club or in all. */
    public Future<Long> countIn(SqlClient client, PartnerId partner, @Nullable ClubId club) {
        return client.preparedQuery(COUNT_IN_CLUB)
                .execute(Tuple.of(partner.value(), club == null ? null : club.value()))
                .map(rows -> rows.iterator().next().getLong("vouchers"));
    }

    private static final String INSERT = """
            WITH added AS (
                INSERT INTO vouchers.voucher (partner_id, voucher_id, created_at, updated_at, club_id, name, title,
                                              description, code, type, value, currency, max_discount_amount,
                                              min_order_amount, valid_from, valid_until, max_uses_total,
                                              max_uses_per_member, target_tier_ids, new_members_within_days,
                                              first_order_only, points_card_id, is_active, is_visible_by_default)
                VALUES ($1, $2, now(), now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                        $19, $20, $21, $22)
                RETURNING partner_id, voucher_id, max_uses_total)
            INSERT INTO vouchers.voucher_counter (partner_id, voucher_id, max_uses_total)
            SELECT partner_id, voucher_id, max_uses_total FROM added
            """;

    public Future<Void> insert(SqlClient tx, PartnerId partner, VoucherId voucher, VoucherFields fields) {
        return tx.preparedQuery(INSERT)
                .execute(VoucherRows.with(Tuple.of(partner.value(), voucher.value()), fields))
                .mapEmpty();
    }

    private static final String UPDATE = """
            WITH changed AS (
                UPDATE vouchers.voucher
                   SET updated_at = now(), club_id = $3, name = $4, title = $5, description = $6, code = $7, type = $8,
                       value = $9, currency = $10, max_discount_amount = $11, min_order_amount = $12, valid_from = $13,
                       valid_until = $14, max_uses_total = $15, max_uses_per_member = $16, target_tier_ids = $17,
                       new_members_within_days = $18, first_order_only = $19, points_card_id = $20, is_active = $21,
                       is_visible_by_default = $22
                 WHERE partner_id = $1 AND voucher_id = $2
                RETURNING partner_id, voucher_id, max_uses_total)
            UPDATE vouchers.voucher_counter n
               SET max_uses_total = c.max_uses_total
              FROM changed c
             WHERE n.partner_id = c.partner_id AND n.voucher_id = c.voucher_id
               AND n.max_uses_total IS DISTINCT FROM c.max_uses_total
            """;

    public Future<Void> update(SqlClient tx, PartnerId partner, VoucherId voucher, VoucherFields fields) {
        return tx.preparedQuery(UPDATE)
                .execute(VoucherRows.with(Tuple.of(partner.value(), voucher.value()), fields))
                .mapEmpty();
    }

    private static final String DELETE = """
            UPDATE vouchers.voucher
               SET deleted_at = now(), updated_at = now()
             WHERE partner_id = $1 AND voucher_id = $2 AND deleted_at IS NULL
            """;

    /** Hides a voucher; false when there is none to hide. */
    public Future<Boolean> delete(SqlClient tx, PartnerId partner, VoucherId voucher) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(partner.value(), voucher.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static final String FIND_TERMS = """
            SELECT v.partner_id, v.voucher_id, v.club_id, v.name, v.code, v.type, v.value, v.currency,
                   v.max_discount_amount, v.min_order_amount, v.valid_from, v.valid_until, v.max_uses_total,
                   v.max_uses_per_member, v.target_tier_ids, v.new_members_within_days, v.first_order_only,
                   v.points_card_id, v.is_active
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, voucher_id)
              JOIN vouchers.voucher v ON v.partner_id = k.partner_id AND v.voucher_id = k.voucher_id
             WHERE v.deleted_at IS NULL
            """;

    /** What redemptions need of many vouchers; unknown, foreign and deleted ones are not in the map. */
    public Future<Map<VoucherKey, VoucherTerms>> findTerms(SqlClient tx, Set<VoucherKey> vouchers) {
        return tx.preparedQuery(FIND_TERMS)
                .execute(VoucherKey.columns(vouchers).tuple())
                .map(rows -> {
                    var terms = new HashMap<VoucherKey, VoucherTerms>();
                    rows.forEach(row -> terms.put(VoucherKey.of(row), VoucherRows.terms(row)));
                    return terms;
                });
    }

    /** A voucher found by its code, with all that does not depend on the member's history with the partner. */
    public record Asked(VoucherTerms terms, long timesUsed, long usesOfMember, Instant now) {}

    private static final String FIND_BY_CODE = """
            SELECT v.voucher_id, v.club_id, v.name, v.code, v.type, v.value, v.currency, v.max_discount_amount,
                   v.min_order_amount, v.valid_from, v.valid_until, v.max_uses_total, v.max_uses_per_member,
                   v.target_tier_ids, v.new_members_within_days, v.first_order_only, v.points_card_id, v.is_active,
                   n.times_used, coalesce(u.uses, 0) AS uses, clock_timestamp() AS now
              FROM vouchers.voucher v
              JOIN vouchers.voucher_counter n ON n.partner_id = v.partner_id AND n.voucher_id = v.voucher_id
              LEFT JOIN vouchers.member_use u
                ON u.partner_id = v.partner_id AND u.voucher_id = v.voucher_id AND u.member_id = $3
             WHERE v.partner_id = $1 AND v.code = $2 AND v.deleted_at IS NULL
            """;

    /** Finds the voucher of a code and how often it was used, without a lock. */
    public Future<Optional<Asked>> findByCode(SqlClient client, PartnerId partner, String code, MemberId member) {
        return client.preparedQuery(FIND_BY_CODE)
                .execute(Tuple.of(partner.value(), code, member.value()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return Optional.empty();
                    }
                    var row = rows.iterator().next();
                    return Optional.of(new Asked(
                            VoucherRows.terms(row),
                            row.getLong("times_used"),
                            row.getLong("uses"),
                            Times.required(row, "now")));
                });
    }

    private static Tuple filter(ListVouchers query) {
        ClubId club = query.club();
        return Tuple.of(query.partner().value(), club == null ? null : club.value(), query.isActive(), query.q());
    }
}
