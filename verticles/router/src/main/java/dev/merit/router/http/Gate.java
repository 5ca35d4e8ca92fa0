package dev.merit.router.http;

import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.platform.config.Settings;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Judges a known key before anything else of the request is looked at: revoked, expired, owner inactive, role, the
 * partner's permission, rate limit. Every request with a valid key counts, whatever it answers.
 */
final class Gate implements Handler<RoutingContext> {
    private static final CharSequence LIMIT = HttpHeaders.createOptimized("X-RateLimit-Limit");
    private static final CharSequence REMAINING = HttpHeaders.createOptimized("X-RateLimit-Remaining");
    private static final CharSequence RESET = HttpHeaders.createOptimized("X-RateLimit-Reset");

    private final Settings settings;
    private final SharedCounts counts;
    private final InstantSource clock;

    Gate(Settings settings, SharedCounts counts, InstantSource clock) {
        this.settings = settings;
        this.counts = counts;
        this.clock = clock;
    }

    @Override
    public void handle(RoutingContext context) {
        // The key handler lets some preflight requests through without a user.
        if (!(context.user() instanceof Caller caller)) {
            context.fail(Callers.missing().asException());
            return;
        }
        Exchange exchange = Exchange.of(context);
        exchange.caller = caller;
        Problem refusal = refusal(context, exchange, caller.identity());
        if (refusal == null) {
            context.next();
        } else {
            context.fail(refusal.asException());
        }
    }

    private @Nullable Problem refusal(RoutingContext context, Exchange exchange, Identity key) {
        Instant now = clock.instant();
        if (key.revokedAt() != null) { // Whatever this node's clock says.
            return Problem.of(Problem.Code.AUTH_KEY_REVOKED, "This key was revoked.");
        }
        if (hasPassed(key.expiresAt(), now)) {
            return Problem.of(Problem.Code.AUTH_KEY_EXPIRED, "This key has expired.");
        }
        Windows.Count rate = count(key, context.response());
        exchange.rate = rate;
        if (!key.ownerActive()) {
            return Problem.of(Problem.Code.ACCOUNT_INACTIVE, "The owner of this key is not active.");
        }
        Role needed = Paths.roleOf(context.normalizedPath());
        if (needed != null && needed != key.role()) {
            return Problem.of(
                    Problem.Code.AUTH_ROLE_MISMATCH,
                    "This path is for " + needed.word() + " keys, and this is a "
                            + key.role().word() + " key.");
        }
        Permissions permissions = key.permissions();
        if (permissions != null && !permissions.agentApi()) {
            return Problem.of(Problem.Code.FEATURE_DISABLED, "This partner may not use the API.");
        }
        if (rate != null && rate.isExceeded()) {
            context.response().putHeader("Retry-After", Long.toString(rate.retryAfterSeconds()));
            return Problem.of(Problem.Code.RATE_LIMITED, "This key may send " + rate.limit() + " requests a minute.");
        }
        return null;
    }

    /** Null when the key is not limited. */
    private Windows.@Nullable Count count(Identity key, HttpServerResponse response) {
        Integer own = key.rateLimit();
        int limit = own == null ? settings.rate(key.role()).standard() : own;
        if (limit < 0) {
            return null;
        }
        Windows.Count count = counts.take(key.key(), limit);
        response.putHeader(LIMIT, Integer.toString(limit))
                .putHeader(REMAINING, Long.toString(count.remaining()))
                .putHeader(RESET, Long.toString(count.resetSeconds()));
        return count;
    }

    private static boolean hasPassed(@Nullable Instant time, Instant now) {
        return time != null && !time.isAfter(now);
    }
}
