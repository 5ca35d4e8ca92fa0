package dev.merit.ledger.store;

import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Allocation;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.Lot;
import dev.merit.platform.Json;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Writes;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The writes of one booking: one part for each table, all rows at once. */
final class LedgerWrites {
    private final Writes writes;

    LedgerWrites(Writes writes) {
        this.writes = writes;
    }

    /** Something of an account. */
    record Owned<T>(AccountKey account, T value) {}

    static <T> List<Owned<T>> owned(Collection<AccountBook> books, Function<AccountBook, List<T>> of) {
        return books.stream()
                .flatMap(book -> of.apply(book).stream().map(value -> new Owned<>(book.key(), value)))
                .toList();
    }

    private static final String INSERT_ACCOUNTS = """
            INSERT INTO ledger.account (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                        purchase_count, next_expiry, created_at, updated_at)
            SELECT partner_id, member_id, card_id, club_id, balance, lifetime, entry_count, purchase_count, next_expiry,
                   at, at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[],
                          $8::bigint[], $9::timestamptz[], $10::timestamptz[])
                   AS t (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count, purchase_count,
                         next_expiry, at)
             ORDER BY partner_id, member_id, card_id
            """;

    /**
     * By themselves and before all else, in the order of locks: nobody holds these accounts yet, so this is where two
     * batches that open the same ones meet.
     */
    void insertAccounts(List<AccountBook> books) {
        if (!books.isEmpty()) {
            Tuple columns =
                    accountColumns(books).time(LedgerWrites::lastBooking).tuple();
            writes.alone(tx -> tx.preparedQuery(INSERT_ACCOUNTS).execute(columns));
        }
    }

    private static final String UPDATE_ACCOUNTS = """
            INSERT INTO ledger.account AS a (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                             purchase_count, next_expiry, created_at, updated_at)
            SELECT partner_id, member_id, card_id, club_id,
                   CASE WHEN coalesce(clock_timestamp() <= $11::timestamptz, true) THEN balance END, lifetime,
                   entry_count, purchase_count, next_expiry, at, at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[],
                          $8::bigint[], $9::timestamptz[], $10::timestamptz[])
                   AS t (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count, purchase_count,
                         next_expiry, at)
            ON CONFLICT (partner_id, member_id, card_id) DO UPDATE
               SET balance = excluded.balance, lifetime = excluded.lifetime, entry_count = excluded.entry_count,
                   purchase_count = excluded.purchase_count, next_expiry = excluded.next_expiry,
                   updated_at = excluded.updated_at
            """;

    /**
     * The rows are there. Where they are not locked, somebody else may have booked meanwhile: then one waits here,
     * before anything but accounts in front of it is written, and the primary key of entries refuses all of it. An
     * upsert finds each by its key; how a join would do that is up to the planner.
     *
     * @param until by the database's clock: what arrives later has no balance, which the table refuses; null where
     *     locks are held
     */
    void updateAccounts(List<AccountBook> books, @Nullable Instant until) {
        if (!books.isEmpty()) {
            writes.first(
                    UPDATE_ACCOUNTS,
                    accountColumns(books)
                            .time(LedgerWrites::lastBooking)
                            .tuple()
                            .addOffsetDateTime(until == null ? null : until.atOffset(ZoneOffset.UTC)));
        }
    }

    private static final String APPEND_ENTRIES = """
            INSERT INTO ledger.entry (partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event,
                                      points, balance_after, points_expire_at, purchase_amount, currency, base_points,
                                      tier_bonus_points, initial_bonus_points, multiplier, rules, staff_id,
                                      attributed_to, reward_id, voucher_id, reverses, order_reference, note, request_id,
                                      occurred_at, reason, tier_id, tier_after, created_at)
            SELECT partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event::ledger.entry_event,
                   points, balance_after, points_expire_at, purchase_amount::numeric, currency,
                   base_points, tier_bonus_points, initial_bonus_points, multiplier::numeric,
                   (ARRAY(SELECT rule::jsonb FROM unnest($31::text[]) AS rule))[rules_at], staff_id,
                   attributed_to, reward_id, voucher_id, reverses, order_reference, note, request_id, occurred_at,
                   reason, tier_id, tier_after::jsonb, created_at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[],
                          $8::bigint[], $9::bigint[], $10::timestamptz[], $11::text[], $12::text[], $13::bigint[],
                          $14::bigint[], $15::bigint[], $16::text[], $17::bigint[], $18::uuid[], $19::text[],
                          $20::uuid[], $21::uuid[], $22::uuid[], $23::text[], $24::text[], $25::text[],
                          $26::timestamptz[], $27::text[], $28::uuid[], $29::text[], $30::timestamptz[])
                   AS t (partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event, points,
                         balance_after, points_expire_at, purchase_amount, currency, base_points, tier_bonus_points,
                         initial_bonus_points, multiplier, rules_at, staff_id, attributed_to, reward_id, voucher_id,
                         reverses, order_reference, note, request_id, occurred_at, reason, tier_id, tier_after,
                         created_at)
            """;

    void appendEntries(List<Entry> entries) {
        if (!entries.isEmpty()) {
            var rules = new RulesOnce();
            writes.add(APPEND_ENTRIES, entryColumns(entries, rules).tuple().addArrayOfString(rules.texts()));
        }
    }

    private static final String INSERT_LOTS = """
            INSERT INTO ledger.lot (partner_id, member_id, card_id, account_sequence, points, remaining, expires_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[],
                                 $7::timestamptz[])
            """;

    void insertLots(List<Owned<Lot>> lots) {
        if (!lots.isEmpty()) {
            writes.add(INSERT_LOTS, lotColumns(lots).tuple());
        }
    }

