package dev.merit.analyst.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is owed to members in points, by the month in which they earned them. */
public final class Liability {

    /**
     * Points of one month of earning.
     *
     * @param month null for what members owe, where points were taken back that had been spent
     */
    public record Cohort(
            @Nullable YearMonth month, long opening, long earned, long redeemed, long expired, long corrected) {

        public long closing() {
            return opening + earned - redeemed - expired + corrected;
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
     * A report.
     *
     * @param told the sum of the balances that the events themselves tell at that moment
     */
    public record Statement(YearMonth from, YearMonth to, List<Cohort> cohorts, long told) {
        public Cohort total() {
            return cohorts.stream().reduce(new Cohort(null, 0, 0, 0, 0, 0), Cohort::plus);
        }

        /** Whether the closing points are those of all balances, to the point. */
        public boolean tiesOut() {
            return total().closing() == told;
        }
    }

    private final Warehouse warehouse;

    public Liability(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    private static final String MONTHS =
            "SELECT CAST(min(booked_at) AS DATE) AS first_day, CAST(max(booked_at) AS DATE) AS last_day FROM event";

    /** The statement of whole months, both inclusive; without them, of all there is. */
    public Statement statement(@Nullable YearMonth from, @Nullable YearMonth to) throws SQLException {
        YearMonth first = from;
        YearMonth last = to;
        try (var statement = warehouse.connection().createStatement();
                ResultSet row = statement.executeQuery(MONTHS)) {
            if (row.next() && row.getObject("first_day", LocalDate.class) != null) {
                first = first == null ? YearMonth.from(row.getObject("first_day", LocalDate.class)) : first;
                last = last == null ? YearMonth.from(row.getObject("last_day", LocalDate.class)) : last;
            }
        }
        YearMonth begin = first == null ? YearMonth.of(1970, 1) : first;
        YearMonth end = last == null ? begin : last;
        return new Statement(begin, end, cohorts(begin, end), told(end));
    }

    private static final String COHORTS = """
            WITH part AS (
                SELECT CAST(date_trunc('month', earned_at) AS DATE) AS month, kind, points, booked_at < ? AS earlier
                  FROM movement
                 WHERE booked_at < ?
            )
            SELECT month,
                   CAST(coalesce(sum(points) FILTER (WHERE earlier), 0) AS BIGINT)                             AS opening,
                   CAST(coalesce(sum(points) FILTER (WHERE NOT earlier AND kind = 'EARNED'), 0) AS BIGINT)     AS earned,
                   CAST(coalesce(-sum(points) FILTER (WHERE NOT earlier AND kind = 'REDEEMED'), 0) AS BIGINT)  AS redeemed,
                   CAST(coalesce(-sum(points) FILTER (WHERE NOT earlier AND kind = 'EXPIRED'), 0) AS BIGINT)   AS expired,
                   CAST(coalesce(sum(points) FILTER (WHERE NOT earlier AND kind = 'CORRECTED'), 0) AS BIGINT)  AS corrected
              FROM part
             GROUP BY month
             ORDER BY month NULLS LAST
            """;

    private List<Cohort> cohorts(YearMonth from, YearMonth to) throws SQLException {
        List<Cohort> cohorts = new ArrayList<>();
        try (var statement = warehouse.connection().prepareStatement(COHORTS)) {
            statement.setObject(1, from.atDay(1).atStartOfDay());
            statement.setObject(2, to.plusMonths(1).atDay(1).atStartOfDay());
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

    private static final String TOLD = """
            SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) AS told
              FROM (SELECT arg_max(balance_after, account_sequence) AS balance
                      FROM event
                     WHERE booked_at < ?
                     GROUP BY partner_id, member_id, card_id)
            """;

    private long told(YearMonth to) throws SQLException {
        try (var statement = warehouse.connection().prepareStatement(TOLD)) {
            statement.setObject(1, to.plusMonths(1).atDay(1).atStartOfDay());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong("told") : 0;
            }
        }
    }
}
