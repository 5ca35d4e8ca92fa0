package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lists a partner's entries, newest first, and counts them. Nearly all entries are purchases, and purchases keep no
 * index for the sake of lists: entries of a member, and of a card with few of them, are found through the accounts,
 * other events than purchases through an index of their own, and everything else in the order of time, from where the
 * card was used last.
 */
public final class EntryLists {
    /**
     * As in {@link HistoryReads}: two entries of one account and millisecond may lie the other way round. More of them,
     * after a server's clock was set back, may be left out of a page of a member's.
     */
    private static final int SPARE = 8;

    private static final long MANY = Paging.TOTAL_MAX + 1L;

    /** Of so many entries all are looked at for a page. */
    private static final long FEW = 500;

    /** So many entries are looked at for a card that may be in use. */
    private static final long NEWEST = 5_000;

    /** An account's last entry has its latest time, but for a server's clock that was set back. */
    private static final Duration CLOCK_SET_BACK = Duration.ofHours(1);

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

        private boolean isWithoutPurchases() {
            return event != null && event != EntryEvent.PURCHASE;
        }

        /** The same, and nothing from {@code end} on. Ids are compared as the database does, by their bytes. */
        private EntryFilter until(UUID end) {
            boolean sooner = until == null
                    || Long.compareUnsigned(end.getMostSignificantBits(), until.getMostSignificantBits()) < 0;
            return sooner ? new EntryFilter(partner, member, card, event, from, end, before) : this;
        }

        /** Whether it takes all entries of an account or none; a cursor does not change how many there are in all. */
        private boolean isOfWholeAccounts() {
            return event == null && isOfAllDays();
        }

        private boolean isOfAllDays() {
            return from == null && until == null;
        }

