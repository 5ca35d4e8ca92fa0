package dev.merit.bench.candidate;

import dev.merit.bench.candidate.Ask.Effect;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.Reading;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A shop on running nodes, and how to do business there. */
public final class Store implements AutoCloseable {
    private static final Duration SERVICE_LIMIT = Duration.ofMinutes(1);
    private static final Duration SERVICE_POLL = Duration.ofMillis(50);

    private final Business business;
    private final List<InetSocketAddress> nodes;
    private final Connection connection;
    private final NodeTables tables;

    private Store(Business business, List<NodeProcess> nodes, Connection connection) {
        this.business = business;
        this.nodes = nodes.stream().map(NodeProcess::address).toList();
        this.connection = connection;
        this.tables = new NodeTables(connection, business.shop().partner());
    }

    /** What stays the same when nodes or servers are started anew. */
    private record Business(Shop shop, String adminKey, boolean publishes, AtomicLong numbers) {}

    /**
     * How the nodes are called.
     *
     * @param errands what the connection of that number does
     */
    public record Call(IntFunction<Errand> errands, int callers, Mix mix) {}

    /** Makes the shop in an empty database, through the first of the nodes. */
    public static Store open(List<NodeProcess> nodes, NodeProcess.Options options, String jdbcUrl, int members)
            throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl);
        boolean opened = false;
        try {
            var api = new Api(nodes.getFirst().httpPort());
            Shop shop = Shop.open(api, options.adminKey(), connection, members);
            opened = true;
            var business = new Business(shop, options.adminKey(), options.kafka(), new AtomicLong());
            return new Store(business, nodes, connection);
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    /** The same business through these nodes, and with another connection for its books. */
    public Store through(List<NodeProcess> others, String jdbcUrl) throws SQLException {
        return new Store(business, others, DriverManager.getConnection(jdbcUrl));
    }

    /** Further members, numbered on from those that there are. */
    public void enrol(int from, int to) throws SQLException {
        var unused = Shop.enrol(connection, from, to);
    }

    /** So many callers who all do the same. */
    public Call call(Deed deed, int callers, Mix mix) {
        return new Call(connection -> business.shop().errand(deed, connection), callers, mix);
    }

    /** So many callers who all read that list: of a member, or as a member, always of another one. */
    public Call call(Listing listing, int callers, Mix mix) {
        return new Call(connection -> Errand.always(page(listing)), callers, mix);
    }

    private Ask page(Listing listing) {
        Shop shop = business.shop();
        String path = listing.path(shop.offers());
        return switch (listing.role()) {
            case PARTNER -> Ask.read(shop.ownerKey(), path);
            case MEMBER -> Ask.readByMany(shop.walletKeys(), path);
            case ADMIN -> Ask.read(business.adminKey(), path);
        };
    }

    /** Waits until purchases are taken again: a node that is ready may still be finding its connections anew. */
    public void awaitService() {
        var api = new Api(nodes.getFirst().getPort());
        long deadline = System.nanoTime() + SERVICE_LIMIT.toNanos();
        while (true) {
            try {
                business.shop().buyOnce(api);
                return;
            } catch (BenchFailed e) {
                if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(SERVICE_POLL.toNanos());
            }
        }
    }

    /** Whose shop it is. */
    public UUID partner() {
        return business.shop().partner();
    }

    /** Each caller sends its next request when it has the answer to its last. Fails when all are refused. */
    public Reading closedLoop(Call call, Duration duration, CpuClock clock) throws SQLException {
        return run(
                call,
                clock,
                callers -> {
                    Callers.Tally tally = callers.closedLoop(duration);
                    tally.requireSuccess();
                    return tally;
                },
                duration);
    }

    /** The same, but that it takes too long is a result as well, were it always; any other refusal fails. */
    public Reading closedLoopAsFarAsItGoes(Call call, Duration duration, CpuClock clock) throws SQLException {
        return run(
                call,
                clock,
                callers -> {
                    Callers.Tally tally = callers.closedLoop(duration);
                    tally.requireNoneButUnavailable();
                    return tally;
                },
                duration);
    }

    /** A fixed rate; latency counts from the moment a request was due. */
    public Reading openLoop(Call call, double perSecond, Duration duration, CpuClock clock) throws SQLException {
        return run(call, clock, callers -> callers.openLoop(perSecond, duration), duration);
    }

    private interface Load {
        Callers.Tally on(Callers callers);
    }

    private Reading run(Call call, CpuClock clock, Load load, Duration duration) throws SQLException {
        NodeTables.Mark mark = tables.mark();
        List<Errand> errands =
                IntStream.range(0, call.callers()).mapToObj(call.errands()).toList();
        try (var callers = new Callers(nodes, errands, call.mix(), business.numbers())) {
            CpuClock.Stretch stretch = clock.start();
            Callers.Tally tally = load.on(callers);
            var cpu = stretch.end();
            tally.requireReplays();
            verify(tally, tables.since(mark));
            Duration afterwards = business.publishes() ? tables.awaitPublished() : Duration.ZERO;
            return new Reading(tally.inTime(), tally.failures(), duration, tally.latencies(), cpu, afterwards);
        }
    }

    /**
     * A failed request may have been carried out all the same; every other must have been, once, with its record for
     * repeats.
     */
    private static void verify(Callers.Tally tally, NodeTables.Count written) {
        Map<Effect, Long> wrong = written.effects().entrySet().stream()
                .filter(effect -> effect.getValue() < tally.booked(effect.getKey())
                        || effect.getValue() > tally.booked(effect.getKey()) + tally.failed())
                .collect(Collectors.toMap(Map.Entry::getKey, effect -> tally.booked(effect.getKey())));
        long effects =
                written.effects().values().stream().mapToLong(Long::longValue).sum();
        if (!wrong.isEmpty() || effects != written.answers()) {
            throw new BenchFailed("The node acknowledged " + wrong + ", and there are " + written.effects() + " and "
                    + written.answers() + " idempotency records.");
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
