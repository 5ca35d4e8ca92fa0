package dev.merit.vouchers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.PartnerId;
import dev.merit.testing.PostgresFixture;

/** What must be true of the tables at rest, looked at from outside. */
final class Truth {
    private Truth() {}

    /** E5: uses = redemptions that stand, for each voucher and each member, and within the limits. */
    static void usesAddUp(PostgresFixture postgres, PartnerId partner) {
        assertThat(postgres.query("""
                SELECT n.voucher_id
                  FROM vouchers.voucher_counter n
                  JOIN vouchers.voucher v ON v.partner_id = n.partner_id AND v.voucher_id = n.voucher_id
                 WHERE n.partner_id = '%s'
                   AND (n.times_used <> (SELECT count(*) FROM audit.v_voucher_use u
                                          WHERE u.partner_id = n.partner_id AND u.voucher_id = n.voucher_id
                                            AND NOT u.voided)
                    OR  n.times_used > coalesce(v.max_uses_total, n.times_used)
                    OR  n.max_uses_total IS DISTINCT FROM v.max_uses_total)
                """.formatted(partner))).isEmpty();
        assertThat(postgres.query("""
                SELECT m.member_id
                  FROM vouchers.member_use m
                 WHERE m.partner_id = '%s'
                   AND m.uses <> (SELECT count(*) FROM audit.v_voucher_use u
                                   WHERE u.partner_id = m.partner_id AND u.voucher_id = m.voucher_id
                                     AND u.member_id = m.member_id AND NOT u.voided)
                """.formatted(partner))).isEmpty();
    }

    /** E3 and E4: balance = sum of entries = what is left in lots, and every entry and every use has its event. */
    static void ledgerTiesOut(PostgresFixture postgres, PartnerId partner) {
        assertThat(postgres.query("""
                SELECT b.member_id
                  FROM audit.v_balance b
                 WHERE b.partner_id = '%s'
                   AND (b.balance <> (SELECT sum(points) FROM audit.v_ledger l
                                       WHERE l.partner_id = b.partner_id AND l.member_id = b.member_id
                                         AND l.card_id = b.card_id)
                    OR  greatest(b.balance, 0) <> (SELECT coalesce(sum(remaining), 0) FROM ledger.lot l
                                       WHERE l.partner_id = b.partner_id AND l.member_id = b.member_id
                                         AND l.card_id = b.card_id))
                """.formatted(partner))).isEmpty();
        assertThat(postgres.query("""
                SELECT entry_id FROM audit.v_ledger WHERE partner_id = '%s'
                EXCEPT
                SELECT event_id FROM audit.v_outbox
                """.formatted(partner))).isEmpty();
        assertThat(postgres.count("""
                SELECT (SELECT count(*) + count(*) FILTER (WHERE voided) FROM audit.v_voucher_use WHERE partner_id = '%s')
                       - (SELECT count(*) FROM platform.outbox o, unnest(o.partner_ids) AS p
                           WHERE o.topic = 'merit.vouchers' AND p = '%s')
                """.formatted(partner, partner))).isZero();
    }
}
