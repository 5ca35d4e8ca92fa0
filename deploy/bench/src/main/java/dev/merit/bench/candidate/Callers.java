package dev.merit.bench.candidate;

import dev.merit.bench.candidate.Ask.Effect;
import dev.merit.bench.measure.Arrivals;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.Latencies;
import dev.merit.bench.measure.Reading;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Many callers on one thread, so that making load costs little of the machine that is measured. */
public final class Callers implements AutoCloseable {
    private static final long ANSWER_LIMIT = TimeUnit.SECONDS.toNanos(30);
    private static final long NAP = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long SELECT_MILLISECONDS = 10;
    private static final int UNAVAILABLE = 503;

    private final Selector selector;
    private final List<Caller> callers = new ArrayList<>();
    private final Mix mix;
    private final AtomicLong numbers;
    private final Deque<Caller> idle = new ArrayDeque<>();
    private final Tally tally = new Tally();
    private long lastAcknowledged = -1;

    /**
     * Connects them all.
     *
     * @param nodes who is called, in turn
     * @param numbers of requests, never used twice in a run
     */
    public Callers(List<InetSocketAddress> nodes, List<Errand> connections, Mix mix, AtomicLong numbers) {
        this.mix = mix;
        this.numbers = numbers;
        try {
            selector = Selector.open();
            for (Errand errand : connections) {
                var caller = new Caller(nodes.get(callers.size() % nodes.size()), errand);
                callers.add(caller);
                caller.register(selector);
                idle.add(caller);
            }
        } catch (IOException e) {
            throw new BenchFailed("There is no connection: " + e.getMessage(), e);
        }
    }

    /** What came back. */
    public static final class Tally {
        private final Latencies latencies = new Latencies();
        private final Map<Effect, Long> booked = new EnumMap<>(Effect.class);
        private long inTime;
        private long failed;
        private long done;
        private long unavailable;
        private long repeats;
        private long replays;
        private String firstFailure = "";
        private String firstRefusal = "";

        /** How long each answer took. */
        public Latencies latencies() {
            return latencies;
        }

        /** Acknowledged before the end of the stretch. */
        public long inTime() {
            return inTime;
        }

        /** Acknowledged, and by this very request and not from the record of an earlier one. */
        public long booked(Effect effect) {
            return booked.getOrDefault(effect, 0L);
        }

        /** Answered otherwise; of a request with several items all. */
        public long failed() {
            return failed;
        }

        /** How many failed, and the first that did. */
        public Reading.Failures failures() {
            return new Reading.Failures(failed, firstFailure);
        }

        /** Fails, with what was the matter, when nothing was done at all. */
        public void requireSuccess() {
            if (failed > 0 && done == 0) {
                throw new BenchFailed("Every request was refused: " + firstFailure);
            }
        }

        /** Fails when anything was answered that says neither "done" nor "not now". */
        void requireNoneButUnavailable() {
            if (failed > unavailable) {
                throw new BenchFailed("A request was refused for good: " + firstRefusal);
            }
        }

        /** Fails unless exactly those answers came from the record of an earlier request that had to. */
        void requireReplays() {
            if (repeats != replays) {
                throw new BenchFailed(
                        repeats + " acknowledged requests were repeats, and " + replays + " answers say they are.");
            }
        }

        private void add(Caller caller, long now, long end) {
            int items = caller.kind().items();
            if (caller.isGood()) {
                latencies.record(caller.due(), now);
                done += items;
                inTime += now <= end ? items : 0;
                repeats += caller.isRepeat() ? 1 : 0;
                if (caller.replayed()) {
                    replays++;
                } else {
                    booked.merge(caller.kind().effect(), (long) items, Long::sum);
                }
            } else {
                fail(caller, items);
            }
        }

        private void fail(Caller caller, int items) {
            failed += items;
            firstFailure = firstFailure.isEmpty() ? caller.failure() : firstFailure;
            if (caller.status() == UNAVAILABLE) {
                unavailable += items;
            } else {
                firstRefusal = firstRefusal.isEmpty() ? caller.failure() : firstRefusal;
            }
        }
    }

    /** Each caller sends its next request when it has the answer to its last. */
    public Tally closedLoop(Duration duration) {
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
    public Tally openLoop(double perSecond, Duration duration) {
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
        caller.send(repeats ? lastAcknowledged : numbers.getAndIncrement(), repeats, mix, due);
    }

    private void finish(SelectionKey key, long end) {
        if (!(key.attachment() instanceof Caller caller)) {
            return;
        }
        try {
            if (caller.receive()) {
                tally.add(caller, System.nanoTime(), end);
                lastAcknowledged = caller.isGood() ? caller.number() : lastAcknowledged;
                idle.add(caller);
            }
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static void refuseSilence(long now, long end) {
        // Nothing here sleeps so that an interrupt would break it off.
        if (Thread.currentThread().isInterrupted()) {
            throw new BenchFailed("Interrupted while requests were on their way.");
        }
        if (now > end + ANSWER_LIMIT) {
            throw new BenchFailed("Requests were left without an answer for 30 s.");
        }
    }

    private static BenchFailed broken(IOException failure) {
        return new BenchFailed("A connection broke: " + failure.getMessage(), failure);
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