        private Tuple with(Object... further) {
            var values = new ArrayList<@Nullable Object>();
            values.add(partner.value());
            values.add(from);
            values.add(until);
            values.add(before);
            values.add(card == null ? null : card.value());
            values.add(event == null ? null : event.word());
            if (member != null) {
                values.add(member.value());
            }
            values.addAll(List.of(further));
            return Tuple.from(values);
        }
    }

    /** Entries, newest first; one more than a page, so that one can see whether there is a next. */
    public Future<List<Entry>> list(SqlClient client, EntryFilter filter, Paging paging) {
        long offset = paging.cursor() == null ? paging.offset() : 0;
        long limit = paging.perPage() + 1L;
        if (filter.member() != null) {
            return found(client, filter.partner(), LIST_OF_MEMBER, filter.with(offset + limit + SPARE, limit, offset));
        }
        if (filter.isWithoutPurchases()) {
            return found(client, filter.partner(), LIST_OF_EVENT, filter.with(offset + limit, limit, offset));
        }
        return filter.card() == null
                ? entries(client, LIST_BY_TIME, filter.with(limit, offset))
                : countOfCard(client, filter, FEW)
                        .compose(ofCard -> ofCard < FEW
                                ? found(client, filter.partner(), LIST_OF_FEW, filter.with(limit, offset))
                                : ofCard(client, filter, limit, offset));
    }

    /** Counts entries; beyond {@link Paging#TOTAL_MAX} it says no more than that there are more. */
    public Future<Long> count(SqlClient client, EntryFilter filter) {
        if (filter.member() != null) {
            return filter.isOfWholeAccounts()
                    ? number(client, COUNT_OF_ACCOUNTS, accounts(filter))
                    : number(client, COUNT_OF_MEMBER, filter.with(MANY));
        }
        if (filter.isWithoutPurchases()) {
            return number(client, COUNT_OF_EVENT, filter.with(MANY));
        }
        return filter.card() == null
                ? number(client, COUNT_BY_TIME, filter.with(MANY))
                : countOfCard(client, filter, MANY)
                        .compose(ofCard -> filter.isOfWholeAccounts()
                                ? Future.succeededFuture(ofCard)
                                : number(client, countOfSome(filter, ofCard), filter.with(MANY)));
    }

    /** Without days, nearly all entries of a card count, so that enough are soon found; with days, they may be few. */
    private static String countOfSome(EntryFilter filter, long ofCard) {
        return ofCard < MANY || filter.isOfAllDays() ? COUNT_OF_FEW : COUNT_BY_TIME;
    }

    // The bounds are never null inside the statement: so the index serves them under a generic plan too.
    private static final String LIST_BY_TIME = """
            SELECT partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event::text AS event,
                   points, balance_after, points_expire_at, purchase_amount, currency, base_points,
                   tier_bonus_points, initial_bonus_points, multiplier, rules::text AS rules, staff_id, attributed_to,
                   reward_id, voucher_id, reverses, order_reference, note, request_id, occurred_at, reason,
                   tier_id, tier_after::text AS tier_after, created_at
              FROM ledger.entry
             WHERE partner_id = $1
               AND ($5::uuid IS NULL OR card_id = $5)
               AND ($6::text IS NULL OR event = $6::ledger.entry_event)
               AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
               AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY entry_id DESC
             LIMIT $7 OFFSET $8
            """;

    // In the order of an index, so that the server reads there and stops. Oldest first: of old pages the server
    // knows that everybody may see them, and counts those in the index alone.
    private static final String COUNT_BY_TIME = """
            SELECT count(*) AS entries
              FROM (SELECT 1
                      FROM ledger.entry
                     WHERE partner_id = $1
                       AND ($5::uuid IS NULL OR card_id = $5)
                       AND ($6::text IS NULL OR event = $6::ledger.entry_event)
                       AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
                       AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     ORDER BY entry_id
                     LIMIT $7) AS counted
            """;

    // From the end of each of the member's accounts a page is taken by the primary key, and only those are sorted.
    // An index with the entry id behind the member would save the sort, and doubled what an entry costs to add.
    private static final String LIST_OF_MEMBER = """
            SELECT n.entry_id
              FROM (SELECT card_id
                      FROM ledger.account
                     WHERE partner_id = $1 AND member_id = $7
                       AND ($5::uuid IS NULL OR card_id = $5)
                    OFFSET 0) AS a
             CROSS JOIN LATERAL (
                   SELECT entry_id
                     FROM ledger.entry
                    WHERE partner_id = $1 AND member_id = $7 AND card_id = a.card_id
                      AND ($6::text IS NULL OR event = $6::ledger.entry_event)
                      AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
                      AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    ORDER BY account_sequence DESC
                    LIMIT $8) AS n
             ORDER BY n.entry_id DESC
             LIMIT $9 OFFSET $10
            """;

    private static final String COUNT_OF_MEMBER = """
            SELECT count(*) AS entries
              FROM (SELECT 1
                      FROM ledger.entry
                     WHERE partner_id = $1
                       AND member_id = $7
                       AND ($5::uuid IS NULL OR card_id = $5)
                       AND ($6::text IS NULL OR event = $6::ledger.entry_event)
                       AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
                       AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     ORDER BY card_id, account_sequence
                     LIMIT $8) AS counted
            """;

    // An account numbers its entries without a gap, so the number of the last one counts them.
    private static final String COUNT_OF_ACCOUNTS = """
            SELECT coalesce(sum(entry_count), 0)::bigint AS entries
              FROM ledger.account
             WHERE partner_id = $1
               AND member_id = $2
               AND ($3::uuid IS NULL OR card_id = $3)
            """;

    private static Tuple accounts(EntryFilter filter) {
        MemberId member = filter.member();
        CardId card = filter.card();
        return Tuple.of(
                filter.partner().value(), member == null ? null : member.value(), card == null ? null : card.value());
    }

    // A page is taken from the end of each card's entries of that kind. Card and event are compared as parts of a
    // row, an order that no other index has: so no plan walks through all of the partner's entries in search of a
    // few.
    private static final String LIST_OF_EVENT = """
            SELECT n.entry_id
              FROM ledger.card_club c
             CROSS JOIN LATERAL (
                   SELECT entry_id
                     FROM ledger.entry
                    WHERE partner_id = $1
                      AND event <> 'staff_credited_points_for_purchase'
                      AND (card_id, event, entry_id) >= (c.card_id, $6::text::ledger.entry_event,
                          coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
                      AND (card_id, event, entry_id) < (c.card_id, $6::text::ledger.entry_event,
                          coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                    ORDER BY card_id DESC, event DESC, entry_id DESC
                    LIMIT $7) AS n
             WHERE c.partner_id = $1
               AND c.card_id >= coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')
               AND c.card_id <= coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY n.entry_id DESC
             LIMIT $8 OFFSET $9
            """;

    private static final String COUNT_OF_EVENT = """
            SELECT count(*) AS entries
              FROM (SELECT 1
                      FROM ledger.card_club c
                     CROSS JOIN LATERAL (
                           SELECT 1
                             FROM ledger.entry
                            WHERE partner_id = $1
                              AND event <> 'staff_credited_points_for_purchase'
                              AND (card_id, event, entry_id) >= (c.card_id, $6::text::ledger.entry_event,
                                  coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
                              AND (card_id, event, entry_id) < (c.card_id, $6::text::ledger.entry_event,
                                  coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                            ORDER BY card_id, event, entry_id
                            LIMIT $7) AS n
                     WHERE c.partner_id = $1
                       AND c.card_id >= coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')
                       AND c.card_id <= coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     LIMIT $7) AS counted
            """;

    // Many members are many entries: then accounts are not looked at.
    private static final String COUNT_OF_CARD = """
            SELECT CASE WHEN coalesce((SELECT members FROM ledger.card_total WHERE partner_id = $1 AND card_id = $2), 0) >= $3
                        THEN $3::bigint
                        ELSE (SELECT least(coalesce(sum(a.entry_count), 0), $3)::bigint
                                FROM (SELECT entry_count
                                        FROM ledger.account
                                       WHERE partner_id = $1 AND card_id = $2
                                       ORDER BY partner_id, card_id, member_id
                                       LIMIT $3) AS a)
                   END AS entries
            """;

    /** How many entries the card has, but no more than {@code enough}. */
    private static Future<Long> countOfCard(SqlClient client, EntryFilter filter, long enough) {
        CardId card = filter.card();
        return number(
                client, COUNT_OF_CARD, Tuple.of(filter.partner().value(), card == null ? null : card.value(), enough));
    }

    // Those of the partner's newest entries that fit, however few: it stops when the page is full.
    private static final String LIST_AMONG_NEWEST = """
            SELECT n.entry_id
              FROM (SELECT entry_id, card_id, event
                      FROM ledger.entry
                     WHERE partner_id = $1
                       AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
                       AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                     ORDER BY entry_id DESC
                     LIMIT $7) AS n
             WHERE n.card_id = $5
               AND ($6::text IS NULL OR n.event = $6::ledger.entry_event)
             ORDER BY n.entry_id DESC
             LIMIT $8 OFFSET $9
            """;

    private static final String FIND_LAST_USE = """
            SELECT max(a.updated_at) AS last_use
              FROM (SELECT updated_at
                      FROM ledger.account
                     WHERE partner_id = $1 AND card_id = $2
                     ORDER BY partner_id, card_id, member_id
                    OFFSET 0) AS a
            """;

    /**
     * Entries of a card that has more than a few. One that is in use fills its page among the newest entries. Else they
     * are found through the accounts, or, when there are many, on the way back in time, which begins where the card was
     * used last.
     */
    private static Future<List<Entry>> ofCard(SqlClient client, EntryFilter filter, long limit, long offset) {
        return found(client, filter.partner(), LIST_AMONG_NEWEST, filter.with(NEWEST, limit, offset))
                .compose(newest -> newest.size() == limit
                        ? Future.succeededFuture(newest)
                        : countOfCard(client, filter, MANY)
                                .compose(ofCard -> ofCard < MANY
                                        ? found(client, filter.partner(), LIST_OF_FEW, filter.with(limit, offset))
                                        : ofOldCard(client, filter, limit, offset)));
    }

    private static Future<List<Entry>> ofOldCard(SqlClient client, EntryFilter filter, long limit, long offset) {
        return lastUse(client, filter).compose(used -> entries(client, LIST_BY_TIME, used.with(limit, offset)));
    }

    private static Future<EntryFilter> lastUse(SqlClient client, EntryFilter filter) {
        CardId card = filter.card();
        return client.preparedQuery(FIND_LAST_USE)
                .execute(Tuple.of(filter.partner().value(), card == null ? null : card.value()))
                .map(rows -> Times.instant(rows.iterator().next(), "last_use"))
                .map(used -> used == null ? filter : filter.until(Uuids.floor(used.plus(CLOCK_SET_BACK))));
    }

    private static final String LIST_OF_FEW = """
            SELECT n.entry_id
              FROM (SELECT member_id
                      FROM ledger.account
                     WHERE partner_id = $1 AND card_id = $5
                     ORDER BY partner_id, card_id, member_id
                    OFFSET 0) AS a
             CROSS JOIN LATERAL (
                   SELECT entry_id
                     FROM ledger.entry
                    WHERE partner_id = $1 AND member_id = a.member_id AND card_id = $5
                      AND ($6::text IS NULL OR event = $6::ledger.entry_event)
                      AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
                      AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                   OFFSET 0) AS n
             ORDER BY n.entry_id DESC
             LIMIT $7 OFFSET $8
            """;

    private static final String COUNT_OF_FEW = """
            SELECT count(*) AS entries
              FROM (SELECT 1
                      FROM (SELECT member_id
                              FROM ledger.account
                             WHERE partner_id = $1 AND card_id = $5
                             ORDER BY partner_id, card_id, member_id
                            OFFSET 0) AS a
                     CROSS JOIN LATERAL (
                           SELECT 1
                             FROM ledger.entry
                            WHERE partner_id = $1 AND member_id = a.member_id AND card_id = $5
                              AND ($6::text IS NULL OR event = $6::ledger.entry_event)
                              AND entry_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
                              AND entry_id < coalesce(least($3::uuid, $4::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                            LIMIT $7) AS n
                     LIMIT $7) AS counted
            """;

    private static final String LIST_ENTRIES = """
            SELECT e.partner_id, e.member_id, e.card_id, e.account_sequence, e.entry_id, e.operation_id,
                   e.event::text AS event, e.points, e.balance_after, e.points_expire_at, e.purchase_amount, e.currency,
                   e.base_points, e.tier_bonus_points, e.initial_bonus_points, e.multiplier, e.rules::text AS rules,
                   e.staff_id, e.attributed_to, e.reward_id, e.voucher_id, e.reverses, e.order_reference, e.note,
                   e.request_id, e.occurred_at, e.reason, e.tier_id, e.tier_after::text AS tier_after, e.created_at
              FROM ledger.entry e
             WHERE e.partner_id = $1 AND e.entry_id = ANY ($2)
             ORDER BY e.entry_id DESC
            """;

    /** Entries that a statement gives the ids of. */
    private static Future<List<Entry>> found(SqlClient client, PartnerId partner, String statement, Tuple values) {
        return client.preparedQuery(statement).execute(values).compose(rows -> {
            UUID[] ids = StreamSupport.stream(rows.spliterator(), false)
                    .map(row -> row.getUUID("entry_id"))
                    .toArray(UUID[]::new);
            return ids.length == 0
                    ? Future.succeededFuture(List.of())
                    : entries(client, LIST_ENTRIES, Tuple.of(partner.value(), (Object) ids));
        });
    }

    private static Future<List<Entry>> entries(SqlClient client, String statement, Tuple values) {
        return client.preparedQuery(statement).execute(values).map(EntryLists::entries);
    }

    private static List<Entry> entries(RowSet<Row> rows) {
        var entries = new ArrayList<Entry>();
        rows.forEach(row -> entries.add(LedgerReads.entry(row)));
        return entries;
    }

    private static Future<Long> number(SqlClient client, String statement, Tuple values) {
        return client.preparedQuery(statement)
                .execute(values)
                .map(rows -> rows.iterator().next().getLong("entries"));
    }
}
