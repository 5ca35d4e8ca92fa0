package dev.merit.router.http;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.platform.Json;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls. A malformed key is refused by its checksum, without a look-up; a known one is remembered for a
 * few seconds and forgotten as soon as the key or its owner changes. However many requests bring an unseen key at
 * once, one of them asks.
 *
 * <p>Whether the key is revoked or expired is not judged here, since that may change while it is remembered.
 */
public final class Callers implements AuthenticationProvider {
    private static final int KEYS_MAX = 10_000;
    private static final int ASKING_MAX = 1_000;
    private static final Duration MEMORY = Duration.ofSeconds(5);

    private final Bus bus;
    private final AtomicInteger asking = new AtomicInteger();

    /** Unknown keys and failed look-ups leave as soon as they are told. */
    private final AsyncCache<String, Found> known = Caffeine.newBuilder()
            .maximumSize(KEYS_MAX)
            .expireAfterWrite(MEMORY)
            .executor(Runnable::run)
            .buildAsync();

    /** What a look-up found: a caller, nobody, or no answer. */
    private record Found(@Nullable Caller caller, @Nullable Throwable failure) {}

    public Callers(Bus bus) {
        this.bus = bus;
    }

    /** Starts to listen for changes of keys and owners. */
    public Future<Void> listen() {
        return bus.listen(
                        Notice.KeyChanged.class,
                        notice -> forget(key -> key.key().equals(notice.key())))
                .compose(listening -> bus.listen(
                        Notice.OwnerChanged.class,
                        notice -> forget(key ->
                                key.role() == notice.role() && key.owner().equals(notice.owner()))));
    }

    /** Gives a {@link Caller}, or AUTH_INVALID_KEY for malformed and unknown keys alike. */
    @Override
    public Future<User> authenticate(Credentials credentials) {
        String key = credentials instanceof TokenCredentials token ? token.getToken() : "";
        if (key.isBlank()) {
            return Future.failedFuture(missing().asException());
        }
        return isWellFormed(key)
                ? caller(hashOf(key))
                : Future.failedFuture(invalid().asException());
    }

    /** The one answer to malformed and unknown keys: it must not tell which of the two it was. */
    static Problem invalid() {
        return Problem.of(Problem.Code.AUTH_INVALID_KEY, "This key is not valid.");
    }

    static Problem missing() {
        return Problem.of(Problem.Code.AUTH_MISSING_KEY, "Send your key in the header X-Agent-Key.");
    }

    private Future<User> caller(String hash) {
        CompletableFuture<Found> found = known.get(hash, (key, executor) -> lookUp(key));
        if (found.isDone()) {
            return told(hash, found, found.join());
        }
        var context = Vertx.currentContext();
        Future<Found> asked =
                context == null ? Future.fromCompletionStage(found) : Future.fromCompletionStage(found, context);
        return asked.compose(result -> told(hash, found, result));
    }

    /** Only callers are remembered: an unknown key may be made, and an overload passes. */
    private Future<User> told(String hash, CompletableFuture<Found> found, Found result) {
        if (result.caller() == null) {
            known.asMap().remove(hash, found);
        }
        return judged(result);
    }

    private static Future<User> judged(Found found) {
        if (found.failure() != null) {
            return Future.failedFuture(found.failure());
        }
        return found.caller() == null
                ? Future.failedFuture(invalid().asException())
                : Future.succeededFuture(found.caller());
    }

    /** Never fails: a failure is something that was found out. */
    private CompletableFuture<Found> lookUp(String hash) {
        if (asking.incrementAndGet() > ASKING_MAX) {
            asking.decrementAndGet();
            return CompletableFuture.completedFuture(
                    new Found(null, Problem.unavailable().asException()));
        }
        return bus.ask(new Authenticate(hash))
                .map(answer -> {
                    Identity identity = answer.identity();
                    return new Found(identity == null ? null : new Caller(identity), null);
                })
                .otherwise(failure -> new Found(null, failure))
                .onComplete(done -> asking.decrementAndGet())
                .toCompletionStage()
                .toCompletableFuture();
    }

    /** Also drops look-ups under way: their answer may be older than the change. */
    private void forget(Predicate<Identity> changed) {
        known.asMap().values().removeIf(found -> !found.isDone() || isChanged(found, changed));
    }

    private static boolean isChanged(CompletableFuture<Found> found, Predicate<Identity> changed) {
        Caller caller = found.join().caller();
        return caller == null || changed.test(caller.identity());
    }

    private static boolean isWellFormed(String text) {
        return KeyFormat.roleOf(text)
                .filter(role -> KeyFormat.wellFormed(role, text))
                .isPresent();
    }

    private static String hashOf(String key) {
        return HexFormat.of().formatHex(Json.sha256(key.getBytes(StandardCharsets.UTF_8)));
    }
}
