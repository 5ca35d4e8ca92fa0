package dev.merit.stamps.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.EnrolmentStore;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.Outbox;
import dev.merit.platform.pg.Repeats;
import dev.merit.platform.pg.Writes;
import dev.merit.stamps.app.StampState.Locked;
import dev.merit.stamps.domain.StampKey;
import dev.merit.stamps.store.StampCardStore;
import dev.merit.stamps.store.StampStore;
import dev.merit.stamps.store.StampWrites;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What group commit does for stamps: lock the accounts and stamps of a batch, read what else it takes, decide, and
 * write events, rows, entries, answers for repeats and the outbox in one transaction.
 *
 * <p>Locks are taken in one order everywhere: ledger accounts, then stamps, then what the ledger locks in its second
 * flight; so batches of any domain cannot wait for each other in a circle. Whatever a lock protects is read by a
 * statement that is sent after the one that locks.
 */
final class StampBatch implements GroupCommit.Work<StampCommand, StampState, Optional<Done<?>>> {
    private final LedgerStore ledger = new LedgerStore();
    private final EnrolmentStore enrolments = new EnrolmentStore();
    private final StampCardStore stampCards = new StampCardStore();
    private final StampStore stamps = new StampStore();
    private final StampWrites writes = new StampWrites();
    private final Bus bus;

    StampBatch(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<StampState> load(SqlClient tx, List<StampCommand> batch) {
        Set<AccountKey> accounts =
                batch.stream().flatMap(command -> command.account().stream()).collect(Collectors.toSet());
        var booked = ledger.lock(tx, new Wanted(accounts, Set.of(), accounts));
        var locked = lock(tx, batch.stream().map(StampCommand::key).collect(Collectors.toSet()));
        var now = stamps.now(tx);
        var terms = stampCards.findTerms(
                tx, batch.stream().map(StampCommand::stampCard).collect(Collectors.toSet()));
        var orders = stamps.findOrders(
                tx, batch.stream().flatMap(command -> command.order().stream()).collect(Collectors.toSet()));
        var repeats = Repeats.load(tx, batch.stream().map(StampCommand::origin).toList());
        return Future.all(List.of(booked, locked, now, terms, orders, repeats))
                .map(all -> new StampState(
                        now.result(),
                        booked.result(),
                        locked.result(),
                        terms.result(),
                        orders.result(),
                        repeats.result()));
    }

    @Override
    public GroupCommit.Decision<Optional<Done<?>>> decide(StampState state, List<StampCommand> batch) {
        var desk = new StampDesk(state);
        List<GroupCommit.Outcome<Optional<Done<?>>>> outcomes = new ArrayList<>(batch.size());
        for (StampCommand command : batch) {
            outcomes.add(desk.decide(command));
        }
        return new GroupCommit.Decision<>(outcomes, desk.isChanged() ? changes(desk) : null);
    }

    private GroupCommit.Changes changes(StampDesk desk) {
        return new GroupCommit.Changes() {
            @Override
            public Future<?> send(SqlClient tx) {
                var together = new Writes();
                if (!desk.accounts().isEmpty()) {
                    ledger.append(together, desk.accounts());
                }
                together.alone(connection -> writes.append(connection, desk.books(), desk.handedOut()));
                if (!desk.enrolments().isEmpty()) {
                    together.alone(connection -> enrolments.enrol(connection, desk.enrolments()));
                }
                desk.repeats().store(together);
                Outbox.append(together, desk.events());
                return together.send(tx);
            }

            @Override
            public void committed() {
                bus.publish(new Notice.OutboxFilled());
            }
        };
    }

    /** Rarely is a member's first stamp among them, so a second look is cheaper than always looking. */
    private Future<Locked> lock(SqlClient tx, Set<StampKey> keys) {
        return stamps.lock(tx, keys).compose(found -> enrolments
                .findStrangers(
                        tx,
                        keys.stream()
                                .filter(key -> !found.containsKey(key))
                                .map(Credits::membership)
                                .collect(Collectors.toSet()))
                .map(strangers -> new Locked(found, strangers)));
    }
}
