package dev.merit.bench.baseline;

import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.Latencies;
import dev.merit.bench.measure.Reading;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Some clients that all write purchases, each as fast as its last one is on disk; connections and plans stay warm. */
public final class Tills implements AutoCloseable {
    private final List<Till> tills;
    private final Connection control;
    private final int members;
    private final ExecutorService threads;

    private Tills(List<Till> tills, Connection control, int members) {
        this.tills = tills;
        this.control = control;
        this.members = members;
        this.threads = Executors.newFixedThreadPool(
                tills.size(), Thread.ofPlatform().name("till-", 0).daemon().factory());
    }

    /** How a purchase is written. */
    public enum Form {
        SEVERAL {
            @Override
            Till till(Connection connection) throws SQLException {
                return new SeveralStatements(connection);
            }
        },
        SINGLE {
            @Override
            Till till(Connection connection) throws SQLException {
                return new SingleStatement(connection);
            }
        },
        BATCH {
            @Override
            Till till(Connection connection) throws SQLException {
                return new BatchStatement(connection);
            }
        };

        abstract Till till(Connection connection) throws SQLException;
    }

    public static Tills open(Form form, int clients, String jdbcUrl, int members) throws SQLException {
        List<Till> tills = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            tills.add(form.till(DriverManager.getConnection(jdbcUrl)));
        }
        return new Tills(List.copyOf(tills), DriverManager.getConnection(jdbcUrl), members);
    }

    /** One stretch of load. Fails when the ledger does not hold exactly what was acknowledged. */
    public Reading run(Duration duration, CpuClock clock) throws SQLException {
        long before = BenchTables.countEntries(control);
        CpuClock.Stretch stretch = clock.start();
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        List<Future<Sold>> working = tills.stream()
                .map(till -> threads.submit(() -> sell(till, end)))
                .toList();
        var latencies = new Latencies();
        long sold = 0;
        for (Future<Sold> till : working) {
            Sold done = join(till);
            latencies.add(done.latencies());
            sold += done.purchases();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        var cpu = stretch.end();
        long booked = BenchTables.countEntries(control) - before;
        if (booked != sold) {
            throw new IllegalStateException(
                    sold + " purchases were acknowledged to the baseline and " + booked + " booked");
        }
        return new Reading(sold, Reading.Failures.NONE, took, latencies, cpu, Duration.ZERO);
    }

    private record Sold(long purchases, Latencies latencies) {}

    private Sold sell(Till till, long end) throws SQLException {
        var latencies = new Latencies();
        var random = new SplittableRandom();
        long purchases = 0;
        long now = System.nanoTime();
        while (now < end) {
            List<Order> orders = Stream.generate(() -> Order.next(random, members))
                    .limit(till.batch())
                    .toList();
            till.purchase(orders);
            purchases += orders.size();
            long answered = System.nanoTime();
            latencies.record(now, answered);
            now = answered;
        }
        return new Sold(purchases, latencies);
    }

    private static Sold join(Future<Sold> till) {
        try {
            return till.get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        threads.shutdownNow();
        for (Till till : tills) {
            till.close();
        }
        control.close();
    }
}
