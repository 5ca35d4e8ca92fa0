package dev.merit.points.app;

import dev.merit.contracts.TransactionId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.LedgerStore.LockedAccounts;
import dev.merit.ledger.store.LedgerStore.Order;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.platform.pg.Idempotency.Stored;
import dev.merit.points.domain.CardTerms;
import dev.merit.points.domain.RewardTerms;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.RewardStore.RewardKey;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * All that a batch of bookings has to know, read after its accounts were locked.
 *
 * @param now the database's time
 * @param debited accounts whose lots were read, because a command of the batch may take points from them
 * @param replays commands that were done before
 */
record BookingState(
        Instant now,
        LockedAccounts accounts,
        Set<AccountKey> debited,
        Map<CardKey, CardTerms> cards,
        Rewards rewards,
        Map<Order, TransactionId> orders,
        Map<UUID, Stored> replays) {

    /** Rewards asked for in the batch; the counters are locked. */
    record Rewards(Map<RewardKey, RewardTerms> terms, Map<RewardKey, Long> taken, Map<RewardUse, Long> takenByMember) {
        static final Rewards NONE = new Rewards(Map.of(), Map.of(), Map.of());
    }
}
