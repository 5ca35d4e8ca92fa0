package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.platform.pg.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rebuilds accounts from their entries and says where what is stored differs. A page of accounts at a time, by key. */
public final class AccountProof {
    private static final UUID FIRST = new UUID(0, 0);
    private static final UUID LAST = new UUID(-1, -1);

    /**
     * An account as its entries make it.
     *
     * @param entries how many there are
     * @param difference what is stored otherwise; null when all is well
     */
    public record Rebuilt(
            AccountKey key,
            long entries,
            long balance,
            @Nullable String difference) {}

    /**
     * Accounts that come one after another.
     *
     * @param last where the next page goes on; null at the end
     */
    public record Page(List<Rebuilt> accounts, @Nullable AccountKey last) {
        public Page {
            accounts = List.copyOf(accounts);
        }
    }

    private static final String FIND_BOUND = """
            SELECT partner_id, member_id, card_id
              FROM ledger.account
             WHERE (partner_id, member_id, card_id) > ($1, $2, $3)
             ORDER BY partner_id, member_id, card_id
             LIMIT 1 OFFSET $4
            """;

    /** Both sides are looked at: entries without an account are found as well as an account without entries. */
    private static final String REBUILD = """
            WITH entries AS (
                SELECT partner_id, member_id, card_id,
                       count(*) AS entries,
                       max(account_sequence) AS last,
                       sum(points)::bigint AS balance,
                       sum(earned)::bigint AS lifetime,
                       min(account_sequence) FILTER (WHERE balance_after <> running) AS wrong
                  FROM (SELECT partner_id, member_id, card_id, account_sequence, points, balance_after,
                               CASE
                                   WHEN event = 'staff_adjusted_points' THEN greatest(points, 0)
                                   WHEN event IN ('staff_redeemed_points_for_reward', 'staff_reversed_redemption',
                                                  'system_expired_points') THEN 0
                                   ELSE points
                               END AS earned,
                               sum(points) OVER (PARTITION BY partner_id, member_id, card_id
                                                 ORDER BY account_sequence) AS running
                          FROM ledger.entry
                         WHERE (partner_id, member_id, card_id) > ($1, $2, $3)
                           AND (partner_id, member_id, card_id) <= ($4, $5, $6)) AS each
                 GROUP BY partner_id, member_id, card_id),
            lots AS (
                SELECT partner_id, member_id, card_id, sum(remaining)::bigint AS remaining
                  FROM ledger.lot
                 WHERE (partner_id, member_id, card_id) > ($1, $2, $3)
                   AND (partner_id, member_id, card_id) <= ($4, $5, $6)
                   AND remaining > 0
                 GROUP BY partner_id, member_id, card_id),
            accounts AS (
                SELECT partner_id, member_id, card_id, balance, lifetime, entry_count
                  FROM ledger.account
                 WHERE (partner_id, member_id, card_id) > ($1, $2, $3)
                   AND (partner_id, member_id, card_id) <= ($4, $5, $6))
            SELECT partner_id, member_id, card_id,
                   coalesce(e.entries, 0) AS entries, coalesce(e.last, 0) AS last,
                   coalesce(e.balance, 0) AS balance, coalesce(e.lifetime, 0) AS lifetime, e.wrong,
                   coalesce(l.remaining, 0) AS remaining,
                   a.balance AS stored_balance, a.lifetime AS stored_lifetime, a.entry_count AS stored_entries
              FROM accounts AS a
              FULL JOIN entries AS e USING (partner_id, member_id, card_id)
              LEFT JOIN lots AS l USING (partner_id, member_id, card_id)
             ORDER BY partner_id, member_id, card_id
            """;

    /** Rebuilds the next accounts. Within one snapshot, all pages together are the whole ledger. */
    public Future<Page> page(SqlClient client, @Nullable AccountKey after, int size) {
        return client.preparedQuery(FIND_BOUND)
                .execute(tuple(after).addLong(size - 1L))
                .map(rows -> rows.size() == 0 ? null : key(rows.iterator().next()))
                .compose(bound -> client.preparedQuery(REBUILD)
                        .execute(bounds(after, bound))
                        .map(rows -> {
                            List<Rebuilt> accounts = new ArrayList<>(rows.size());
                            rows.forEach(row -> accounts.add(rebuilt(row)));
                            return new Page(accounts, bound);
                        }));
    }

    /** An entry as somebody else tells it. */
    public record Told(AccountKey account, long sequence, UUID entry, long points, long balanceAfter) {}

    private static final String LIST_UNTRUE = """
            SELECT k.place
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::bigint[], $7::bigint[])
                   WITH ORDINALITY AS k (partner_id, member_id, card_id, sequence, entry_id, points, balance, place)
             WHERE NOT EXISTS (
                   SELECT FROM ledger.entry AS e
                    WHERE e.partner_id = k.partner_id AND e.member_id = k.member_id AND e.card_id = k.card_id
                      AND e.account_sequence = k.sequence AND e.entry_id = k.entry_id AND e.points = k.points
                      AND e.balance_after = k.balance)
            """;