    private static Columns<Entry> entryColumns(List<Entry> entries, RulesOnce rules) {
        var columns = keyColumns(Columns.of(entries), Entry::account)
                .number(Entry::sequence)
                .uuid(Entry::id)
                .uuid(entry -> entry.details().operationId())
                .text(entry -> entry.event().word())
                .number(Entry::points)
                .number(Entry::balanceAfter)
                .time(Entry::expiresAt);
        earnedColumns(columns, rules);
        referenceColumns(columns);
        heldColumns(columns);
        return columns.time(Entry::createdAt);
    }

    private static final String UPDATE_LOTS = """
            INSERT INTO ledger.lot AS l (partner_id, member_id, card_id, account_sequence, points, remaining, expires_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[],
                                 $7::timestamptz[])
            ON CONFLICT (partner_id, member_id, card_id, account_sequence) DO UPDATE
               SET remaining = excluded.remaining
            """;

    /** The rows are there, and locked with their account. */
    void updateLots(List<Owned<Lot>> lots) {
        if (!lots.isEmpty()) {
            writes.add(UPDATE_LOTS, lotColumns(lots).tuple());
        }
    }

    private static final String APPEND_ALLOCATIONS = """
            INSERT INTO ledger.allocation (partner_id, member_id, card_id, debit_sequence, lot_sequence, points)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[])
            """;

    void appendAllocations(List<Owned<Allocation>> allocations) {
        if (!allocations.isEmpty()) {
            writes.add(
                    APPEND_ALLOCATIONS,
                    keyColumns(Columns.of(allocations), Owned::account)
                            .number(each -> each.value().debitSequence())
                            .number(each -> each.value().lotSequence())
                            .number(each -> each.value().points())
                            .tuple());
        }
    }

    private static <T> Columns<T> keyColumns(Columns<T> columns, Function<T, AccountKey> account) {
        return columns.uuid(row -> account.apply(row).partner().value())
                .uuid(row -> account.apply(row).member().value())
                .uuid(row -> account.apply(row).card().value());
    }

    private static Columns<AccountBook> accountColumns(List<AccountBook> books) {
        return keyColumns(Columns.of(books), AccountBook::key)
                .uuid(book -> book.standing().club().value())
                .number(book -> book.state().balance())
                .number(book -> book.state().lifetime())
                .number(book -> book.state().entryCount())
                .number(book -> book.state().purchaseCount())
                .time(book -> book.state().nextExpiry());
    }

    private static Instant lastBooking(AccountBook book) {
        return book.entries().getLast().createdAt();
    }

    private static Columns<Owned<Lot>> lotColumns(List<Owned<Lot>> lots) {
        return keyColumns(Columns.of(lots), Owned::account)
                .number(lot -> lot.value().sequence())
                .number(lot -> lot.value().points())
                .number(lot -> lot.value().remaining())
                .time(lot -> lot.value().expiresAt());
    }

    /** Most entries of a batch were earned by the rules of one card, which are sent and read once for all. */
    private static final class RulesOnce {
        private final IdentityHashMap<EarningRules, Long> places = new IdentityHashMap<>();
        private final List<String> texts = new ArrayList<>();

        /** Counted from 1, as the server does. */
        long place(EarningRules rules) {
            return places.computeIfAbsent(rules, fresh -> {
                texts.add(Json.write(fresh));
                return (long) texts.size();
            });
        }

        String[] texts() {
            return texts.toArray(String[]::new);
        }
    }

    private static void earnedColumns(Columns<Entry> columns, RulesOnce rules) {
        var unused = columns.decimal(Entry::purchaseAmount)
                .text(Entry::currency)
                .numberOrNull(earned(Details.Earned::basePoints))
                .numberOrNull(earned(Details.Earned::tierBonusPoints))
                .numberOrNull(earned(Details.Earned::initialBonusPoints))
                .decimal(earned(Details.Earned::multiplier))
                .numberOrNull(earned(each -> rules.place(each.rules())));
    }

    private static void referenceColumns(Columns<Entry> columns) {
        var unused = columns.uuid(reference(
                        of -> of.staffId() == null ? null : of.staffId().value()))
                .text(reference(Details::attributedTo))
                .uuid(reference(LedgerWrites::reward))
                .uuid(reference(LedgerWrites::voucher))
                .uuid(reference(LedgerWrites::reversed))
                .text(reference(of -> of.references().orderReference()))
                .text(reference(Details::note))
                .text(reference(Details::requestId))
                .time(reference(Details::occurredAt))
                .text(reference(
                        of -> of.correction() == null ? null : of.correction().reason()));
    }

    private static void heldColumns(Columns<Entry> columns) {
        var unused = columns.uuid(entry -> entry.held().before() == null
                        ? null
                        : entry.held().before().value())
                .text(entry -> entry.held().after() == null
                        ? null
                        : Json.write(entry.held().after()));
    }

    private static <V> Function<Entry, @Nullable V> earned(Function<Details.Earned, V> of) {
        return entry -> {
            Details.Earned earned = entry.details().earned();
            return earned == null ? null : of.apply(earned);
        };
    }

    private static <V> Function<Entry, @Nullable V> reference(Function<Details, @Nullable V> of) {
        return entry -> of.apply(entry.details());
    }

    private static @Nullable UUID reward(Details of) {
        var id = of.references().rewardId();
        return id == null ? null : id.value();
    }

    private static @Nullable UUID voucher(Details of) {
        var id = of.references().voucherId();
        return id == null ? null : id.value();
    }

    private static @Nullable UUID reversed(Details of) {
        var id = of.references().reverses();
        return id == null ? null : id.value();
    }
}
