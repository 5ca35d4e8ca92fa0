package dev.merit.vouchers.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.MemberFacts;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.store.EnrolmentStore;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.ledger.store.LockedAccounts;
import dev.merit.ledger.store.MemberReads;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.Outbox;
import dev.merit.platform.pg.Repeats;
import dev.merit.platform.pg.Writes;
import dev.merit.vouchers.app.Use.Redeem;
import dev.merit.vouchers.app.Use.Undo;
import dev.merit.vouchers.domain.VoucherTerms;
import dev.merit.vouchers.store.RedemptionStore;
import dev.merit.vouchers.store.UseStore;
import dev.merit.vouchers.store.VoucherKey;
import dev.merit.vouchers.store.VoucherStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What group commit does for vouchers: lock the accounts and counters of a batch, read what else it takes, decide, and
 * write redemptions, counts, bonus points, answers for repeats and events in one transaction.
 *
 * <p>Locks are taken in one order everywhere: accounts, then the vouchers' counters, then standings. What the counter
 * protects is read by statements that are sent after the one that locks it.
 */
final class UseBatch implements GroupCommit.Work<Use, UseState, Optional<Done<?>>> {
    private final LedgerStore ledger = new LedgerStore();
    private final EnrolmentStore enrolments = new EnrolmentStore();
    private final MemberReads members = new MemberReads();
    private final VoucherStore vouchers = new VoucherStore();
    private final UseStore uses = new UseStore();
    private final RedemptionStore redemptions = new RedemptionStore();
    private final Bus bus;

    UseBatch(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<UseState> load(SqlClient tx, List<Use> batch) {
        var keys = batch.stream().map(Use::voucher).collect(Collectors.toSet());
        var accounts = lockAccounts(tx, batch);
        var counts = uses.lockCounters(tx, keys);
        var terms = vouchers.findTerms(tx, keys);
        var ofMembers = uses.findUses(tx, batch.stream().map(Use::memberUse).collect(Collectors.toSet()));
        var orders = redemptions.findOrders(
                tx, redeems(batch).flatMap(use -> use.order().stream()).collect(Collectors.toSet()));
        var undone = redemptions.find(tx, undos(batch).map(Undo::redemption).collect(Collectors.toSet()));
        var strangers = enrolments.findStrangers(
                tx,
                redeems(batch)
                        .map(use -> new Membership(use.partner(), use.memberId()))
                        .collect(Collectors.toSet()));
        var repeats = Repeats.load(tx, batch.stream().map(Use::origin).toList());
        return Future.all(List.of(accounts, counts, terms, ofMembers, orders, undone, strangers, repeats))
                .compose(all -> findFacts(tx, batch, terms.result()))
                .map(facts -> new UseState(
                        accounts.result(),
                        new UseState.Counts(counts.result(), ofMembers.result()),
                        terms.result(),
                        new UseState.Earlier(orders.result(), undone.result()),
                        facts,
                        strangers.result(),
                        repeats.result()));
    }

    @Override
    public GroupCommit.Decision<Optional<Done<?>>> decide(UseState state, List<Use> batch) {
        var desk = new UseDesk(state);
        List<GroupCommit.Outcome<Optional<Done<?>>>> outcomes = new ArrayList<>(batch.size());
        for (Use use : batch) {
            outcomes.add(desk.decide(use));
        }
        return new GroupCommit.Decision<>(outcomes, desk.isChanged() ? changes(state, desk) : null);
    }

    private GroupCommit.Changes changes(UseState state, UseDesk desk) {
        return new GroupCommit.Changes() {
            @Override
            public Future<?> send(SqlClient tx) {
                var writes = new Writes();
                ledger.append(writes, desk.books());
                if (!desk.enrolments().isEmpty()) {
                    writes.alone(connection -> enrolments.enrol(connection, desk.enrolments()));
                }
                if (!desk.counts().ofAll().isEmpty()) {
                    writes.alone(connection ->
                            uses.setCounters(connection, desk.counts().ofAll()));
                    writes.alone(
                            connection -> uses.setUses(connection, desk.counts().ofMembers()));
                }
                // Voids first: they free orders that may have come again in this very batch.
                if (!desk.voided().isEmpty()) {
                    writes.alone(connection -> redemptions.setVoided(connection, desk.voided()));
                }
                if (!desk.redeemed().isEmpty()) {
                    writes.alone(connection -> redemptions.append(connection, desk.redeemed()));
                }
                state.repeats().store(writes);
                Outbox.append(writes, desk.events());
                return writes.send(tx);
            }

            @Override
            public void committed() {
                bus.publish(new Notice.OutboxFilled());
            }
        };
    }

    private Future<LockedAccounts> lockAccounts(SqlClient tx, List<Use> batch) {
        Set<AccountKey> accounts =
                batch.stream().flatMap(use -> use.account().stream()).collect(Collectors.toSet());
        Set<AccountKey> debited =
                undos(batch).flatMap(use -> use.account().stream()).collect(Collectors.toSet());
        return ledger.lock(tx, new Wanted(accounts, debited, accounts));
    }

    /** What members are matters to vouchers for some of them only, so that it is mostly not asked for. */
    private Future<Map<StandingKey, MemberFacts>> findFacts(
            SqlClient tx, List<Use> batch, Map<VoucherKey, VoucherTerms> terms) {
        var keys = new HashSet<StandingKey>();
        redeems(batch).forEach(use -> {
            VoucherTerms voucher = terms.get(use.voucher());
            if (voucher != null && voucher.audience().isSelective()) {
                keys.add(new StandingKey(use.partner(), use.memberId(), voucher.club()));
            }
        });
        return members.listFacts(tx, keys);
    }

    private static Stream<Redeem> redeems(List<Use> batch) {
        return batch.stream().filter(Redeem.class::isInstance).map(Redeem.class::cast);
    }

    private static Stream<Undo> undos(List<Use> batch) {
        return batch.stream().filter(Undo.class::isInstance).map(Undo.class::cast);
    }
}
