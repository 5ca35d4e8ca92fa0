package dev.merit.vouchers;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.ClubKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.MemberNews;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.ledger.store.TierStore;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Outbox;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Books on the ledger as points would, in transactions of its own. */
final class Shop {
    private final Nodes nodes;
    private final Database database;
    private final LedgerStore ledger = new LedgerStore();
    private final TierStore tiers = new TierStore();

    Shop(Nodes nodes) {
        this.nodes = nodes;
        this.database = nodes.database();
    }

    /** A purchase that earns points. */
    Future<?> purchase(AccountKey account, ClubId club, long points) {
        return book(account, club, (book, stamp) -> {
            var unused = book.credit(EntryEvent.PURCHASE, points, null, stamp, details(stamp));
        });
    }

    /** A redemption of all that is there. */
    Future<?> spendAll(AccountKey account, ClubId club) {
        return book(account, club, (book, stamp) -> {
            if (book.balance() > 0) {
                var unused = book.debit(EntryEvent.REDEMPTION, book.balance(), stamp, details(stamp));
            }
        });
    }

    TierId tier(PartnerId partner, ClubId club, long threshold) {
        var id = new TierId(UUID.randomUUID());
        var fields = new TierFields(club, "Tier", null, null, threshold, BigDecimal.ONE, null, null, List.of(), true);
        get(database.transaction(tx -> tiers.lockLadder(tx, new ClubKey(partner, club))
                .compose(locked -> tiers.insert(tx, partner, id, fields))
                .compose(added -> tiers.find(tx, partner, id))
                .map(found -> {
                    Tier tier = found.orElseThrow();
                    nodes.tier(partner, tier);
                    return tier;
                })));
        return id;
    }

    private Future<?> book(AccountKey account, ClubId club, BiConsumer<AccountBook, Stamp> booking) {
        Set<AccountKey> keys = Set.of(account);
        return database.transaction(
                tx -> ledger.lock(tx, new Wanted(keys, keys, keys)).compose(locked -> {
                    AccountBook book = locked.open(account);
                    booking.accept(book, new Stamp(Uuids.at(locked.now()), locked.now()));
                    return write(tx, book, club);
                }));
    }

    private Future<Void> write(SqlClient tx, AccountBook book, ClubId club) {
        var events = new ArrayList<LoyaltyEvent>();
        book.entries().forEach(entry -> events.add(entry.recorded(club)));
        events.addAll(MemberNews.events(List.of(book), Uuids::at));
        return ledger.append(tx, List.of(book))
                .compose(written -> Outbox.append(tx, events))
                .mapEmpty();
    }

    static AccountKey account(PartnerId partner, MemberId member, CardId card) {
        return new AccountKey(partner, member, card);
    }

    private static Details details(Stamp stamp) {
        return Details.bySystem("shop", stamp.at());
    }
}
