package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.AccountState;
import dev.merit.ledger.domain.Enrolment;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.MemberNews;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.store.LockedAccounts.Locked;
import dev.merit.ledger.store.LockedAccounts.LockedAccount;
import dev.merit.ledger.store.LockedAccounts.NewAccounts;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Reads;
import dev.merit.platform.pg.Times;
import dev.merit.platform.pg.Writes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ledger, inside the transaction of whoever books: {@link #lock}, then decide, then {@link #append}. Keys
 * are looked up one by one in a lateral join, so that a plan made while tables were small is right when they have
 * grown.
 */
public final class LedgerStore {
    private static final Comparator<AccountKey> LOCK_ORDER = Comparator.comparing(
                    (AccountKey key) -> key.partner().value())
            .thenComparing(key -> key.member().value())
            .thenComparing(key -> key.card().value());

    private final StandingStore standings = new StandingStore();
    private final EnrolmentStore enrolments = new EnrolmentStore();
    private final CardClubStore clubs = new CardClubStore();

    /**
     * Accounts that a transaction is about to book on.
     *
     * @param debited those that points may be taken from: their lots are read too
     * @param counting those where a booking may {@linkplain EntryEvent#countsForTiers count for tiers}: the members'
     *     standings are read too, where the club has tiers
     */
    public record Wanted(Set<AccountKey> accounts, Set<AccountKey> debited, Set<AccountKey> counting) {}

    /**
     * Reads accounts, in one order for everybody, and keeps them locked until the transaction ends. A member without
     * an account has no row to lock: whoever adds it second breaks the primary key and has to begin again. Its card
     * cannot change its club meanwhile.
     *
     * <p>Where all accounts are there and no club has tiers, one flight does it. What else it may take is sent once one
     * knows; standings are locked behind the accounts and behind whatever the caller locks in the same flight.
     */
    public Future<LockedAccounts> lock(SqlClient tx, Wanted wanted) {
        var accounts = wanted.accounts().isEmpty() ? now(tx) : lockStates(tx, wanted.accounts());
        var lots = findLots(tx, wanted.debited());
        return Future.all(accounts, lots)
                .map(all -> new LockedAccounts(accounts.result(), lots.result()))
                .compose(locked -> complete(tx, locked, wanted))
                .compose(locked -> standings
                        .lock(tx, locked.standingsOf(wanted.counting()))
                        .map(found -> locked.counting(wanted.counting(), found)));
    }

    /**
     * Reads the same without any lock, for bookings that take no points and count for tiers. Empty where that will not
     * do: an account is not there, points are due to expire on one, or its club has tiers.
     *
     * <p>Every booking appends an entry under the account's next number, so what is appended to these accounts in one
     * statement breaks the primary key of entries if anything was booked on one of them since it was read; and it is
     * refused {@link LockedAccounts#UNLOCKED} after that. Then it has to be done again behind {@link #lock}.
     */
    public Future<Optional<LockedAccounts>> look(Reads reads, Set<AccountKey> accounts) {
        return reads.add(LOOK, keyColumns(List.copyOf(accounts)).tuple(), rows -> {
            var seen = new LockedAccounts(locked(rows), Map.of());
            boolean isEnough = seen.states().size() == accounts.size()
                    && seen.due().isEmpty()
                    && seen.standingsOf(accounts).isEmpty();
            return isEnough ? Optional.of(seen.counting(accounts, Map.of()).unlocked()) : Optional.empty();
        });
    }

    /** Rarely is anything due or missing, so a second look is cheaper than always looking. */
    private Future<LockedAccounts> complete(SqlClient tx, LockedAccounts locked, Wanted wanted) {
        Set<AccountKey> unopened = wanted.accounts().stream()
                .filter(key -> !locked.states().containsKey(key))
                .collect(Collectors.toSet());
        var due = findLots(tx, locked.due()).map(locked::with);
        if (unopened.isEmpty()) {
            return due;
        }
        var found = findNew(tx, unopened);
        return Future.all(due, found).map(both -> locked.with(found.result()));
    }

    private Future<NewAccounts> findNew(SqlClient tx, Set<AccountKey> unopened) {
        var found = clubs.pin(tx, unopened);
        var strangers = enrolments.findStrangers(
                tx, unopened.stream().map(AccountKey::membership).collect(Collectors.toSet()));
        var tiered = standings.listTiered(
                tx, unopened.stream().map(AccountKey::partner).collect(Collectors.toSet()));
        return Future.all(found, strangers, tiered)
                .map(all -> new NewAccounts(found.result(), strangers.result(), tiered.result()));
    }

    // Whether the club has tiers is asked by a plain subquery: the planner never hashes the whole table for it.
    // The time is read behind each lock, and also for an account that is not there.
    private static final String LOCK = """
            SELECT k.partner_id, k.member_id, k.card_id, a.club_id, a.balance, a.lifetime, a.entry_count,
                   a.purchase_count, a.next_expiry, clock_timestamp() AS now,
                   (SELECT true
                      FROM ledger.ladder l
                     WHERE l.partner_id = k.partner_id AND l.club_id = a.club_id) AS is_tiered
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, card_id)
              LEFT JOIN LATERAL (
                   SELECT club_id, balance, lifetime, entry_count, purchase_count, next_expiry
                     FROM ledger.account
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND card_id = k.card_id
                      FOR UPDATE) AS a ON true
            """;

    private static final Reads.Part LOOK = Reads.Part.of(LOCK.replace("FOR UPDATE", "OFFSET 0"), """
            partner_id uuid, member_id uuid, card_id uuid, club_id uuid, balance bigint, lifetime bigint,
            entry_count bigint, purchase_count bigint, next_expiry timestamptz, now timestamptz, is_tiered boolean""");

    private static Future<Locked> lockStates(SqlClient tx, Set<AccountKey> keys) {
        List<AccountKey> ordered = keys.stream().sorted(LOCK_ORDER).toList();
        return tx.preparedQuery(LOCK).execute(keyColumns(ordered).tuple()).map(LedgerStore::locked);
    }

    private static final String NOW = "SELECT clock_timestamp() AS now";

    /** Without an account there is only the time to read. */
    private static Future<Locked> now(SqlClient tx) {
        return tx.preparedQuery(NOW)
                .execute()
                .map(rows ->
                        new Locked(List.of(), Times.required(rows.iterator().next(), "now")));
    }

    private static final String FIND_LOTS = """
            SELECT k.partner_id, k.member_id, k.card_id, l.account_sequence, l.points, l.remaining, l.expires_at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, card_id)
             CROSS JOIN LATERAL (
                   SELECT account_sequence, points, remaining, expires_at
                     FROM ledger.lot
                    WHERE partner_id = k.partner_id AND member_id = k.member_id AND card_id = k.card_id
                      AND remaining > 0
                   OFFSET 0) AS l
            """;

    /** The open lots of each account; an account without any has an empty list. */
    private static Future<Map<AccountKey, List<Lot>>> findLots(SqlClient tx, Set<AccountKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return tx.preparedQuery(FIND_LOTS)
                .execute(keyColumns(List.copyOf(keys)).tuple())
                .map(rows -> lots(keys, rows));
    }

    private static final String COUNT_REDEMPTIONS = """
            SELECT k.member_id, k.reward_id, e.redemptions
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS k (partner_id, member_id, reward_id)
             CROSS JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE event = 'staff_redeemed_points_for_reward')
                          - count(*) FILTER (WHERE event = 'staff_reversed_redemption') AS redemptions
                     FROM ledger.entry
                    WHERE partner_id = k.partner_id AND reward_id = k.reward_id AND member_id = k.member_id) AS e
             WHERE e.redemptions > 0
            """;

    /** A member and a reward, whichever card it was taken with. */
    public record RewardUse(PartnerId partner, MemberId member, RewardId reward) {}

    /** How often members took rewards, less what was reversed; what is not in the map is 0. */
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
        return tx.preparedQuery(FIND_ORDERS).execute(orderColumns(orders)).map(LedgerStore::orders);
    }

    private static final Reads.Part FOUND_ORDERS =
            Reads.Part.of(FIND_ORDERS, "partner_id uuid, event text, order_reference text, entry_id uuid");

    /** The same, as a part of others. */
    public Future<Map<Order, TransactionId>> findOrders(Reads reads, Set<Order> orders) {
        return reads.add(FOUND_ORDERS, orderColumns(orders), LedgerStore::orders);
    }

    private static Tuple orderColumns(Set<Order> orders) {
        return Columns.of(List.copyOf(orders))
                .uuid(order -> order.partner().value())
                .text(order -> order.event().word())
                .text(Order::reference)
                .tuple();
    }

    private static Map<Order, TransactionId> orders(Iterable<Row> rows) {
        var found = new HashMap<Order, TransactionId>();
        rows.forEach(row -> found.put(
                new Order(
                        new PartnerId(row.getUUID("partner_id")),
                        EntryEvent.of(row.getString("event")).orElseThrow(),
                        row.getString("order_reference")),
                new TransactionId(row.getUUID("entry_id"))));
        return found;
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

    /** The same as {@link #append(Writes, Collection)}, and nothing else. */
    public Future<?> append(SqlClient tx, Collection<AccountBook> books) {
        var writes = new Writes();
        append(writes, books);
        return writes.send(tx);
    }

    /**
     * Writes what was booked: accounts, entries, lots, allocations, the enrolment of members who are new to the
     * partner, and other tiers than before. The events of the last two are {@link MemberNews#events}.
     */
    public void append(Writes writes, Collection<AccountBook> books) {
        append(writes, books, null);
    }

    /**
     * The same, for accounts that may be unlocked.
     *
     * @param until when it is too late to write it, {@link LockedAccounts#until}; null for never
     */
    public void append(Writes writes, Collection<AccountBook> books, @Nullable Instant until) {
        List<AccountBook> changed = books.stream()
                .filter(AccountBook::isChanged)
                .sorted(Comparator.comparing(AccountBook::key, LOCK_ORDER))
                .toList();
        var ledger = new LedgerWrites(writes);
        ledger.insertAccounts(
                changed.stream().filter(book -> !book.isExisting()).toList());
        ledger.updateAccounts(changed.stream().filter(AccountBook::isExisting).toList(), until);
        ledger.appendEntries(
                changed.stream().flatMap(book -> book.entries().stream()).toList());
        ledger.insertLots(LedgerWrites.owned(changed, AccountBook::newLots));
        ledger.updateLots(LedgerWrites.owned(changed, AccountBook::changedLots));
        ledger.appendAllocations(LedgerWrites.owned(changed, AccountBook::allocations));
        sendNews(writes, changed);
    }

    private void sendNews(Writes writes, List<AccountBook> changed) {
        List<Enrolment> strangers = MemberNews.enrolments(changed);
        if (!strangers.isEmpty()) {
            writes.alone(tx -> enrolments.enrol(tx, strangers));
        }
        List<Standing> moved = MemberNews.changed(changed);
        if (!moved.isEmpty()) {
            writes.alone(tx -> standings.update(tx, moved));
        }
    }

    private static Columns<AccountKey> keyColumns(List<AccountKey> keys) {
        return Columns.of(keys)
                .uuid(key -> key.partner().value())
                .uuid(key -> key.member().value())
                .uuid(key -> key.card().value());
    }

    private static Locked locked(Iterable<Row> rows) {
        var accounts = new ArrayList<LockedAccount>();
        Instant now = Instant.MIN;
        for (Row row : rows) {
            Instant lockedAt = Times.required(row, "now");
            now = lockedAt.isAfter(now) ? lockedAt : now;
            UUID club = row.getUUID("club_id");
            if (club != null) {
                accounts.add(
                        new LockedAccount(key(row), new ClubId(club), state(row), row.getBoolean("is_tiered") != null));
            }
        }
        return new Locked(accounts, now);
    }

    private static AccountState state(Row row) {
        return new AccountState(
                row.getLong("balance"),
                row.getLong("lifetime"),
                row.getLong("entry_count"),
                row.getLong("purchase_count"),
                Times.instant(row, "next_expiry"));
    }

    private static Map<AccountKey, List<Lot>> lots(Set<AccountKey> keys, RowSet<Row> rows) {
        var lots = new HashMap<AccountKey, List<Lot>>();
        keys.forEach(key -> lots.put(key, new ArrayList<>()));
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
