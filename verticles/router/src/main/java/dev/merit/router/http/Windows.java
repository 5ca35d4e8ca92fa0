package dev.merit.router.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Counts per name in fixed windows of a minute. A name's window starts with its first request; idle names are
 * forgotten, and there are never more than {@value #NAMES_MAX}.
 *
 * @param <K> what is counted
 */
public final class Windows<K> {
    static final Duration LENGTH = Duration.ofSeconds(60);
    private static final int NAMES_MAX = 100_000;

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

    private static final class Window {
        private long resetMillis;
        private long taken;

        synchronized Count take(int limit, long now, int times) {
            renew(now);
            taken += times;
            return new Count(limit, taken, resetMillis, now);
        }

        synchronized Count look(int limit, long now) {
            renew(now);
            return new Count(limit, taken, resetMillis, now);
        }

        private void renew(long now) {
            // Also when the clock was set back: a window never lasts longer than its length.
            if (now >= resetMillis || resetMillis - now > LENGTH.toMillis()) {
                resetMillis = now + LENGTH.toMillis();
                taken = 0;
            }
        }
    }
}
