package dev.merit.analyst;

import dev.merit.analyst.domain.AccountKey;
import dev.merit.analyst.domain.BrokenAccount;
import dev.merit.analyst.store.Liability.Cohort;
import dev.merit.analyst.store.Liability.Day;
import dev.merit.analyst.store.Liability.Days;
import dev.merit.analyst.store.Liability.Statement;
import dev.merit.analyst.store.Warehouse.Broken;
import java.time.YearMonth;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reports as text. */
final class Table {
    private static final String MONTH = "%-9s %14s %14s %14s %14s %14s %14s%n";
    private static final String DAY = "%-10s %-36s %11s %11s %11s %11s %12s%n";

    private Table() {}

    static String of(Statement statement) {
        StringBuilder text = new StringBuilder();
        text.append("Points from ")
                .append(statement.from())
                .append(" to ")
                .append(statement.to())
                .append(", by the month in which they were earned\n\n");
        text.append(String.format(
                Locale.ROOT, MONTH, "earned in", "opening", "earned", "redeemed", "expired", "corrected", "closing"));
        statement.cohorts().forEach(cohort -> text.append(line(name(cohort.month()), cohort)));
        text.append(line("total", statement.total()));
        return text.append(end(statement.tiesOut(), statement.told(), statement.broken()))
                .toString();
    }

    static String of(Days days) {
        StringBuilder text = new StringBuilder();
        text.append("Points from ")
                .append(days.from())
                .append(" to ")
                .append(days.to())
                .append(", by day and card\n\n");
        text.append(String.format(
                Locale.ROOT, DAY, "day", "card", "issued", "redeemed", "expired", "corrected", "outstanding"));
        days.days().forEach(day -> text.append(line(day)));
        text.append("\nOutstanding after ").append(days.to()).append(": ").append(number(days.outstanding()));
        return text.append(" points.\n")
                .append(end(days.tiesOut(), days.told(), days.broken()))
                .toString();
    }

    /** Accounts that are in no sum; nothing where there are none. */
    static String of(Broken broken) {
        StringBuilder text = new StringBuilder();
        if (broken.count() > 0) {
            text.append(number(broken.count()))
                    .append(broken.count() == 1 ? " account is" : " accounts are")
                    .append(" set aside and in no sum, as the topic does not tell everything of them:\n");
            broken.accounts().forEach(each -> text.append("  ").append(of(each)).append('\n'));
            long more = broken.count() - broken.accounts().size();
            if (more > 0) {
                text.append("  and ").append(number(more)).append(" more, in the table broken_account\n");
            }
        }
        return text.toString();
    }

    static String of(BrokenAccount broken) {
        AccountKey account = broken.account();
        return "partner " + account.partner() + ", member " + account.member() + ", card " + account.card()
                + ": from entry " + broken.firstMissing() + " on, since event " + broken.sinceEvent() + " of "
                + broken.since() + ": " + broken.reason();
    }

    private static String end(boolean tiesOut, long told, Broken broken) {
        return "\n"
                + (tiesOut
                        ? "Ties out: the balances that the events tell add up to the same "
                        : "DOES NOT TIE OUT: the balances that the events tell add up to ")
                + number(told)
                + " points.\n"
                + (broken.count() == 0 ? "" : "\n" + of(broken));
    }

    private static String name(@Nullable YearMonth month) {
        return month == null ? "owed" : month.toString();
    }

    private static String line(String name, Cohort cohort) {
        return String.format(
                Locale.ROOT,
                MONTH,
                name,
                number(cohort.opening()),
                number(cohort.earned()),
                number(cohort.redeemed()),
                number(cohort.expired()),
                number(cohort.corrected()),
                number(cohort.closing()));
    }

    private static String line(Day day) {
        return String.format(
                Locale.ROOT,
                DAY,
                day.day(),
                day.card(),
                number(day.issued()),
                number(day.redeemed()),
                number(day.expired()),
                number(day.corrected()),
                number(day.outstanding()));
    }

    private static String number(long points) {
        return String.format(Locale.ROOT, "%,d", points);
    }
}
