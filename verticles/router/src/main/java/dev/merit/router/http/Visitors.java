package dev.merit.router.http;

import io.vertx.core.http.HttpServerRequest;

/** Limits how many public pages one address may ask for: they need no key that could be limited. */
public final class Visitors {
    private final Windows<String> windows;
    private final int limit;

    Visitors(Windows<String> windows, int limit) {
        this.windows = windows;
        this.limit = limit;
    }

    /** Counts a request; how many seconds its sender has to wait, 0 when it need not. */
    public long secondsToWait(HttpServerRequest request) {
        if (limit < 0) {
            return 0;
        }
        Windows.Count count = windows.take(Strangers.nameOf(request.remoteAddress()), limit);
        return count.isExceeded() ? count.retryAfterSeconds() : 0;
    }
}
