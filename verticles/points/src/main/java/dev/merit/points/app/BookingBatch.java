package dev.merit.points.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.TransactionId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.ledger.store.LedgerStore.Order;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.ledger.store.ReversalReads;
import dev.merit.ledger.store.ReversalReads.EntryKey;
import dev.merit.ledger.store.ReversalReads.Reversible;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.Outbox;
import dev.merit.platform.pg.Reads;
import dev.merit.platform.pg.Repeats;
import dev.merit.platform.pg.Writes;
import dev.merit.points.app.Booking.Take;
import dev.merit.points.app.Booking.Undo;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.ClaimStore;
import dev.merit.points.store.ClaimStore.ClaimKey;
import dev.merit.points.store.RewardStore;
import dev.merit.points.store.RewardStore.RewardKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What group commit does for points: read the accounts of a batch and what else it takes, under locks but for plain
 * purchases, decide, and write entries, lots, answers for repeats and events in one transaction.
 *
 * <p>Locks are taken in one order everywhere, accounts first, then claims, then rewards, and in the second flight the
 * clubs of cards and standings, so that batches cannot wait for each other in a circle. Whatever a lock protects is
 * read by a statement that is sent after the one that locks.
 */
final class BookingBatch implements GroupCommit.Work<Booking, BookingState, Done<?>> {
    private final LedgerStore ledger;
    private final CardStore cards;
    private final RewardStore rewards;
    private final ClaimStore claims = new ClaimStore();
    private final ReversalReads reversals = new ReversalReads();
    private final Bus bus;

    BookingBatch(LedgerStore ledger, CardStore cards, RewardStore rewards, Bus bus) {
        this.ledger = ledger;
        this.cards = cards;
        this.rewards = rewards;
        this.bus = bus;
    }

    @Override
    public Future<BookingState> load(SqlClient tx, List<Booking> batch) {
        return load(tx, batch, batch.stream().map(Booking::origin).toList());
    }

    /** The same, with all commands that may have been done before: those that bring bookings are some too. */
    Future<BookingState> load(SqlClient tx, List<Booking> batch, List<Origin> commands) {
        Set<AccountKey> accounts = batch.stream().map(Booking::account).collect(Collectors.toSet());
        var wanted =
                new Wanted(accounts, accountsOf(batch, Booking::mayDebit), accountsOf(batch, Booking::countsForTiers));
        var locked = ledger.lock(tx, wanted);
        var claimed = loadClaims(tx, batch);
        var taken = loadRewards(tx, batch);
        var terms = cards.findTerms(tx, cardsOf(accounts));
        var orders = loadOrders(tx, batch);
        var reversible = loadReversible(tx, batch);
        var repeats = Repeats.load(tx, commands);
        return Future.all(List.of(locked, claimed, taken, terms, orders, reversible, repeats))
                .map(all -> new BookingState(
                        locked.result(),
                        terms.result(),
                        taken.result(),
                        claimed.result(),
                        orders.result(),
                        reversible.result(),
                        repeats.result()));
    }

    /**
     * A purchase takes points from nobody. What it is decided by is its account, whose next entry's number is taken if
     * it has changed; its order and its earlier answer, whose keys are unique; and the terms of its card, as they were
     * while it was on its way.
     */
    @Override
    public Future<Optional<BookingState>> look(SqlClient client, List<Booking> batch) {
        return look(client, batch, batch.stream().map(Booking::origin).toList());
    }

    /** The same, with all commands that may have been done before. */
    Future<Optional<BookingState>> look(SqlClient client, List<Booking> batch, List<Origin> commands) {
        if (batch.isEmpty() || !batch.stream().allMatch(Booking.Buy.class::isInstance)) {
            return Future.succeededFuture(Optional.empty());
        }
        Set<AccountKey> accounts = batch.stream().map(Booking::account).collect(Collectors.toSet());
        Set<Order> named = orders(batch);
        var reads = new Reads();
        var seen = ledger.look(reads, accounts);
        var terms = cards.findTerms(reads, cardsOf(accounts));
        var orders = named.isEmpty()
                ? Future.succeededFuture(Map.<Order, TransactionId>of())
                : ledger.findOrders(reads, named);
        var repeats = Repeats.load(reads, commands);
        return reads.send(client)
                .compose(read -> Future.all(seen, terms, orders, repeats))
                .map(all -> seen.result()
                        .map(found -> new BookingState(
                                found,
                                terms.result(),
                                BookingState.Rewards.NONE,
                                Map.of(),
                                orders.result(),
                                Map.of(),
                                repeats.result())));
    }

