package dev.merit.points.app;

import dev.merit.contracts.PartnerId;
import dev.merit.ledger.store.DayFigures;
import dev.merit.ledger.store.DayFigures.Look;
import dev.merit.ledger.store.DayFigures.OpenDay;
import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums up days that are over, so that a question about them costs the same for ever. It goes round all partners, some
 * at a time, and closes one day of each that has one; after a round that found nothing it rests until another day is
 * over. Several nodes may do it at once: they come to the same figures.
 */
public final class DayClosing {
    private static final int PARTNERS_AT_ONCE = 100;

    /** The database leaves a day alone for an hour; a little more, as its clock and this one may differ. */
    private static final Duration LEFT_ALONE = Duration.ofMinutes(70);

    private final Database database;
    private final InstantSource clock;
    private final DayFigures figures = new DayFigures();
    private @Nullable PartnerId lookedUpTo;
    private @Nullable LocalDate restsOn;
    private boolean foundInRound;

    public DayClosing(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Closes some days and says how many; none when all that are over are closed. */
    public Future<Integer> closeDays() {
        LocalDate today = LocalDate.ofInstant(clock.instant().minus(LEFT_ALONE), ZoneOffset.UTC);
        return today.equals(restsOn) ? Future.succeededFuture(0) : lookOn(today);
    }

    private Future<Integer> lookOn(LocalDate today) {
        return figures.listOpen(database.pool(), lookedUpTo, PARTNERS_AT_ONCE)
                .compose(look -> closeEach(look.open()).compose(closed -> moved(look, today)));
    }

    private Future<Void> closeEach(List<OpenDay> open) {
        Future<Void> all = Future.succeededFuture();
        for (OpenDay day : open) {
            all = all.compose(before -> figures.closeDay(database.pool(), day));
        }
        return all;
    }

    private Future<Integer> moved(Look look, LocalDate today) {
        lookedUpTo = look.last();
        foundInRound |= !look.open().isEmpty();
        boolean goOn = true;
        if (look.last() == null) {
            goOn = foundInRound;
            restsOn = foundInRound ? null : today;
            foundInRound = false;
        }
        return look.open().isEmpty() && goOn
                ? lookOn(today)
                : Future.succeededFuture(look.open().size());
    }
}
