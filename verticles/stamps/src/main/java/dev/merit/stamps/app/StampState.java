package dev.merit.stamps.app;

import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.store.LockedAccounts;
import dev.merit.platform.pg.Repeats;
import dev.merit.stamps.domain.Progress;
import dev.merit.stamps.domain.StampKey;
import dev.merit.stamps.domain.StampTerms;
import dev.merit.stamps.store.StampCardStore.StampCardKey;
import dev.merit.stamps.store.StampStore.Order;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * All that a batch has to know, read after its rows were locked.
 *
 * @param now the database's time, read behind the locks
 * @param orders orders that got their stamps before, and by which event
 * @param repeats commands that were done before
 */
record StampState(
        Instant now,
        LockedAccounts accounts,
        Locked locked,
        Map<StampCardKey, StampTerms> terms,
        Map<Order, UUID> orders,
        Repeats repeats) {

    /** Members' stamps, and who among them is new to the partner. */
    record Locked(Map<StampKey, Progress> progress, Set<Membership> strangers) {}
}