    /** Which of these are not entries of the ledger. */
    public Future<List<Told>> listUntrue(SqlClient client, List<Told> told) {
        if (told.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Tuple columns = Columns.of(told)
                .uuid(each -> each.account().partner().value())
                .uuid(each -> each.account().member().value())
                .uuid(each -> each.account().card().value())
                .number(Told::sequence)
                .uuid(Told::entry)
                .number(Told::points)
                .number(Told::balanceAfter)
                .tuple();
        return client.preparedQuery(LIST_UNTRUE).execute(columns).map(rows -> {
            List<Told> untrue = new ArrayList<>(rows.size());
            rows.forEach(row -> untrue.add(told.get(row.getLong("place").intValue() - 1)));
            return untrue;
        });
    }

    /** The account that comes next; null at the end. */
    public Future<@Nullable AccountKey> next(SqlClient client, @Nullable AccountKey after) {
        return client.preparedQuery(FIND_BOUND)
                .execute(tuple(after).addLong(0L))
                .map(rows -> rows.size() == 0 ? null : key(rows.iterator().next()));
    }

    private static final String FIND_SOMEWHERE = """
            SELECT partner_id, member_id, card_id
              FROM (SELECT partner_id, member_id, card_id
                      FROM ledger.account TABLESAMPLE SYSTEM (1)
                     LIMIT 10000) AS sample
             ORDER BY random()
             LIMIT 1
            """;

    /** Any account, to begin with; null when there are few. */
    public Future<@Nullable AccountKey> somewhere(SqlClient client) {
        return client.preparedQuery(FIND_SOMEWHERE)
                .execute()
                .map(rows -> rows.size() == 0 ? null : key(rows.iterator().next()));
    }

    /** Where an entry stands. */
    public record Numbered(AccountKey account, long sequence) {}

    private static final String LIST_NUMBERED = """
            SELECT e.partner_id, e.member_id, e.card_id, e.account_sequence
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, entry_id)
              JOIN ledger.entry AS e ON e.partner_id = k.partner_id AND e.entry_id = k.entry_id
            """;

    /** Of which accounts these entries are, and which of them. The lists run in parallel. */
    public Future<List<Numbered>> listNumbered(SqlClient client, List<UUID> partners, List<UUID> entries) {
        if (entries.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return client.preparedQuery(LIST_NUMBERED)
                .execute(Tuple.tuple()
                        .addArrayOfUUID(partners.toArray(UUID[]::new))
                        .addArrayOfUUID(entries.toArray(UUID[]::new)))
                .map(rows -> {
                    List<Numbered> found = new ArrayList<>(rows.size());
                    rows.forEach(row -> found.add(new Numbered(key(row), row.getLong("account_sequence"))));
                    return found;
                });
    }

    private static Tuple bounds(@Nullable AccountKey after, @Nullable AccountKey bound) {
        Tuple tuple = tuple(after);
        return bound == null
                ? tuple.addUUID(LAST).addUUID(LAST).addUUID(LAST)
                : tuple.addUUID(bound.partner().value())
                        .addUUID(bound.member().value())
                        .addUUID(bound.card().value());
    }

    private static Tuple tuple(@Nullable AccountKey after) {
        return after == null
                ? Tuple.of(FIRST, FIRST, FIRST)
                : Tuple.of(
                        after.partner().value(),
                        after.member().value(),
                        after.card().value());
    }

    private static AccountKey key(Row row) {
        return new AccountKey(
                new PartnerId(row.getUUID("partner_id")),
                new MemberId(row.getUUID("member_id")),
                new CardId(row.getUUID("card_id")));
    }

    private static Rebuilt rebuilt(Row row) {
        return new Rebuilt(key(row), row.getLong("entries"), row.getLong("balance"), difference(row));
    }

    private static @Nullable String difference(Row row) {
        Long stored = row.getLong("stored_balance");
        long balance = row.getLong("balance");
        if (stored == null) {
            return "has " + row.getLong("entries") + " entries and no account";
        }
        if (!row.getLong("entries").equals(row.getLong("last"))) {
            return "has " + row.getLong("entries") + " entries, but the last is number " + row.getLong("last");
        }
        if (!row.getLong("entries").equals(row.getLong("stored_entries"))) {
            return "has " + row.getLong("entries") + " entries, but counts " + row.getLong("stored_entries");
        }
        if (row.getLong("wrong") != null) {
            return "entry " + row.getLong("wrong") + " says another balance than the entries up to it add up to";
        }
        if (stored != balance) {
            return "has the balance " + stored + ", but its entries add up to " + balance;
        }
        if (!row.getLong("lifetime").equals(row.getLong("stored_lifetime"))) {
            return "has earned " + row.getLong("stored_lifetime") + " by its own account, but "
                    + row.getLong("lifetime") + " by its entries";
        }
        // A debt is paid before anything is kept, so below zero no lot has points left.
        return row.getLong("remaining") == Math.max(balance, 0)
                ? null
                : "has the balance " + balance + ", but its lots hold " + row.getLong("remaining");
    }
}
