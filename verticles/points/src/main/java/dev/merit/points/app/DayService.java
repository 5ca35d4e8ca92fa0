package dev.merit.points.app;

import dev.merit.contracts.Problem;
import dev.merit.contracts.points.PointsRequest.Day;
import dev.merit.contracts.points.PointsRequest.DayList;
import dev.merit.contracts.points.PointsRequest.ListDays;
import dev.merit.ledger.store.DayFigures;
import dev.merit.ledger.store.DayFigures.DayFigure;
import dev.merit.ledger.store.DayFigures.Days;
import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** What was booked day by day, for operators. */
public final class DayService {
    private static final int DAYS_MAX = 92;
    private static final int DAYS_DEFAULT = 30;
    private static final int ROWS_MAX = 10_000;

    private final Database database;
    private final InstantSource clock;
    private final DayFigures figures = new DayFigures();

    public DayService(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** VALIDATION_FAILED on {@code to} for too long a time, one that ends before it begins, or too long a list. */
    public Future<DayList> list(ListDays query) {
        LocalDate to = query.to() == null ? today() : query.to();
        LocalDate from = query.from() == null ? to.minusDays(DAYS_DEFAULT - 1L) : query.from();
        if (to.isBefore(from)) {
            return refused("must not lie before from");
        }
        if (ChronoUnit.DAYS.between(from, to) >= DAYS_MAX) {
            return refused("must lie within " + DAYS_MAX + " days from the first");
        }
        return figures.sumDays(database.pool(), query.partner(), new Days(from, to), ROWS_MAX + 1)
                .map(found -> {
                    if (found.size() > ROWS_MAX) {
                        throw Problem.invalid(
                                        "to",
                                        "gives more than " + ROWS_MAX + " rows: ask for fewer days or one partner")
                                .asException();
                    }
                    return new DayList(found.stream().map(DayService::day).toList());
                });
    }

    private static Future<DayList> refused(String message) {
        return Future.failedFuture(Problem.invalid("to", message).asException());
    }

    private static Day day(DayFigure figure) {
        return new Day(
                figure.day(),
                figure.partner(),
                figure.transactions(),
                figure.earned(),
                figure.redeemed(),
                figure.expired(),
                figure.activeMembers());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
