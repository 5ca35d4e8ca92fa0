package dev.merit.analyst;

import dev.merit.analyst.store.Liability.Cohort;
import dev.merit.analyst.store.Liability.Statement;
import java.time.YearMonth;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A statement as text. */
final class Table {
    private static final String LINE = "%-9s %14s %14s %14s %14s %14s %14s%n";

    private Table() {}

    static String of(Statement statement) {
        StringBuilder text = new StringBuilder();
        text.append("Points from ")
                .append(statement.from())
                .append(" to ")
                .append(statement.to())
                .append(", by the month in which they were earned\n\n");
        text.append(String.format(
                Locale.ROOT, LINE, "earned in", "opening", "earned", "redeemed", "expired", "corrected", "closing"));
        statement.cohorts().forEach(cohort -> text.append(line(name(cohort.month()), cohort)));
        text.append(line("total", statement.total()));
        text.append('\n')
                .append(
                        statement.tiesOut()
                                ? "Ties out: the balances that the events tell add up to the same "
                                : "DOES NOT TIE OUT: the balances that the events tell add up to ")
                .append(String.format(Locale.ROOT, "%,d", statement.told()))
                .append(" points.\n");
        return text.toString();
    }

    private static String name(@Nullable YearMonth month) {
        return month == null ? "owed" : month.toString();
    }

    private static String line(String name, Cohort cohort) {
        return String.format(
                Locale.ROOT,
                LINE,
                name,
                number(cohort.opening()),
                number(cohort.earned()),
                number(-cohort.redeemed()),
                number(-cohort.expired()),
                number(cohort.corrected()),
                number(cohort.closing()));
    }

    private static String number(long points) {
        return String.format(Locale.ROOT, "%,d", points);
    }
}
