package dev.merit.ledger.store;

import dev.merit.contracts.MemberId;
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
import java.util.List;
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
