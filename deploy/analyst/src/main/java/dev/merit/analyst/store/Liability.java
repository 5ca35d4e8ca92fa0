package dev.merit.analyst.store;

import dev.merit.analyst.store.Warehouse.Broken;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is owed to members in points: by the month in which they earned them, and by day and card. */
public final class Liability {
    private static final int NAMED_MAX = 20;

    /**
     * Points of one month of earning, with their sign: what was redeemed and what expired is negative.
     *
     * @param month null for what members owe, where points were taken back that had been spent
     */
    public record Cohort(
            @Nullable YearMonth month, long opening, long earned, long redeemed, long expired, long corrected) {

        public long closing() {
            return opening + earned + redeemed + expired + corrected;
        }

        Cohort plus(Cohort other) {
            return new Cohort(
                    null,
                    opening + other.opening,
                    earned + other.earned,
                    redeemed + other.redeemed,
                    expired + other.expired,
                    corrected + other.corrected);
        }
    }

    /**
     * A report by months.
     *
     * @param told the sum of the balances that the events themselves tell at that moment
     * @param broken accounts that are in none of the sums
     */
    public record Statement(YearMonth from, YearMonth to, List<Cohort> cohorts, long told, Broken broken) {
        public Cohort total() {
            return cohorts.stream().reduce(new Cohort(null, 0, 0, 0, 0, 0), Cohort::plus);
        }

        /** Whether the closing points are those of all balances, to the point. */
        public boolean tiesOut() {
            return total().closing() == told;
        }

        /** Whether it ties out and no account is missing in it. */
        public boolean isWhole() {
            return tiesOut() && broken.count() == 0;
        }
    }

    /** Points of a card on one day, with their sign, and what its members have after it. */
    public record Day(
            LocalDate day, UUID card, long issued, long redeemed, long expired, long corrected, long outstanding) {}

    /**
     * A report by days.
     *
     * @param outstanding what the members of all cards have after the last day
     * @param told the sum of the balances that the events themselves tell at that moment
     * @param broken accounts that are in none of the sums
     */
    public record Days(LocalDate from, LocalDate to, List<Day> days, long outstanding, long told, Broken broken) {
        public boolean tiesOut() {
            return outstanding == told;
        }

        /** Whether it ties out and no account is missing in it. */
        public boolean isWhole() {
            return tiesOut() && broken.count() == 0;
        }
    }

    private final Warehouse warehouse;
    private final Scope scope;

    public Liability(Warehouse warehouse, Scope scope) {
        this.warehouse = warehouse;
        this.scope = scope;
    }

    /** The statement of whole months, both inclusive; without them, of all there is. */
    public Statement statement(@Nullable YearMonth from, @Nullable YearMonth to) throws SQLException {
        Span span = span();
        YearMonth first = from == null ? YearMonth.from(span.first()) : from;
        YearMonth last = to == null ? YearMonth.from(span.last()) : to;
        LocalDate end = last.plusMonths(1).atDay(1);
        return new Statement(first, last, cohorts(first.atDay(1), end), told(end), broken());
    }

    /** The days on which points moved, both ends inclusive; without them, all there are. */
    public Days days(@Nullable LocalDate from, @Nullable LocalDate to) throws SQLException {
        Span span = span();
        LocalDate first = from == null ? span.first() : from;
        LocalDate last = to == null ? span.last() : to;
        LocalDate end = last.plusDays(1);
        return new Days(first, last, listDays(first, end), outstanding(end), told(end), broken());
    }

    private Broken broken() throws SQLException {
        return warehouse.listBroken(scope, NAMED_MAX);
    }

    /** The first and the last day of which anything was told. */
    private record Span(LocalDate first, LocalDate last) {}

    private static final String SPAN = """
        SELECT CAST(min(booked_at) AS DATE) AS first_day, CAST(max(booked_at) AS DATE) AS last_day
          FROM event
         WHERE partner_id = coalesce(CAST(? AS UUID), partner_id)
           AND card_id = coalesce(CAST(? AS UUID), card_id)
        """;

    private Span span() throws SQLException {
        try (var statement = warehouse.connection().prepareStatement(SPAN)) {
            scope.bind(statement, 1);
            try (ResultSet row = statement.executeQuery()) {
                LocalDate first = row.next() ? row.getObject("first_day", LocalDate.class) : null;
                LocalDate last = first == null ? null : row.getObject("last_day", LocalDate.class);
                return first == null || last == null
                        ? new Span(LocalDate.EPOCH, LocalDate.EPOCH)
                        : new Span(first, last);
            }
        }
    }

