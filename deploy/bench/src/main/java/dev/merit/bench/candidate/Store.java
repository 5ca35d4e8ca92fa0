package dev.merit.bench.candidate;

import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.Reading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A running node with a shop in it, and how to buy there. */
public final class Store implements AutoCloseable {
    private final InetSocketAddress node;
    private final List<PurchaseRequest> tills;
    private final Connection connection;
    private final NodeTables tables;
    private final boolean publishes;
    private final AtomicLong numbers = new AtomicLong();

    private Store(InetSocketAddress node, List<PurchaseRequest> tills, Connection connection, boolean publishes) {
        this.node = node;
        this.tills = tills;
        this.connection = connection;
        this.tables = new NodeTables(connection);
        this.publishes = publishes;
    }

    /** How the node is called. */
    public record Call(int callers, Mix mix) {}

    /** Makes the shop in an empty database. */
    public static Store open(NodeProcess process, NodeProcess.Options options, String jdbcUrl, int members)
            throws SQLException {
        Shop shop = Shop.open(new Api(process.httpPort()), options.adminKey());
        Connection connection = DriverManager.getConnection(jdbcUrl);
        boolean opened = false;
        try {
            Shop.enrol(connection, members);
            String run = UUID.randomUUID().toString();
            List<PurchaseRequest> tills = shop.tillKeys().stream()
                    .map(key -> new PurchaseRequest(key, shop.cardId(), run))
                    .toList();
            opened = true;
            return new Store(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), process.httpPort()),
                    tills,
                    connection,
                    options.kafka());
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    /** Each caller sends its next request when it has the answer to its last. */
    public Reading closedLoop(Call call, Duration duration, CpuClock clock) throws SQLException {
        return run(call, clock, callers -> callers.closedLoop(duration), duration);
    }

    /** A fixed rate; latency counts from the moment a request was due. */
    public Reading openLoop(Call call, double perSecond, Duration duration, CpuClock clock) throws SQLException {
        return run(call, clock, callers -> callers.openLoop(perSecond, duration), duration);
    }

    private interface Load {
        Callers.Tally on(Callers callers);
    }

    private Reading run(Call call, CpuClock clock, Load load, Duration duration) throws SQLException {
        NodeTables.Count before = tables.count();
        List<PurchaseRequest> connections = IntStream.range(0, call.callers())
                .mapToObj(caller -> tills.get(caller % tills.size()))
                .toList();
        try (var callers = new Callers(node, connections, call.mix(), numbers)) {
            CpuClock.Stretch stretch = clock.start();
            Callers.Tally tally = load.on(callers);
            var cpu = stretch.end();
            verify(tally, before, tables.count());
            Duration afterwards = publishes ? tables.awaitPublished() : Duration.ZERO;
            return new Reading(tally.inTime, tally.failed, duration, tally.latencies, cpu, afterwards);
        }
    }

    /**
     * A failed request may have been booked all the same; every other must have been, once, with its record for
     * repeats.
     */
    private static void verify(Callers.Tally tally, NodeTables.Count before, NodeTables.Count after) {
        long entries = after.entries() - before.entries();
        long answers = after.answers() - before.answers();
        if (entries != answers || entries < tally.booked || entries > tally.booked + tally.failed) {
            throw new BenchFailed("The node acknowledged " + tally.booked + " purchases, its ledger has " + entries
                    + " more entries and " + answers + " more idempotency records.");
        }
        if (tally.failed > 0 && tally.booked == 0) {
            throw new BenchFailed("The node refuses purchases: " + tally.firstFailure);
        }
    }

    /** Fails when any balance is not the sum of its entries. */
    public void verifyBalances() throws SQLException {
        long wrong = tables.countWrongBalances();
        if (wrong > 0) {
            throw new BenchFailed(wrong + " balances are not the sum of their entries.");
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
