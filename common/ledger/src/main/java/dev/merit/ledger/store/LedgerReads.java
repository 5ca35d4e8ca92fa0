package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.contracts.points.PointsRequest.TierRef;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Held;
import dev.merit.platform.Json;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the ledger without locks: balances, entries and counts as of the last commit. It writes nothing. */
public final class LedgerReads {

    /**
     * What a member may spend right now.
     *
     * @param balance without points that have expired, whether or not an entry says so yet
     */
    public record Spendable(long balance, long lifetime, List<Expiry> next) {
        public static final Spendable NOTHING = new Spendable(0, 0, List.of());
    }

    /** Points that go at one moment. */
    public record Expiry(long points, Instant expiresAt) {}

    /**
     * Which entries of a partner.
     *
     * @param before only entries older than this one
     * @param from the smallest id that counts, inclusive
     * @param until the first id that no longer counts
     */
    public record EntryFilter(
            PartnerId partner,
            @Nullable MemberId member,
            @Nullable CardId card,
            @Nullable EntryEvent event,
            @Nullable UUID from,
            @Nullable UUID until,
            @Nullable UUID before) {

        Tuple with(Object... further) {
            var values = new ArrayList<@Nullable Object>();
            values.add(partner.value());
            values.add(card == null ? null : card.value());
            values.add(event == null ? null : event.word());
            values.add(from);
            values.add(until);
            values.add(before);
            if (member != null) {
                values.add(member.value());
            }
            values.addAll(List.of(further));
            return Tuple.from(values);
        }
    }

    private static final String IS_ENROLLED = """
            SELECT 1 FROM ledger.enrolment WHERE partner_id = $1 AND member_id = $2
            """;

    /** Whether the partner has had contact with the member. */
    public Future<Boolean> isEnrolled(SqlClient client, PartnerId partner, MemberId member) {
        return client.preparedQuery(IS_ENROLLED)
                .execute(Tuple.of(partner.value(), member.value()))
                .map(rows -> rows.size() > 0);
    }

    private static final String FIND_SPENDABLE = """
            SELECT a.balance - coalesce((
                       SELECT sum(l.remaining)
                         FROM ledger.lot l
                        WHERE a.next_expiry <= statement_timestamp()
                          AND l.partner_id = a.partner_id AND l.member_id = a.member_id AND l.card_id = a.card_id
                          AND l.remaining > 0
                          AND l.expires_at <= statement_timestamp()), 0)::bigint AS spendable,
                   a.lifetime
              FROM ledger.account a
             WHERE a.partner_id = $1 AND a.member_id = $2 AND a.card_id = $3
            """;

    /** Reads what a member may spend; nothing where there is no account. */
    public Future<Spendable> findSpendable(SqlClient client, AccountKey key) {
        Future<RowSet<Row>> account = client.preparedQuery(FIND_SPENDABLE).execute(keyTuple(key));
        Future<List<Expiry>> next = listExpiring(client, key);
        return account.compose(rows -> rows.size() == 0
                ? next.map(Spendable.NOTHING)
                : next.map(expiring -> spendable(rows.iterator().next(), expiring)));
    }

    private static final String LIST_EXPIRING = """
            SELECT sum(remaining)::bigint AS points, expires_at
              FROM ledger.lot
             WHERE partner_id = $1 AND member_id = $2 AND card_id = $3
               AND remaining > 0
               AND expires_at > statement_timestamp()
             GROUP BY expires_at, account_sequence
             ORDER BY expires_at, account_sequence
             LIMIT 3
            """;

    private static Future<List<Expiry>> listExpiring(SqlClient client, AccountKey key) {
        return client.preparedQuery(LIST_EXPIRING).execute(keyTuple(key)).map(rows -> {
            var next = new ArrayList<Expiry>();
            rows.forEach(row -> next.add(new Expiry(row.getLong("points"), Times.required(row, "expires_at"))));
            return next;
        });
    }

