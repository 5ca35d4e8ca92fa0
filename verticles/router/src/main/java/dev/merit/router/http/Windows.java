package dev.merit.router.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Counts per name in fixed windows of a minute. A name's window starts with its first request; idle names are
 * forgotten, and there are never more than {@value #NAMES_MAX}. What other nodes have counted is added, where it is
 * told: see {@link SharedCounts}.
 *
 * @param <K> what is counted
 */
public final class Windows<K> {
    static final Duration LENGTH = Duration.ofSeconds(60);
    private static final int NAMES_MAX = 100_000;
    private static final int NODES_MAX = 1_000;

    private final InstantSource clock;
    private final LoadingCache<K, Window> windows = Caffeine.newBuilder()
            .maximumSize(NAMES_MAX)
            .expireAfterAccess(LENGTH.multipliedBy(2))
            .executor(Runnable::run)
            .build(name -> new Window());

    public Windows(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What is left after this request.
     *
     * @param limit requests in a window
     * @param taken requests so far, this one included
     * @param resetMillis when the window ends
     * @param nowMillis when this request was counted
     */
    public record Count(int limit, long taken, long resetMillis, long nowMillis) {

        boolean isExceeded() {
            return taken > limit;
        }

        public long remaining() {
            return Math.max(0, limit - taken);
        }

        /** The end of the window in Unix seconds. */
        public long resetSeconds() {
            return Math.ceilDiv(resetMillis, 1000L);
        }

        long retryAfterSeconds() {
            return Math.max(1, Math.ceilDiv(resetMillis - nowMillis, 1000L));
        }
    }

    /** Counts one request. */
    Count take(K name, int limit) {
        return take(name, limit, 1);
    }

    /** Counts several requests as one. */
    Count take(K name, int limit, int times) {
        return windows.get(name).take(limit, clock.millis(), times);
    }

    /** What is left of the window now, without counting anything. */
    Count look(K name, int limit) {
        return windows.get(name).look(limit, clock.millis());
    }

    /**
     * What one node has counted of a name.
     *
     * @param node null for this one
     * @param leftMillis until the window ends
     */
    record Share<K>(@Nullable UUID node, K name, long leftMillis, long taken) {}

    /** Adds what another node says. The window that began first is the window of all. */
    void add(K name, UUID node, long leftMillis, long taken) {
        windows.get(name).add(node, leftMillis, taken, clock.millis());
    }

    /** What this node has counted of a name in the window under way; null when nothing. */
    @Nullable
    Share<K> own(K name) {
        Window window = windows.getIfPresent(name);
        return window == null ? null : window.own(name, clock.millis());
    }

    /** What this node has counted, and what it was told by others, in windows under way. */
    List<Share<K>> shares() {
        List<Share<K>> all = new ArrayList<>();
        long now = clock.millis();
        windows.asMap().forEach((name, window) -> window.collect(name, now, all));
        return all;
    }

    private static final class Window {
        private long resetMillis;
        private long taken;
        private Map<UUID, Long> elsewhere = Map.of();

        synchronized Count take(int limit, long now, int times) {
            renew(now);
            taken += times;
            return new Count(limit, all(), resetMillis, now);
        }

        synchronized Count look(int limit, long now) {
            renew(now);
            return new Count(limit, all(), resetMillis, now);
        }

        synchronized void add(UUID node, long leftMillis, long count, long now) {
            if (leftMillis <= 0 || leftMillis > LENGTH.toMillis()) {
                return;
            }
            long end = now + leftMillis;
            if (now >= resetMillis || resetMillis - now > LENGTH.toMillis()) {
                renew(now);
                resetMillis = end;
            }
            resetMillis = Math.min(resetMillis, end);
            if (elsewhere.isEmpty()) {
                elsewhere = new HashMap<>();
            }
            if (elsewhere.size() < NODES_MAX || elsewhere.containsKey(node)) {
                elsewhere.merge(node, count, Math::max);
            }
        }

        synchronized <K> @Nullable Share<K> own(K name, long now) {
            return now < resetMillis && taken > 0 ? new Share<>(null, name, resetMillis - now, taken) : null;
        }

        synchronized <K> void collect(K name, long now, List<Share<K>> into) {
            if (now >= resetMillis) {
                return;
            }
            if (taken > 0) {
                into.add(new Share<>(null, name, resetMillis - now, taken));
            }
            elsewhere.forEach((node, count) -> into.add(new Share<>(node, name, resetMillis - now, count)));
        }

        private long all() {
            long sum = taken;
            for (long count : elsewhere.values()) {
                sum += count;
            }
            return sum;
        }

        private void renew(long now) {
            // Also when the clock was set back: a window never lasts longer than its length.
            if (now >= resetMillis || resetMillis - now > LENGTH.toMillis()) {
                resetMillis = now + LENGTH.toMillis();
                taken = 0;
                elsewhere = Map.of();
            }
        }
    }
}
