package dev.merit.router.http;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Notice.CountsWanted;
import dev.merit.contracts.Notice.RequestsCounted;
import dev.merit.contracts.Notice.RequestsCounted.Counted;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the limit of a key hold over all nodes: each tells the others how many requests of a key it has counted, at
 * once after each hundredth of the limit and otherwise {@value #TELL_MILLIS} ms later. Counts are totals of a window by
 * node, of which the highest holds, so a lost or repeated notice is mended by the next, and a node that restarts is
 * told what it and the others had counted before.
 *
 * <p>Beyond the limit go what all nodes let through within a notice's way, and no more than a hundredth of the limit
 * each before they tell. Nodes that are cut off from each other each let through what is left: the limit may be reached
 * once on every side, until they meet again.
 */
public final class SharedCounts {
    static final long TELL_MILLIS = 50;
    private static final int STEPS = 100;
    private static final int COUNTS_MAX = 500;
    private static final List<Long> ASK_AFTER_MILLIS = List.of(1L, 1_000L, 3_000L);

    private final Bus bus;
    private final Windows<KeyId> windows;
    private final UUID node = UUID.randomUUID();
    private final Set<KeyId> untold = ConcurrentHashMap.newKeySet();

    SharedCounts(Bus bus, Windows<KeyId> windows) {
        this.bus = bus;
        this.windows = windows;
    }

    /** Listens, and asks what was counted before; it ends with the verticle that calls it. Alone it does nothing. */
    public Future<Void> start(Vertx vertx) {
        if (!bus.isClustered()) {
            return Future.succeededFuture();
        }
        vertx.setPeriodic(TELL_MILLIS, timer -> tellUntold());
        return bus.listen(RequestsCounted.class, this::add)
                .compose(listening -> bus.listen(CountsWanted.class, wanted -> tellAll()))
                .onSuccess(listening -> ask(vertx));
    }

    /** More than once, as it takes the others a moment to learn that there is somebody who listens. */
    private void ask(Vertx vertx) {
        for (long millis : ASK_AFTER_MILLIS) {
            vertx.setTimer(millis, timer -> bus.publish(new CountsWanted()));
        }
    }

    /** Counts one request of a key, here and soon elsewhere. */
    Windows.Count take(KeyId key, int limit) {
        Windows.Count count = windows.take(key, limit);
        // What is refused anyway need not be told.
        if (bus.isClustered() && count.taken() <= limit + 1L) {
            Windows.Share<KeyId> own = windows.own(key);
            if (own != null && own.taken() % Math.max(1, limit / STEPS) == 0) {
                untold.remove(key);
                tell(List.of(key));
            } else {
                untold.add(key);
            }
        }
        return count;
    }

    private void tellUntold() {
        List<KeyId> keys = new ArrayList<>();
        untold.removeIf(key -> keys.size() < COUNTS_MAX && keys.add(key));
        if (!keys.isEmpty()) {
            tell(keys);
        }
    }

    private void tell(List<KeyId> keys) {
        List<Counted> counts = keys.stream()
                .map(windows::own)
                .filter(Objects::nonNull)
                .map(this::counted)
                .toList();
        if (!counts.isEmpty()) {
            bus.publish(new RequestsCounted(counts));
        }
    }

    private void tellAll() {
        List<Counted> all = windows.shares().stream().map(this::counted).toList();
        for (int from = 0; from < all.size(); from += COUNTS_MAX) {
            bus.publish(new RequestsCounted(all.subList(from, Math.min(all.size(), from + COUNTS_MAX))));
        }
    }

    private Counted counted(Windows.Share<KeyId> share) {
        return new Counted(
                Objects.requireNonNullElse(share.node(), node), share.name(), share.leftMillis(), share.taken());
    }

    private void add(RequestsCounted told) {
        for (Counted each : told.counts()) {
            if (!each.node().equals(node)) {
                windows.add(each.key(), each.node(), each.leftMillis(), each.taken());
            }
        }
    }
}
