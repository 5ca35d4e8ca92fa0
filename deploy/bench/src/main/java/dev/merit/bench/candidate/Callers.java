package dev.merit.bench.candidate;

import dev.merit.bench.measure.Arrivals;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.Latencies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Many callers on one thread, so that making load costs little of the machine that is measured. */
final class Callers implements AutoCloseable {
    private static final long ANSWER_LIMIT = TimeUnit.SECONDS.toNanos(30);
    private static final long NAP = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long SELECT_MILLISECONDS = 10;
    private static final int CREATED = 201;

    private final Selector selector;
    private final List<Caller> callers = new ArrayList<>();
    private final Mix mix;
    private final AtomicLong numbers;
    private final Deque<Caller> idle = new ArrayDeque<>();
    private final Tally tally = new Tally();
    private long lastAcknowledged = -1;

    /** @param numbers of requests, never used twice in a run */
    Callers(InetSocketAddress node, List<PurchaseRequest> connections, Mix mix, AtomicLong numbers) {
        this.mix = mix;
        this.numbers = numbers;
        try {
            selector = Selector.open();
            for (PurchaseRequest request : connections) {
                var caller = new Caller(node, request);
                callers.add(caller);
                caller.register(selector);
                idle.add(caller);
            }
        } catch (IOException e) {
            throw new BenchFailed("The node takes no connection: " + e.getMessage(), e);
        }
    }

    /** What came back. */
    static final class Tally {
        final Latencies latencies = new Latencies();
        /** Acknowledged before the end of the stretch. */
        long inTime;
        /** Acknowledged and booked by this very request. */
        long booked;
        /** Answered from the record of an earlier one. */
        long replayed;

        long failed;
        String firstFailure = "";

        private void add(Caller caller, long now, long end) {
            if (caller.status() == CREATED) {
                latencies.record(caller.due(), now);
                inTime += now <= end ? 1 : 0;
                if (caller.replayed()) {
                    replayed++;
                } else {
                    booked++;
                }
            } else if (failed++ == 0) {
                firstFailure = caller.status() + " " + caller.body();
            }
        }
    }

    /** Each caller sends its next request when it has the answer to its last. */
    Tally closedLoop(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        try {
            for (Optional<Caller> next = take(); next.isPresent(); next = take()) {
                send(next.get(), System.nanoTime());
            }
            while (idle.size() < callers.size()) {
                selector.select(caller -> finish(caller, end), SELECT_MILLISECONDS);
                long now = System.nanoTime();
                while (now < end && !idle.isEmpty()) {
                    send(idle.remove(), now);
                    now = System.nanoTime();
                }
                refuseSilence(now, end);
            }
            return tally;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /**
     * As many requests as are due are sent, whatever becomes of the ones before; a caller that is late counts the wait.
     */
    Tally openLoop(double perSecond, Duration duration) {
        var arrivals = new Arrivals(System.nanoTime(), perSecond);
        long end = arrivals.start() + duration.toNanos();
        long total = arrivals.dueBy(end);
        long sent = 0;
        try {
            while (sent < total || idle.size() < callers.size()) {
                long now = System.nanoTime();
                long due = Math.min(total, arrivals.dueBy(now));
                while (sent < due && !idle.isEmpty()) {
                    send(idle.remove(), arrivals.due(sent));
                    sent++;
                }
                // A selector waits whole milliseconds only.
                if (selector.selectNow(caller -> finish(caller, end)) == 0) {
                    LockSupport.parkNanos(NAP);
                }
                refuseSilence(now, end);
            }
            return tally;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private Optional<Caller> take() {
        return Optional.ofNullable(idle.poll());
    }

    private void send(Caller caller, long due) throws IOException {
        boolean repeats = lastAcknowledged >= 0 && mix.isRepeat(caller.sentBefore());
        caller.send(repeats ? lastAcknowledged : numbers.getAndIncrement(), mix, due);
    }

    private void finish(SelectionKey key, long end) {
        if (!(key.attachment() instanceof Caller caller)) {
            return;
        }
        try {
            if (caller.receive()) {
                tally.add(caller, System.nanoTime(), end);
                lastAcknowledged = caller.status() == CREATED ? caller.number() : lastAcknowledged;
                idle.add(caller);
            }
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static void refuseSilence(long now, long end) {
        if (now > end + ANSWER_LIMIT) {
            throw new BenchFailed("The node left requests without an answer for 30 s.");
        }
    }

    private static BenchFailed broken(IOException failure) {
        return new BenchFailed("A connection to the node broke: " + failure.getMessage(), failure);
    }

    @Override
    public void close() {
        try {
            for (Caller caller : callers) {
                caller.close();
            }
            selector.close();
        } catch (IOException e) {
            throw broken(e);
        }
    }
}
