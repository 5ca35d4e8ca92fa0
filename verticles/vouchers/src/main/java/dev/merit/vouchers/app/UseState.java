package dev.merit.vouchers.app;

import dev.merit.ledger.domain.MemberFacts;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.store.LockedAccounts;
import dev.merit.platform.pg.Repeats;
import dev.merit.vouchers.domain.VoucherTerms;
import dev.merit.vouchers.store.RedemptionStore.Order;
import dev.merit.vouchers.store.RedemptionStore.RedemptionKey;
import dev.merit.vouchers.store.StoredRedemption;
import dev.merit.vouchers.store.UseStore.MemberUse;
import dev.merit.vouchers.store.VoucherKey;
import java.util.Map;
import java.util.Set;

/**
 * All that a batch has to know, read behind the locks of its accounts and counters.
 *
 * @param terms of vouchers that are there; deleted ones are not
 * @param facts of members who want to use a voucher that is not for everybody
 * @param strangers members whom their partner does not know
 */
record UseState(
        LockedAccounts accounts,
        Counts counts,
        Map<VoucherKey, VoucherTerms> terms,
        Earlier earlier,
        Map<StandingKey, MemberFacts> facts,
        Set<Membership> strangers,
        Repeats repeats) {

    /** How often vouchers were used; what is not in the maps is 0. */
    record Counts(Map<VoucherKey, Long> ofAll, Map<MemberUse, Long> ofMembers) {}

    /** Redemptions that matter to the batch: those of the same orders, and those that are to be voided. */
    record Earlier(Map<Order, StoredRedemption> orders, Map<RedemptionKey, StoredRedemption> redemptions) {}
}
