package dev.merit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.PartnerId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Things of partners as they were a moment ago: remembered until somebody tells that one has changed, and a minute at
 * most. That there is no such thing is not remembered. To be used on one event loop.
 *
 * @param <K> names a thing
 * @param <V> what is remembered of it
 */
final class Recent<K, V> {
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Cache<K, Known<V>> known;
    private long changes;

    private record Known<V>(PartnerId partner, V value) {}

    /** Holds nothing yet, and never more than {@code most}. */
    Recent(int most) {
        this.known = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(REMEMBERED_FOR)
                .build();
    }

    /** What is remembered of the partner's thing, or else the answer to the question. */
    Future<Optional<V>> find(PartnerId partner, K key, Supplier<Future<Optional<V>>> question) {
        Known<V> remembered = known.getIfPresent(key);
        if (remembered != null && remembered.partner().equals(partner)) {
            return Future.succeededFuture(Optional.of(remembered.value()));
        }
        long before = changes;
        return question.get().onSuccess(found -> {
            if (changes == before) { // Else the answer may be older than a change that was told meanwhile.
                found.ifPresent(value -> known.put(key, new Known<>(partner, value)));
            }
        });
    }

    /** A thing has changed. */
    void forget(K key) {
        changes++;
        known.invalidate(key);
    }
}
