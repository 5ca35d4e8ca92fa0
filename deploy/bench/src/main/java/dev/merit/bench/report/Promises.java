package dev.merit.bench.report;

import static dev.merit.bench.report.Contestants.BARE;
import static dev.merit.bench.report.Contestants.HOT;
import static dev.merit.bench.report.Contestants.LIMIT;
import static dev.merit.bench.report.Contestants.OPEN_PURCHASE;
import static dev.merit.bench.report.Contestants.OPEN_WALLET;
import static dev.merit.bench.report.Contestants.PURCHASES;
import static dev.merit.bench.report.Contestants.PURCHASE_1;
import static dev.merit.bench.report.Contestants.PURCHASE_256;
import static dev.merit.bench.report.Contestants.PURCHASE_64;
import static dev.merit.bench.report.Contestants.REDEEM;
import static dev.merit.bench.report.Contestants.REPEATS;
import static dev.merit.bench.report.Contestants.SEVERAL;
import static dev.merit.bench.report.Contestants.SINGLE_1;
import static dev.merit.bench.report.Contestants.SINGLE_16;
import static dev.merit.bench.report.Contestants.SINGLE_32;
import static dev.merit.bench.report.Contestants.SINGLE_64;
import static dev.merit.bench.report.Contestants.SINGLE_8;
import static dev.merit.bench.report.Contestants.SPRING;
import static dev.merit.bench.report.Contestants.SPRING_256;
import static dev.merit.bench.report.Contestants.STAMPS;
import static dev.merit.bench.report.Contestants.VOUCHER;
import static dev.merit.bench.report.Contestants.WALLET;

import dev.merit.bench.measure.Spread;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the project promises of purchases, reads and all that runs beside them, and what a run says of it. */
final class Promises {
    /** Whoever is faster by its median: a fair opponent, and a fair candidate, is the best there is. */
    private static final List<String> BEST_PURCHASE = List.of(PURCHASE_64, PURCHASE_256);

    private static final List<String> BEST_SINGLE = List.of(SINGLE_8, SINGLE_16, SINGLE_32, SINGLE_64);

    private static final List<String> BEST_SPRING = List.of(SPRING, SPRING_256);

    private static final List<Promise> PROMISES = List.of(
            ratio("purchase ÷ several statements", BEST_PURCHASE, List.of(SEVERAL), 3, 4.5),
            ratio("purchase ÷ best single statement", BEST_PURCHASE, BEST_SINGLE, 1.4, 2),
            ratio("purchase ÷ batch limit", BEST_PURCHASE, List.of(LIMIT), 0.55, 0.75),
            ratio("purchase ÷ the Spring peer", BEST_PURCHASE, BEST_SPRING, 5, 8),
            ratio("batch endpoint ÷ several statements", List.of(PURCHASES), List.of(SEVERAL), 4.5, 6),
            ratio("one hot member ÷ spread", List.of(HOT), List.of(PURCHASE_64), 0.9, 1.2),
            ratio("5 % repeats ÷ none", List.of(REPEATS), List.of(PURCHASE_64), 0.95, 1),
            ratio("redeem ÷ purchase", List.of(REDEEM), List.of(PURCHASE_64), 0.5, 0.8),
            ratio("stamps ÷ purchase", List.of(STAMPS), List.of(PURCHASE_64), 0.5, 0.8),
            ratio("voucher redemption ÷ purchase", List.of(VOUCHER), List.of(PURCHASE_64), 0.5, 0.8),
            ratio("wallet read ÷ bare one-row query", List.of(WALLET), List.of(BARE), 0.5, 0.8),
            new Promise(
                    List.of(List.of(PURCHASE_1), List.of(SINGLE_1)),
                    best -> Goal.atMost(
                            "lone purchase ÷ single statement, p50",
                            Spread.ofRatios(
                                    best.getFirst().medians(), best.getLast().medians()),
                            3,
                            2)),
            p99("purchase: p99 at half of the maximum, ms", OPEN_PURCHASE, 10, 5),
            p99("wallet: p99 at half of the maximum, ms", OPEN_WALLET, 2, 1));

    /**
     * What is promised for a disk that takes a millisecond to flush; all others are for the disk as it is. The opponent
     * sends one statement for each request over 8 connections, as a service with a pool does. More connections hide
     * more of the disk: the best of up to 64 is printed beside it, as a ratio.
     */
    private static final Promise SLOW_FLUSH = ratio(
            "flush of 1 ms: purchase ÷ one statement per request, 8 connections",
            BEST_PURCHASE,
            List.of(SINGLE_8),
            2,
            3);

    private Promises() {}

    /**
     * One promise.
     *
     * @param needs of each list the best is taken; nothing can be said when nobody of one of them took part, nor when
     *     anybody of them was refused something: it might have been the best, or be it for what it did not do
     */
    private record Promise(List<List<String>> needs, Function<List<Result>, Goal> goal) {

        Optional<Goal> of(Map<String, Result> results) {
            List<Result> found =
                    needs.stream().flatMap(ids -> best(results, ids).stream()).toList();
            long failures = needs.stream()
                    .flatMap(List::stream)
                    .flatMap(id -> Optional.ofNullable(results.get(id)).stream())
                    .mapToLong(Result::failed)
                    .sum();
            return found.size() == needs.size()
                    ? Optional.of(goal.apply(found).withFailures(failures))
                    : Optional.empty();
        }
    }

    private static Promise ratio(String figure, List<String> these, List<String> those, double floor, double aim) {
        return new Promise(
                List.of(these, those),
                best -> Goal.atLeast(figure, ratio(best.getFirst(), best.getLast()), floor, aim));
    }

    private static Promise p99(String figure, String id, double floor, double aim) {
        return new Promise(
                List.of(List.of(id)),
                best -> Goal.atMost(figure, best.getFirst().p99(), floor, aim));
    }

    static Spread ratio(Result these, Result those) {
        return Spread.ofRatios(these.rates(), those.rates());
    }

    static Optional<Result> bestSingle(List<Result> results) {
        return best(byId(results), BEST_SINGLE);
    }

    private static Optional<Result> best(Map<String, Result> results, List<String> ids) {
        return ids.stream()
                .flatMap(id -> Optional.ofNullable(results.get(id)).stream())
                .max(Comparator.comparingDouble(result -> result.rate().median()));
    }

    /** All that a run on the disk as it is can say something of. */
    static List<Goal> goals(List<Result> results) {
        return goals(PROMISES, results);
    }

    /** The same for one on a disk that takes a millisecond to flush. */
    static List<Goal> slowFlushGoals(List<Result> results) {
        return goals(List.of(SLOW_FLUSH), results);
    }

    private static List<Goal> goals(List<Promise> promises, List<Result> results) {
        Map<String, Result> byId = byId(results);
        return promises.stream().flatMap(promise -> promise.of(byId).stream()).toList();
    }

    private static Map<String, Result> byId(List<Result> results) {
        return results.stream().collect(Collectors.toMap(Result::id, Function.identity()));
    }
}
