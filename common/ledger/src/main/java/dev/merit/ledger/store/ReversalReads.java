package dev.merit.ledger.store;

import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TransactionId;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.Taken;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was reversed, and what a reversal has to know. Sent after {@link LedgerStore#lock} on the same connection,
 * it sees everything that was committed before the lock was held.
 */
public final class ReversalReads {

    /** Names an entry together with its tenant. */
    public record EntryKey(PartnerId partner, TransactionId entry) {}

    /**
     * All reversals of one entry together.
     *
     * @param latest the last of them; null when there is none
     * @param amount of a purchase: what was taken back of its amount
     * @param points of all reversals, as booked: not positive for a purchase
     */
    public record Reversed(@Nullable TransactionId latest, BigDecimal amount, long points) {
        public static final Reversed NOTHING = new Reversed(null, BigDecimal.ZERO, 0);
    }

    /**
     * An entry that is to be reversed.
     *
     * @param before its reversals so far
     * @param taken the lots it took from, as they are now; empty for a credit
     */
    public record Reversible(Entry entry, Reversed before, List<Taken> taken) {
        public Reversible {
            taken = List.copyOf(taken);
        }
    }

    private static final String FIND_ENTRIES = """
            SELECT e.partner_id, e.member_id, e.card_id, e.account_sequence, e.entry_id, e.operation_id, e.event,
                   e.points, e.balance_after, e.points_expire_at, e.purchase_amount, e.currency, e.base_points,
                   e.tier_bonus_points, e.initial_bonus_points, e.multiplier, e.rules, e.staff_id, e.attributed_to,
                   e.reward_id, e.voucher_id, e.reverses, e.order_reference, e.note, e.request_id, e.occurred_at,
                   e.reason, e.tier_id, e.tier_after, e.created_at
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, entry_id)
             CROSS JOIN LATERAL (
                   SELECT partner_id, member_id, card_id, account_sequence, entry_id, operation_id,
                          event::text AS event, points, balance_after, points_expire_at, purchase_amount, currency,
                          base_points, tier_bonus_points, initial_bonus_points, multiplier, rules::text AS rules,
                          staff_id, attributed_to, reward_id, voucher_id, reverses, order_reference, note, request_id,
                          occurred_at, reason, tier_id, tier_after::text AS tier_after, created_at
                     FROM ledger.entry
                    WHERE partner_id = k.partner_id AND entry_id = k.entry_id
                   OFFSET 0) AS e
            """;

    /** Reads entries that are to be reversed; the accounts are locked. What is unknown is not in the map. */
    public Future<Map<EntryKey, Reversible>> findReversible(SqlClient tx, Collection<EntryKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        List<EntryKey> all = List.copyOf(keys);
        var entries = tx.preparedQuery(FIND_ENTRIES)
                .execute(keyColumns(all).tuple())
                .map(rows -> {
                    var found = new ArrayList<Entry>();
                    rows.forEach(row -> found.add(LedgerReads.entry(row)));
                    return found;
                });
        var reversed = findReversed(tx, all);
        var taken = findTaken(tx, all);
        return Future.all(entries, reversed, taken).map(found -> {
            var reversible = new HashMap<EntryKey, Reversible>();
            for (Entry entry : entries.result()) {
                EntryKey key = keyOf(entry);
                reversible.put(
                        key,
                        new Reversible(
                                entry,
                                reversed.result().getOrDefault(key, Reversed.NOTHING),
                                taken.result().getOrDefault(key, List.of())));
            }
            return reversible;
        });
    }

    private static final String FIND_REVERSED = """
            SELECT k.partner_id, k.entry_id, r.latest, r.amount, r.points
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, entry_id)
             CROSS JOIN LATERAL (
                   SELECT (array_agg(entry_id ORDER BY account_sequence DESC))[1] AS latest,
                          coalesce(sum(purchase_amount), 0) AS amount, sum(points)::bigint AS points
                     FROM ledger.entry
                    WHERE partner_id = k.partner_id AND reverses = k.entry_id) AS r
             WHERE r.latest IS NOT NULL
            """;

    /** Sums up the reversals of each entry; an entry without any is not in the map. */
    public Future<Map<EntryKey, Reversed>> findReversed(SqlClient client, Collection<EntryKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return client.preparedQuery(FIND_REVERSED)
                .execute(keyColumns(List.copyOf(keys)).tuple())
                .map(rows -> {
                    var found = new HashMap<EntryKey, Reversed>();
                    rows.forEach(row -> found.put(
                            key(row),
                            new Reversed(
                                    new TransactionId(row.getUUID("latest")),
                                    row.getBigDecimal("amount"),
                                    row.getLong("points"))));
                    return found;
                });
    }

    // An entry leads to its debit, the debit to its allocations, and each of them to its lot, in this order only.
    private static final String FIND_TAKEN = """
            SELECT k.partner_id, k.entry_id, l.account_sequence, l.points, l.remaining, l.expires_at, a.points AS taken
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, entry_id)
             CROSS JOIN LATERAL (
                   SELECT member_id, card_id, account_sequence
                     FROM ledger.entry
                    WHERE partner_id = k.partner_id AND entry_id = k.entry_id
                   OFFSET 0) AS e
             CROSS JOIN LATERAL (
                   SELECT lot_sequence, points
                     FROM ledger.allocation
                    WHERE partner_id = k.partner_id AND member_id = e.member_id AND card_id = e.card_id
                      AND debit_sequence = e.account_sequence
                   OFFSET 0) AS a
             CROSS JOIN LATERAL (
                   SELECT account_sequence, points, remaining, expires_at
                     FROM ledger.lot
                    WHERE partner_id = k.partner_id AND member_id = e.member_id AND card_id = e.card_id
                      AND account_sequence = a.lot_sequence
                   OFFSET 0) AS l
            """;

    private static Future<Map<EntryKey, List<Taken>>> findTaken(SqlClient tx, List<EntryKey> keys) {
        return tx.preparedQuery(FIND_TAKEN).execute(keyColumns(keys).tuple()).map(rows -> {
            var found = new HashMap<EntryKey, List<Taken>>();
            rows.forEach(row -> found.computeIfAbsent(key(row), key -> new ArrayList<>())
                    .add(new Taken(
                            new Lot(
                                    row.getLong("account_sequence"),
                                    row.getLong("points"),
                                    row.getLong("remaining"),
                                    Times.instant(row, "expires_at")),
                            row.getLong("taken"))));
            return found;
        });
    }

    private static Columns<EntryKey> keyColumns(List<EntryKey> keys) {
        return Columns.of(keys).uuid(key -> key.partner().value()).uuid(key -> key.entry()
                .value());
    }

    private static EntryKey keyOf(Entry entry) {
        return new EntryKey(entry.account().partner(), new TransactionId(entry.id()));
    }

    private static EntryKey key(Row row) {
        UUID entry = row.getUUID("entry_id");
        return new EntryKey(new PartnerId(row.getUUID("partner_id")), new TransactionId(entry));
    }
}