    private static Set<CardKey> cardsOf(Set<AccountKey> accounts) {
        return accounts.stream()
                .map(key -> new CardKey(key.partner(), key.card()))
                .collect(Collectors.toSet());
    }

    @Override
    public GroupCommit.Decision<Done<?>> decide(BookingState state, List<Booking> batch) {
        var desk = new BookingDesk(state);
        List<GroupCommit.Outcome<Done<?>>> outcomes = new ArrayList<>(batch.size());
        for (Booking booking : batch) {
            outcomes.add(desk.decide(booking));
        }
        return new GroupCommit.Decision<>(outcomes, desk.isChanged() ? changes(desk) : null);
    }

    /** What a desk has decided, as writes. */
    GroupCommit.Changes changes(BookingDesk desk) {
        var writes = new Writes();
        ledger.append(writes, desk.books(), desk.until());
        if (!desk.taken().isEmpty()) {
            writes.alone(connection -> rewards.addToCounters(connection, desk.taken()));
        }
        if (!desk.confirmed().isEmpty()) {
            writes.alone(connection -> claims.setDecided(connection, desk.confirmed()));
        }
        desk.repeats().store(writes);
        Outbox.append(writes, desk.events());
        return new GroupCommit.Changes() {
            @Override
            public Future<?> send(SqlClient tx) {
                return writes.send(tx);
            }

            @Override
            public boolean isOneStatement() {
                return writes.isOneStatement();
            }

            @Override
            public void committed() {
                bus.publish(new Notice.OutboxFilled());
            }
        };
    }

    private static Set<AccountKey> accountsOf(List<Booking> batch, Predicate<Booking> which) {
        return batch.stream().filter(which).map(Booking::account).collect(Collectors.toSet());
    }

    private Future<Map<ClaimKey, ClaimState>> loadClaims(SqlClient tx, List<Booking> batch) {
        Set<ClaimKey> keys = batch.stream()
                .filter(Booking.Confirm.class::isInstance)
                .map(booking -> ((Booking.Confirm) booking).claim())
                .collect(Collectors.toSet());
        return keys.isEmpty() ? Future.succeededFuture(Map.of()) : claims.lockAll(tx, keys);
    }

    private Future<BookingState.Rewards> loadRewards(SqlClient tx, List<Booking> batch) {
        var keys = new LinkedHashSet<RewardKey>();
        var uses = new LinkedHashSet<RewardUse>();
        for (Booking booking : batch) {
            booking.taking().ifPresent(take -> {
                var reward = take.request().fields().rewardId();
                keys.add(new RewardKey(take.partner(), reward));
                uses.add(new RewardUse(take.partner(), take.member().id(), reward));
            });
            if (booking instanceof Undo undo) {
                undo.reward().ifPresent(use -> {
                    keys.add(new RewardKey(use.partner(), use.reward()));
                    uses.add(use);
                });
            }
        }
        if (keys.isEmpty()) {
            return Future.succeededFuture(BookingState.Rewards.NONE);
        }
        var taken = rewards.lockCounters(tx, keys);
        var terms = rewards.findTerms(tx, keys);
        var takenByMember = ledger.countRedemptions(tx, uses);
        return Future.all(taken, terms, takenByMember)
                .map(all -> new BookingState.Rewards(terms.result(), taken.result(), takenByMember.result()));
    }

    private Future<Map<Order, TransactionId>> loadOrders(SqlClient tx, List<Booking> batch) {
        Set<Order> orders = orders(batch);
        return orders.isEmpty() ? Future.succeededFuture(Map.of()) : ledger.findOrders(tx, orders);
    }

    private static Set<Order> orders(List<Booking> batch) {
        return batch.stream()
                .flatMap(booking -> booking.orderReference().stream()
                        .map(reference -> new Order(booking.partner(), event(booking), reference)))
                .collect(Collectors.toSet());
    }

    private Future<Map<EntryKey, Reversible>> loadReversible(SqlClient tx, List<Booking> batch) {
        Set<EntryKey> keys = new LinkedHashSet<>();
        for (Booking booking : batch) {
            if (booking instanceof Undo undo) {
                keys.add(new EntryKey(
                        undo.partner(), new TransactionId(undo.entry().id())));
            }
        }
        return reversals.findReversible(tx, keys);
    }

    static EntryEvent event(Booking booking) {
        return switch (booking) {
            case Booking.Buy buy -> EntryEvent.PURCHASE;
            case Take take -> EntryEvent.REDEMPTION;
            case Booking.Confirm confirm -> EntryEvent.REDEMPTION;
            case Undo undo -> undo.entry().event();
            case Booking.Amend amend -> EntryEvent.ADJUSTMENT;
            case Booking.Lapse lapse -> EntryEvent.EXPIRY;
        };
    }
}
