package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads, without locks, what was booked for a member with all its partners. */
public final class HistoryReads {
    private static final UUID LAST = new UUID(-1, -1);

    /**
     * How many entries more than a page are taken of each account. Within an account ids ascend with the numbers, but
     * two of one millisecond that were booked on two nodes may not: with so many to spare none is left out between two
     * pages.
     */
    private static final int SPARE = 8;

    /**
     * Which entries.
     *
     * @param card null for all
     * @param before only entries older than this one
     */
    public record History(
            MemberId member,
            @Nullable CardId card,
            @Nullable UUID before) {}

    /** An entry as its member sees it. */
    public record Booked(
            UUID id,
            PartnerId partner,
            CardId card,
            String event,
            long points,
            long balanceAfter,
            @Nullable BigDecimal purchaseAmount,
            @Nullable String currency,
            @Nullable RewardId reward,
            @Nullable String note,
            Instant createdAt) {}

    // No index has a member's entries in their order, since it would double what an entry costs to add. But the primary
    // key has each account's: as many as a page are taken from the end of each, and only those are sorted.
    private static final String LIST = """
            SELECT n.partner_id, n.card_id, n.entry_id, n.event::text AS event, n.points, n.balance_after,
                   n.purchase_amount, n.currency, n.reward_id, n.note, n.created_at
              FROM ledger.enrolment e
             CROSS JOIN LATERAL (
                   SELECT partner_id, card_id
                     FROM ledger.account
                    WHERE partner_id = e.partner_id AND member_id = $1
                      AND ($2::uuid IS NULL OR card_id = $2)
                   OFFSET 0) AS a
             CROSS JOIN LATERAL (
                   SELECT partner_id, card_id, entry_id, event, points, balance_after, purchase_amount, currency,
                          reward_id, note, created_at
                     FROM ledger.entry
                    WHERE partner_id = a.partner_id AND member_id = $1 AND card_id = a.card_id
                      AND entry_id < $3
                    ORDER BY account_sequence DESC
                    LIMIT $4) AS n
             WHERE e.member_id = $1
             ORDER BY n.entry_id DESC
             LIMIT $5 OFFSET $6
            """;

    /** Entries, newest first; one more than a page, so that one can see whether there is a next. */
    public Future<List<Booked>> list(SqlClient client, History history, Paging paging) {
        long offset = paging.cursor() == null ? paging.offset() : 0;
        long limit = paging.perPage() + 1L;
        return client.preparedQuery(LIST)
                .execute(with(history)
                        .addUUID(history.before() == null ? LAST : history.before())
                        .addLong(offset + limit + SPARE)
                        .addLong(limit)
                        .addLong(offset))
                .map(rows -> rows.stream().map(HistoryReads::booked).toList());
    }

    // An account numbers its entries without a gap, so the number of the last one counts them.
    private static final String COUNT = """
            SELECT count(a.entry_count) AS accounts, coalesce(sum(a.entry_count), 0)::bigint AS entries
              FROM ledger.enrolment e
             CROSS JOIN LATERAL (
                   SELECT entry_count
                     FROM ledger.account
                    WHERE partner_id = e.partner_id AND member_id = $1
                      AND ($2::uuid IS NULL OR card_id = $2)
                   OFFSET 0) AS a
             WHERE e.member_id = $1
            """;

    /** How many there are, on how many accounts. */
    public record Size(long accounts, long entries) {}

    /** Counts all entries, whatever page is asked for. */
    public Future<Size> count(SqlClient client, History history) {
        return client.preparedQuery(COUNT).execute(with(history)).map(rows -> {
            Row row = rows.iterator().next();
            return new Size(row.getLong("accounts"), row.getLong("entries"));
        });
    }

    private static Tuple with(History history) {
        CardId card = history.card();
        return Tuple.of(history.member().value(), card == null ? null : card.value());
    }

    private static Booked booked(Row row) {
        UUID reward = row.getUUID("reward_id");
        return new Booked(
                row.getUUID("entry_id"),
                new PartnerId(row.getUUID("partner_id")),
                new CardId(row.getUUID("card_id")),
                row.getString("event"),
                row.getLong("points"),
                row.getLong("balance_after"),
                row.getBigDecimal("purchase_amount"),
                row.getString("currency"),
                reward == null ? null : new RewardId(reward),
                row.getString("note"),
                Times.required(row, "created_at"));
    }
}
