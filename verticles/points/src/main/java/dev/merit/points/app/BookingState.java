package dev.merit.points.app;

import dev.merit.contracts.TransactionId;
import dev.merit.ledger.store.LedgerStore.Order;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.ledger.store.LockedAccounts;
import dev.merit.ledger.store.ReversalReads.EntryKey;
import dev.merit.ledger.store.ReversalReads.Reversible;
import dev.merit.platform.pg.Repeats;
import dev.merit.points.domain.CardTerms;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.RewardTerms;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.ClaimStore.ClaimKey;
import dev.merit.points.store.RewardStore.RewardKey;
import java.util.Map;

/**
 * All that a batch of bookings has to know, read after its accounts were locked, or without locks for plain purchases.
 *
 * @param claims to be confirmed; their rows are locked
 * @param reversible entries that are to be reversed
 * @param repeats commands that were done before
 */
record BookingState(
        LockedAccounts accounts,
        Map<CardKey, CardTerms> cards,
        Rewards rewards,
        Map<ClaimKey, ClaimState> claims,
        Map<Order, TransactionId> orders,
        Map<EntryKey, Reversible> reversible,
        Repeats repeats) {

    /** Rewards asked for in the batch; the counters are locked. */
    record Rewards(Map<RewardKey, RewardTerms> terms, Map<RewardKey, Long> taken, Map<RewardUse, Long> takenByMember) {
        static final Rewards NONE = new Rewards(Map.of(), Map.of(), Map.of());
    }
}
