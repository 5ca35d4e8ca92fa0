package dev.merit.points.app;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Problem;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Balance;
import dev.merit.contracts.points.PointsRequest.Expiring;
import dev.merit.contracts.points.PointsRequest.FindBalance;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.ListTransactions;
import dev.merit.contracts.points.PointsRequest.Transaction;
import dev.merit.contracts.points.PointsRequest.TransactionFilter;
import dev.merit.contracts.points.PointsRequest.TransactionPage;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.ledger.store.EntryLists;
import dev.merit.ledger.store.EntryLists.EntryFilter;
import dev.merit.ledger.store.LedgerReads;
import dev.merit.ledger.store.LedgerReads.Spendable;
import dev.merit.ledger.store.MemberReads;
import dev.merit.ledger.store.ReversalReads;
import dev.merit.ledger.store.ReversalReads.EntryKey;
import dev.merit.ledger.store.ReversalReads.Reversed;
import dev.merit.platform.Cursors;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.CardStore.StoredCard;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What partners read of the ledger: transactions and balances. It writes nothing. */
public final class TransactionQueries {
    private final Database database;
    private final Bus bus;
    private final LedgerReads ledger = new LedgerReads();
    private final EntryLists lists = new EntryLists();
    private final MemberReads members = new MemberReads();
    private final ReversalReads reversals = new ReversalReads();
    private final CardStore cards = new CardStore();

    public TransactionQueries(Database database, Bus bus) {
        this.database = database;
        this.bus = bus;
    }

    public Future<Transaction> find(FindTransaction query) {
        return ledger.findEntry(database.lookups(), query.partner(), query.transaction())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .compose(entry -> withReversals(List.of(entry)))
                .map(List::getFirst);
    }

    /** Lists transactions, newest first. A member whom nobody is called by has none. */
    public Future<TransactionPage> list(ListTransactions query) {
        String identifier = query.filter().memberIdentifier();
        if (identifier == null) {
            return page(query, null);
        }
        EntryFilter unused = filter(query, null); // A bad cursor is bad whoever is asked for.
        return bus.ask(new ResolveMember(identifier)).compose(resolved -> {
            MemberRef member = resolved.member();
            return member == null ? Future.succeededFuture(nothing(query.paging())) : page(query, member.id());
        });
    }

    /** A member that the partner knows but who never earned on the card has 0. */
    public Future<Balance> balance(FindBalance query) {
        AccountKey key = new AccountKey(query.partner(), query.member(), query.card());
        Future<Boolean> enrolled = ledger.isEnrolled(database.lookups(), query.partner(), query.member());
        Future<Optional<StoredCard>> card = cards.find(database.lookups(), query.partner(), query.card());
        Future<Spendable> spendable = ledger.findSpendable(database.lookups(), key);
        Future<Optional<Tier>> tier = members.findTier(database.lookups(), key);
        return Future.all(enrolled, card, spendable, tier).compose(all -> {
            if (!enrolled.result() || card.result().isEmpty()) {
                throw Problem.notFound().asException();
            }
            StoredCard found = card.result().get();
            // Without an account the ledger could not know the club: points on other cards of it may count.
            Future<Optional<Tier>> held = spendable.result().equals(Spendable.NOTHING)
                    ? members.findTier(
                            database.reads(),
                            new StandingKey(
                                    key.partner(), key.member(), found.fields().clubId()))
                    : tier;
            return held.map(now -> balance(found, spendable.result(), now, key));
        });
    }

    private Future<TransactionPage> page(ListTransactions query, @Nullable MemberId member) {
        Paging paging = query.paging();
        EntryFilter filter = filter(query, member);
        Future<List<Entry>> entries = lists.list(database.pool(), filter, paging);
        if (paging.cursor() != null) {
            return entries.compose(found -> pageOf(found, paging, Pagination.following(paging, next(found, paging))));
        }
        return Future.all(entries, lists.count(database.pool(), filter))
                .compose(both -> pageOf(
                        entries.result(),
                        paging,
                        Pagination.numbered(paging, both.<Long>resultAt(1), next(entries.result(), paging))));
    }

    /** One look-up for a page, and none where nothing can have been reversed. */
    private Future<List<Transaction>> withReversals(List<Entry> entries) {
        Set<EntryKey> keys = entries.stream()
                .filter(entry -> entry.event() == EntryEvent.PURCHASE || entry.event() == EntryEvent.REDEMPTION)
                .map(TransactionQueries::keyOf)
                .collect(Collectors.toSet());
        return reversals.findReversed(database.reads(), keys).map(reversed -> entries.stream()
                .map(entry -> TransactionView.transaction(entry, reversed.getOrDefault(keyOf(entry), Reversed.NOTHING)))
                .toList());
    }

    private static EntryKey keyOf(Entry entry) {
        return new EntryKey(entry.account().partner(), new TransactionId(entry.id()));
    }

    private static TransactionPage nothing(Paging paging) {
        return new TransactionPage(
                List.of(),
                paging.cursor() == null ? Pagination.numbered(paging, 0, null) : Pagination.following(paging, null));
    }

    private Future<TransactionPage> pageOf(List<Entry> found, Paging paging, Pagination pagination) {
        return withReversals(found.stream().limit(paging.perPage()).toList())
                .map(items -> new TransactionPage(items, pagination));
    }

    private static EntryFilter filter(ListTransactions query, @Nullable MemberId member) {
        TransactionFilter filter = query.filter();
        String event = filter.event();
        return new EntryFilter(
                query.partner(),
                member,
                filter.card(),
                event == null
                        ? null
                        : EntryEvent.of(event).orElseThrow(() -> Problem.invalid("event", "There is no such event.")
                                .asException()),
                startOf(filter.from()),
                filter.to() == null ? null : startOf(filter.to().plusDays(1)),
                Cursors.read(query.paging().cursor()));
    }

    /** Ids carry the time of their entry, so that a range of days is a range of ids. */
    private static @Nullable UUID startOf(@Nullable LocalDate day) {
        return day == null ? null : Uuids.floor(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static @Nullable String next(List<Entry> found, Paging paging) {
        return found.size() > paging.perPage()
                ? Cursors.write(found.get(paging.perPage() - 1).id())
                : null;
    }

    private static Balance balance(StoredCard card, Spendable spendable, Optional<Tier> tier, AccountKey key) {
        return new Balance(
                key.member(),
                key.card(),
                card.toCard(0).title(),
                spendable.balance(),
                "points",
                spendable.lifetime(),
                tier.map(Tier::ref).orElse(null),
                spendable.next().stream()
                        .map(expiry -> new Expiring(expiry.points(), expiry.expiresAt()))
                        .toList());
    }
}