    private static final String COUNT_MEMBERS = """
            SELECT card_id, count(*) AS members
              FROM ledger.account
             WHERE partner_id = $1 AND card_id = ANY ($2)
             GROUP BY card_id
            """;

    /** How many members have an account on each card; a card without any is not in the map. */
    public Future<Map<CardId, Long>> countMembers(SqlClient client, PartnerId partner, Collection<CardId> cards) {
        UUID[] ids = cards.stream().map(CardId::value).toArray(UUID[]::new);
        return client.preparedQuery(COUNT_MEMBERS)
                .execute(Tuple.of(partner.value(), (Object) ids))
                .map(rows -> {
                    var counts = new HashMap<CardId, Long>();
                    rows.forEach(row -> counts.put(new CardId(row.getUUID("card_id")), row.getLong("members")));
                    return counts;
                });
    }

    private static final String FIND_ENTRY = """
            SELECT partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event::text AS event,
                   points, balance_after, points_expire_at, purchase_amount, currency, base_points,
                   tier_bonus_points, initial_bonus_points, multiplier, rules::text AS rules, staff_id, attributed_to,
                   reward_id, voucher_id, reverses, order_reference, note, request_id, occurred_at, reason,
                   tier_id, tier_after::text AS tier_after, created_at
              FROM ledger.entry
             WHERE partner_id = $1 AND entry_id = $2
            """;

