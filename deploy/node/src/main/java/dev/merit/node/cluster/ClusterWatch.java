package dev.merit.node.cluster;

import dev.merit.contracts.Notice.Beat;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether this node is heard. After a long pause or a partition the cluster may have forgotten what a node
 * listens to, while both believe that all is well. So each node publishes a beat every {@link #BEAT} and listens for its
 * own, which comes back only when the cluster still knows that this node listens; and for those of the others, as long
 * as there are others. A beat says whom its node hears, so that one learns whether one is heard by those whom one hears.
 *
 * <p>Who is not heard first tells the cluster anew what it listens to. If that does not help, it leaves and joins again.
 */
public final class ClusterWatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClusterWatch.class);

    static final Duration BEAT = Duration.ofSeconds(1);
    /** Longer than the silence after which a member is given up, so that a dead neighbour is no reason. */
    static final Duration UNHEARD = Duration.ofSeconds(6);

    static final Duration ALONE = Duration.ofSeconds(15);
    static final Duration BETWEEN_CURES = Duration.ofSeconds(6);
    static final int RENEWALS_MAX = 2;

    private final Bus bus;
    private final IntSupplier members;
    private final Runnable rejoin;
    private final UUID node = UUID.randomUUID();
    /** When each node was last heard, in nanoseconds of this machine. */
    private final Map<UUID, Long> heard = new ConcurrentHashMap<>();

    private long number;
    private long selfHeardAt = System.nanoTime();
    private long othersSince = System.nanoTime();
    /** Since when each node that we hear has not heard us. */
    private final Map<UUID, Long> deafToUs = new ConcurrentHashMap<>();

    private long curedAt = System.nanoTime() - BETWEEN_CURES.toNanos();
    private int renewals;
    private volatile boolean ailing;

    /**
     * Begins nothing yet.
     *
     * @param members how many nodes the cluster has, this one included
     * @param rejoin leaves the cluster and joins it again
     */
    public ClusterWatch(Bus bus, IntSupplier members, Runnable rejoin) {
        this.bus = bus;
        this.members = members;
        this.rejoin = rejoin;
    }

    /** Watches until the Vert.x instance is closed. */
    public Future<Void> start(Vertx vertx) {
        return bus.listen(Beat.class, this::hear)
                .onSuccess(listening -> vertx.setPeriodic(BEAT.toMillis(), timer -> beat()));
    }

    /** From any thread: whether this node is heard, as far as it knows. */
    public boolean isHeard() {
        return !ailing;
    }

    /** From any thread: how many nodes were heard lately, this one included. */
    public int heard() {
        long now = System.nanoTime();
        return (int) heard.keySet().stream().filter(other -> hears(other, now)).count();
    }

    private void hear(Beat beat) {
        heard.put(beat.node(), System.nanoTime());
        if (beat.node().equals(node)) {
            selfHeardAt = System.nanoTime();
        } else if (beat.hears().contains(node)) {
            deafToUs.remove(beat.node());
        } else {
            deafToUs.putIfAbsent(beat.node(), System.nanoTime());
        }
    }

    private void beat() {
        long now = System.nanoTime();
        heard.values().removeIf(at -> now - at > 10 * ALONE.toNanos());
        deafToUs.keySet().removeIf(other -> !hears(other, now));
        judge(now);
        List<UUID> hears =
                heard.keySet().stream().filter(other -> hears(other, now)).toList();
        bus.publish(new Beat(node, ++number, hears));
    }

    private boolean hears(UUID other, long now) {
        Long at = heard.get(other);
        return at != null && now - at < UNHEARD.toNanos();
    }

    private void judge(long now) {
        boolean someHeard = heard.entrySet().stream()
                .anyMatch(each -> !each.getKey().equals(node) && now - each.getValue() < ALONE.toNanos());
        if (members.getAsInt() < 2 || someHeard) {
            othersSince = now;
        }
        boolean deaf = now - selfHeardAt > UNHEARD.toNanos()
                || now - othersSince > ALONE.toNanos()
                || deafToUs.values().stream().anyMatch(since -> now - since > ALONE.toNanos());
        if (!deaf) {
            if (ailing) {
                LOGGER.atInfo().log("cluster_heard_again");
            }
            ailing = false;
            renewals = 0;
        } else if (now - curedAt > BETWEEN_CURES.toNanos()) {
            curedAt = now;
            ailing = true;
            cure();
        }
    }

    private void cure() {
        if (renewals < RENEWALS_MAX) {
            renewals++;
            LOGGER.atWarn().addKeyValue("attempt", renewals).log("cluster_not_heard");
            bus.renew();
        } else {
            rejoin.run();
        }
    }
}
