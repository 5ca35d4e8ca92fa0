package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.AccountState;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Lot;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the ledger, inside the transaction of whoever books. Order of use: {@link #lock}, then {@link #now}, then
 * {@link #findLots}, then decide, then {@link #append}. They may all be sent without waiting for each other.
 */
public final class LedgerStore {

    /** An account as read under lock. */
    public record LockedAccounts(Map<AccountKey, AccountState> states, Map<AccountKey, List<Lot>> lots) {

        /** Opens an account for booking, with its lots where they were asked for or where something has expired. */
        public AccountBook open(AccountKey key, boolean lotsAsked, Instant now) {
            AccountState state = states.get(key);
            if (state == null) {
                return AccountBook.unopened(key);
            }
            boolean due = state.nextExpiry() != null && !state.nextExpiry().isAfter(now);
            return lotsAsked || due
                    ? AccountBook.open(key, state, lots.getOrDefault(key, List.of()))
                    : AccountBook.openForCredits(key, state);
        }
    }

    private static final String LOCK = """
            SELECT a.partner_id, a.member_id, a.card_id, a.balance, a.lifetime, a.entry_count, a.purchase_count,
                   a.next_expiry
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, card_id)
              JOIN ledger.account a
                ON a.partner_id = k.partner_id AND a.member_id = k.member_id AND a.card_id = k.card_id
             ORDER BY a.partner_id, a.member_id, a.card_id
               FOR UPDATE OF a
            """;

    /**
     * Reads accounts, in one order for everybody, and keeps them locked until the transaction ends. A member without
     * an account has no row to lock: whoever adds it second breaks the primary key and has to begin again.
     */
    public Future<Map<AccountKey, AccountState>> lock(SqlClient tx, Set<AccountKey> keys) {
        return tx.preparedQuery(LOCK)
                .execute(keyColumns(List.copyOf(keys)).tuple())
                .map(LedgerStore::states);
    }

    private static final String NOW = "SELECT clock_timestamp() AS now";

    /** The database's time: points expire by it, whatever a node's clock says. Read it after the locks. */
    public Future<Instant> now(SqlClient tx) {
        return tx.preparedQuery(NOW)
                .execute()
                .map(rows -> rows.iterator().next().getOffsetDateTime("now").toInstant());
    }

    private static final String FIND_LOTS = """
            SELECT l.partner_id, l.member_id, l.card_id, l.account_sequence, l.points, l.remaining, l.expires_at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[])
                   AS k (partner_id, member_id, card_id, asked)
              JOIN ledger.account a
                ON a.partner_id = k.partner_id AND a.member_id = k.member_id AND a.card_id = k.card_id
              JOIN ledger.lot l
                ON l.partner_id = a.partner_id AND l.member_id = a.member_id AND l.card_id = a.card_id
             WHERE (k.asked OR a.next_expiry <= clock_timestamp())
               AND l.remaining > 0
            """;

    /**
     * Reads the open lots of accounts where they are asked for, and of accounts where something has expired.
     *
     * @param asked accounts that may be debited
     */
    public Future<Map<AccountKey, List<Lot>>> findLots(SqlClient tx, Set<AccountKey> keys, Set<AccountKey> asked) {
        List<AccountKey> all = List.copyOf(keys);
        return tx.preparedQuery(FIND_LOTS)
                .execute(keyColumns(all).flag(asked::contains).tuple())
                .map(LedgerStore::lots);
    }

    private static final String COUNT_REDEMPTIONS = """
            SELECT e.member_id, e.reward_id, count(*) AS redemptions
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, reward_id)
              JOIN ledger.entry e
                ON e.partner_id = k.partner_id AND e.reward_id = k.reward_id AND e.member_id = k.member_id
             GROUP BY e.member_id, e.reward_id
            """;

    /** A member and a reward, whichever card it was taken with. */
    public record RewardUse(PartnerId partner, MemberId member, RewardId reward) {}

    /** How often members took rewards; what is not in the map is 0. */
    public Future<Map<RewardUse, Long>> countRedemptions(SqlClient tx, Set<RewardUse> uses) {
        List<RewardUse> all = List.copyOf(uses);
        Tuple columns = Columns.of(all)
                .uuid(use -> use.partner().value())
                .uuid(use -> use.member().value())
                .uuid(use -> use.reward().value())
                .tuple();
        return tx.preparedQuery(COUNT_REDEMPTIONS).execute(columns).map(rows -> {
            var counts = new HashMap<RewardUse, Long>();
            for (RewardUse use : all) {
                for (Row row : rows) {
                    if (row.getUUID("member_id").equals(use.member().value())
                            && row.getUUID("reward_id").equals(use.reward().value())) {
                        counts.put(use, row.getLong("redemptions"));
                    }
                }
            }
            return counts;
        });
    }

    private static final String FIND_ORDERS = """
            SELECT e.partner_id, e.event::text AS event, e.order_reference, e.entry_id
              FROM unnest($1::uuid[], $2::text[], $3::text[]) AS k (partner_id, event, order_reference)
              JOIN ledger.entry e
                ON e.partner_id = k.partner_id AND e.event = k.event::ledger.entry_event
               AND e.order_reference = k.order_reference
             WHERE e.order_reference IS NOT NULL
               AND e.event IN ('staff_credited_points_for_purchase', 'staff_redeemed_points_for_reward',
                               'staff_adjusted_points')
            """;

    /** A shop's own number for a purchase, redemption or adjustment; each kind counts by itself. */
    public record Order(PartnerId partner, EntryEvent event, String reference) {}

    /** Which of these orders are booked already, and under which entry. */
    public Future<Map<Order, TransactionId>> findOrders(SqlClient tx, Set<Order> orders) {
        List<Order> all = List.copyOf(orders);
        Tuple columns = Columns.of(all)
                .uuid(order -> order.partner().value())
                .text(order -> order.event().word())
                .text(Order::reference)
                .tuple();
        return tx.preparedQuery(FIND_ORDERS).execute(columns).map(rows -> {
            var found = new HashMap<Order, TransactionId>();
            rows.forEach(row -> found.put(
                    new Order(
                            new PartnerId(row.getUUID("partner_id")),
                            EntryEvent.of(row.getString("event")).orElseThrow(),
                            row.getString("order_reference")),
                    new TransactionId(row.getUUID("entry_id"))));
            return found;
        });
    }

    private static final String LIST_DUE = """
            SELECT partner_id, member_id, card_id
              FROM ledger.account
             WHERE next_expiry <= statement_timestamp()
             ORDER BY next_expiry
             LIMIT $1
            """;

    /** Accounts where points have expired and no entry says so yet. */
    public Future<List<AccountKey>> listDue(SqlClient client, int limit) {
        return client.preparedQuery(LIST_DUE).execute(Tuple.of(limit)).map(rows -> {
            var due = new ArrayList<AccountKey>();
            rows.forEach(row -> due.add(key(row)));
            return due;
        });
    }

    /**
     * Writes what was booked: accounts, entries, lots, allocations, and the enrolment of members who are new to the
     * partner. Everything is sent without waiting; it fails when any of it fails.
     */
    public Future<?> append(SqlClient tx, Collection<AccountBook> books) {
        List<AccountBook> changed =
                books.stream().filter(AccountBook::isChanged).toList();
        var writes = new LedgerWrites(tx);
        writes.insertAccounts(
                changed.stream().filter(book -> !book.isExisting()).toList());
        writes.updateAccounts(changed.stream().filter(AccountBook::isExisting).toList());
        writes.appendEntries(
                changed.stream().flatMap(book -> book.entries().stream()).toList());
        writes.insertLots(LedgerWrites.owned(changed, AccountBook::newLots));
        writes.updateLots(LedgerWrites.owned(changed, AccountBook::changedLots));
        writes.appendAllocations(LedgerWrites.owned(changed, AccountBook::allocations));
        return writes.sent();
    }

    private static Columns<AccountKey> keyColumns(List<AccountKey> keys) {
        return Columns.of(keys)
                .uuid(key -> key.partner().value())
                .uuid(key -> key.member().value())
                .uuid(key -> key.card().value());
    }

    private static Map<AccountKey, AccountState> states(RowSet<Row> rows) {
        var states = new HashMap<AccountKey, AccountState>();
        for (Row row : rows) {
            states.put(
                    key(row),
                    new AccountState(
                            row.getLong("balance"),
                            row.getLong("lifetime"),
                            row.getLong("entry_count"),
                            row.getLong("purchase_count"),
                            Times.instant(row, "next_expiry")));
        }
        return states;
    }

    private static Map<AccountKey, List<Lot>> lots(RowSet<Row> rows) {
        var lots = new HashMap<AccountKey, List<Lot>>();
        for (Row row : rows) {
            lots.computeIfAbsent(key(row), account -> new ArrayList<>())
                    .add(new Lot(
                            row.getLong("account_sequence"),
                            row.getLong("points"),
                            row.getLong("remaining"),
                            Times.instant(row, "expires_at")));
        }
        return lots;
    }

    static AccountKey key(Row row) {
        return new AccountKey(
                new PartnerId(row.getUUID("partner_id")),
                new MemberId(row.getUUID("member_id")),
                new CardId(row.getUUID("card_id")));
    }
}