    public Future<Optional<Entry>> findEntry(SqlClient client, PartnerId partner, TransactionId id) {
        return client.preparedQuery(FIND_ENTRY)
                .execute(Tuple.of(partner.value(), id.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(entry(rows.iterator().next())));
    }

    // The bounds are never null inside the statement: so the index serves them under a generic plan too.
    private static final String LIST_OF_PARTNER = """
            SELECT partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event::text AS event,
                   points, balance_after, points_expire_at, purchase_amount, currency, base_points,
                   tier_bonus_points, initial_bonus_points, multiplier, rules::text AS rules, staff_id, attributed_to,
                   reward_id, voucher_id, reverses, order_reference, note, request_id, occurred_at, reason,
                   tier_id, tier_after::text AS tier_after, created_at
              FROM ledger.entry
             WHERE partner_id = $1
               AND ($2::uuid IS NULL OR card_id = $2)
               AND ($3::text IS NULL OR event = $3::ledger.entry_event)
               AND entry_id >= coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
               AND entry_id < coalesce(least($5::uuid, $6::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY entry_id DESC
             LIMIT $7 OFFSET $8
            """;

    // A member's entries are found by the primary key and then sorted, by something that no index has. Else the server
    // may walk the partner's entries backwards instead, which for a member who was busy long ago means nearly all of
    // them. An index with the entry id behind the member would save the sort, and doubled what an entry costs to add.
    private static final String LIST_OF_MEMBER = """
            SELECT partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event::text AS event,
                   points, balance_after, points_expire_at, purchase_amount, currency, base_points,
                   tier_bonus_points, initial_bonus_points, multiplier, rules::text AS rules, staff_id, attributed_to,
                   reward_id, voucher_id, reverses, order_reference, note, request_id, occurred_at, reason,
                   tier_id, tier_after::text AS tier_after, created_at
              FROM ledger.entry
             WHERE partner_id = $1
               AND member_id = $7
               AND ($2::uuid IS NULL OR card_id = $2)
               AND ($3::text IS NULL OR event = $3::ledger.entry_event)
               AND entry_id >= coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
               AND entry_id < coalesce(least($5::uuid, $6::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY greatest(entry_id, entry_id) DESC
             LIMIT $8 OFFSET $9
            """;

    /** Entries, newest first; one more than a page, so that one can see whether there is a next. */
    public Future<List<Entry>> listEntries(SqlClient client, EntryFilter filter, Paging paging) {
        long offset = paging.cursor() == null ? paging.offset() : 0;
        return client.preparedQuery(filter.member() == null ? LIST_OF_PARTNER : LIST_OF_MEMBER)
                .execute(filter.with(paging.perPage() + 1L, offset))
                .map(rows -> {
                    var entries = new ArrayList<Entry>();
                    rows.forEach(row -> entries.add(entry(row)));
                    return entries;
                });
    }

    // The order is that of an index, so that the server reads there and stops; else it may read through the table.
    private static final String COUNT_OF_PARTNER = """
            SELECT count(*) AS entries
              FROM (SELECT 1
                      FROM ledger.entry
                     WHERE partner_id = $1
                       AND ($2::uuid IS NULL OR card_id = $2)
                       AND ($3::text IS NULL OR event = $3::ledger.entry_event)
                       AND entry_id >= coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
                       AND entry_id < coalesce(least($5::uuid, $6::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     ORDER BY entry_id DESC
                     LIMIT $7) AS counted
            """;

    private static final String COUNT_OF_MEMBER = """
            SELECT count(*) AS entries
              FROM (SELECT 1
                      FROM ledger.entry
                     WHERE partner_id = $1
                       AND member_id = $7
                       AND ($2::uuid IS NULL OR card_id = $2)
                       AND ($3::text IS NULL OR event = $3::ledger.entry_event)
                       AND entry_id >= coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
                       AND entry_id < coalesce(least($5::uuid, $6::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     ORDER BY card_id, account_sequence
                     LIMIT $8) AS counted
            """;

    /** Counts entries, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> countEntries(SqlClient client, EntryFilter filter) {
        return client.preparedQuery(filter.member() == null ? COUNT_OF_PARTNER : COUNT_OF_MEMBER)
                .execute(filter.with(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("entries"));
    }

    private static Tuple keyTuple(AccountKey key) {
        return Tuple.of(key.partner().value(), key.member().value(), key.card().value());
    }

    private static Spendable spendable(Row row, List<Expiry> next) {
        return new Spendable(row.getLong("spendable"), row.getLong("lifetime"), next);
    }

    static Entry entry(Row row) {
        return new Entry(
                LedgerStore.key(row),
                row.getLong("account_sequence"),
                row.getUUID("entry_id"),
                EntryEvent.of(row.getString("event")).orElseThrow(),
                row.getLong("points"),
                row.getLong("balance_after"),
                Times.instant(row, "points_expire_at"),
                details(row),
                held(row),
                Times.required(row, "created_at"));
    }

    private static Held held(Row row) {
        String after = row.getString("tier_after");
        return new Held(id(row, "tier_id", TierId::new), after == null ? null : Json.read(after, TierRef.class));
    }

    private static Details details(Row row) {
        return new Details(
                earned(row),
                new Details.References(
                        id(row, "reward_id", RewardId::new),
                        id(row, "voucher_id", VoucherId::new),
                        id(row, "reverses", TransactionId::new),
                        row.getString("order_reference")),
                id(row, "staff_id", StaffId::new),
                row.getString("attributed_to"),
                row.getString("note"),
                row.getUUID("operation_id"),
                row.getString("request_id"),
                Times.required(row, "occurred_at"),
                correction(row));
    }

    private static Details.@Nullable Correction correction(Row row) {
        String reason = row.getString("reason");
        if (reason == null) {
            return null;
        }
        BigDecimal amount = row.getBigDecimal("purchase_amount");
        return new Details.Correction(
                reason, amount == null ? null : new Details.Part(amount, row.getString("currency")));
    }

    private static Details.@Nullable Earned earned(Row row) {
        String rules = row.getString("rules");
        return rules == null
                ? null
                : new Details.Earned(
                        row.getBigDecimal("purchase_amount"),
                        row.getString("currency"),
                        row.getLong("base_points"),
                        row.getLong("tier_bonus_points"),
                        row.getLong("initial_bonus_points"),
                        row.getBigDecimal("multiplier"),
                        Json.read(rules, EarningRules.class));
    }

    private static <T> @Nullable T id(Row row, String column, Function<UUID, T> type) {
        UUID id = row.getUUID(column);
        return id == null ? null : type.apply(id);
    }
}
