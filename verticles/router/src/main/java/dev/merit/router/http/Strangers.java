package dev.merit.router.http;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often one address may send a key that leads nowhere. Good keys from the same address go on working: many
 * callers may share it, and one of them must not be able to lock out the others.
 */
final class Strangers {
    private static final int NETWORK_BYTES = 8;

    private final Windows<String> windows;
    private final int limit;

    Strangers(Windows<String> windows, int limit) {
        this.windows = windows;
        this.limit = limit;
    }

    /** Counts a refused key: the refusal itself, or RATE_LIMITED when there were too many. */
    Problem count(Problem refusal, HttpServerRequest request, HttpServerResponse response) {
        Windows.Count count = windows.take(nameOf(request.remoteAddress()), limit);
        if (!count.isExceeded()) {
            return refusal;
        }
        response.putHeader("Retry-After", Long.toString(count.retryAfterSeconds()));
        return Problem.of(Problem.Code.RATE_LIMITED, "Too many requests with a bad key came from this address.");
    }

    /**
     * Whether a refusal is worth keeping. One of a bad key is: they are counted above. Those without any key cost
     * nothing to send, so that only so many of an address are kept.
     */
    boolean isNew(Problem refusal, HttpServerRequest request) {
        return refusal.code() != Problem.Code.AUTH_MISSING_KEY
                || !windows.take("no key from " + nameOf(request.remoteAddress()), limit)
                        .isExceeded();
    }

    /** Whether one key was refused so often within this minute that one more tells nothing new. */
    boolean isTooMany(KeyId key) {
        return windows.take("refused " + key, limit).isExceeded();
    }

    /** An IPv6 customer holds a whole network of addresses: it counts as one. */
    static String nameOf(@Nullable SocketAddress address) {
        String host = address == null ? null : address.hostAddress();
        if (host == null || host.indexOf(':') < 0) {
            return String.valueOf(host);
        }
        int zone = host.indexOf('%');
        byte[] bytes =
                InetAddress.ofLiteral(zone < 0 ? host : host.substring(0, zone)).getAddress();
        return HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, NETWORK_BYTES)));
    }
}