    private static final String COHORTS = """
        WITH part AS (
            SELECT make_date(year(earned_at), month(earned_at), 1) AS month, kind, points, booked_at < ? AS earlier
              FROM v_movement
             WHERE booked_at < ?
               AND partner_id = coalesce(CAST(? AS UUID), partner_id)
               AND card_id = coalesce(CAST(? AS UUID), card_id)
        )
        SELECT month,
               CAST(coalesce(sum(points) FILTER (WHERE earlier), 0) AS BIGINT)                             AS opening,
               CAST(coalesce(sum(points) FILTER (WHERE NOT earlier AND kind = 'EARNED'), 0) AS BIGINT)     AS earned,
               CAST(coalesce(sum(points) FILTER (WHERE NOT earlier AND kind = 'REDEEMED'), 0) AS BIGINT)   AS redeemed,
               CAST(coalesce(sum(points) FILTER (WHERE NOT earlier AND kind = 'EXPIRED'), 0) AS BIGINT)    AS expired,
               CAST(coalesce(sum(points) FILTER (WHERE NOT earlier AND kind = 'CORRECTED'), 0) AS BIGINT)  AS corrected
          FROM part
         GROUP BY month
         ORDER BY month NULLS LAST
        """;

    private List<Cohort> cohorts(LocalDate begin, LocalDate end) throws SQLException {
        List<Cohort> cohorts = new ArrayList<>();
        try (var statement = warehouse.connection().prepareStatement(COHORTS)) {
            statement.setObject(1, begin.atStartOfDay());
            statement.setObject(2, end.atStartOfDay());
            scope.bind(statement, 3);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    LocalDate month = row.getObject("month", LocalDate.class);
                    cohorts.add(new Cohort(
                            month == null ? null : YearMonth.from(month),
                            row.getLong("opening"),
                            row.getLong("earned"),
                            row.getLong("redeemed"),
                            row.getLong("expired"),
                            row.getLong("corrected")));
                }
            }
        }
        return cohorts;
    }

    private static final String DAYS = """
        SELECT day, card_id, CAST(issued AS BIGINT) AS issued, CAST(redeemed AS BIGINT) AS redeemed,
               CAST(expired AS BIGINT) AS expired, CAST(corrected AS BIGINT) AS corrected,
               CAST(outstanding AS BIGINT) AS outstanding
          FROM v_day
         WHERE day >= CAST(? AS DATE) AND day < CAST(? AS DATE)
           AND partner_id = coalesce(CAST(? AS UUID), partner_id)
           AND card_id = coalesce(CAST(? AS UUID), card_id)
         ORDER BY day, partner_id, card_id
        """;

    private List<Day> listDays(LocalDate begin, LocalDate end) throws SQLException {
        List<Day> days = new ArrayList<>();
        try (var statement = warehouse.connection().prepareStatement(DAYS)) {
            statement.setString(1, begin.toString());
            statement.setString(2, end.toString());
            scope.bind(statement, 3);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    days.add(new Day(
                            row.getObject("day", LocalDate.class),
                            Rows.uuid(row, "card_id"),
                            row.getLong("issued"),
                            row.getLong("redeemed"),
                            row.getLong("expired"),
                            row.getLong("corrected"),
                            row.getLong("outstanding")));
                }
            }
        }
        return days;
    }

    private static final String OUTSTANDING = """
        SELECT CAST(coalesce(sum(points), 0) AS BIGINT) AS outstanding
          FROM v_movement
         WHERE booked_at < ?
           AND partner_id = coalesce(CAST(? AS UUID), partner_id)
           AND card_id = coalesce(CAST(? AS UUID), card_id)
        """;

    private long outstanding(LocalDate end) throws SQLException {
        try (var statement = warehouse.connection().prepareStatement(OUTSTANDING)) {
            statement.setObject(1, end.atStartOfDay());
            scope.bind(statement, 2);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong("outstanding") : 0;
            }
        }
    }

    private static final String TOLD = """
        SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) AS told
          FROM (SELECT arg_max(balance_after, account_sequence) AS balance
                  FROM event ANTI JOIN broken_account USING (partner_id, member_id, card_id)
                 WHERE booked_at < ?
                   AND partner_id = coalesce(CAST(? AS UUID), partner_id)
                   AND card_id = coalesce(CAST(? AS UUID), card_id)
                 GROUP BY partner_id, member_id, card_id)
        """;

    private long told(LocalDate end) throws SQLException {
        try (var statement = warehouse.connection().prepareStatement(TOLD)) {
            statement.setObject(1, end.atStartOfDay());
            scope.bind(statement, 2);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong("told") : 0;
            }
        }
    }
}
