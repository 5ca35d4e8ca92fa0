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
 * listens to, while both believe that all is well. So each node publishes a beat once a second and listens for its own,
 * which comes back only when the cluster still knows that this node listens; and for those of the others, as long as
 * there are others. A beat says whom its node hears, so that one learns whether one is heard by those whom one hears.
 *
 * <p>Who is not heard first tells the cluster anew what it listens to. If that does not help, it leaves and joins
 * again.
 */
public final class ClusterWatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClusterWatch.class);

    /**
     * How soon what is noticed.
     *
     * @param unheard who was not heard for so long is not heard: some beats may be late on a busy machine
     * @param alone as long as a member may be silent before the cluster gives it up: a dead neighbour is no reason to
     *     join anew
     */
    record Pace(Duration beat, Duration unheard, Duration alone, Duration betweenCures) {
        static final Pace USUAL =
                new Pace(Duration.ofSeconds(1), Duration.ofSeconds(6), Duration.ofSeconds(10), Duration.ofSeconds(4));
    }

    private static final int RENEWALS_MAX = 1;
    private static final int FORGET_AFTER = 10;

    private final Pace pace;
    private final Bus bus;
    private final IntSupplier members;
    private final Runnable rejoin;
    private final UUID node = UUID.randomUUID();
    /** When each node was last heard, in nanoseconds of this machine. */
    private final Map<UUID, Long> heard = new ConcurrentHashMap<>();

    private long number;
    private long selfHeardAt = System.nanoTime();
    /** When another one was heard last, or there was none to be heard. */
    private long othersSince = System.nanoTime();
    /** Since when each node that we hear has not heard us. */
    private final Map<UUID, Long> deafToUs = new ConcurrentHashMap<>();

    private long curedAt = System.nanoTime();
    private int renewals;
    private volatile boolean ailing;

    /**
     * Begins nothing yet.
     *
     * @param members how many nodes the cluster has, this one included
     * @param rejoin leaves the cluster and joins it again
     */
    public ClusterWatch(Bus bus, IntSupplier members, Runnable rejoin) {
        this(Pace.USUAL, bus, members, rejoin);
    }

    ClusterWatch(Pace pace, Bus bus, IntSupplier members, Runnable rejoin) {
        this.pace = pace;
        this.bus = bus;
        this.members = members;
        this.rejoin = rejoin;
    }

    /** Watches until the Vert.x instance is closed. */
    public Future<Void> start(Vertx vertx) {
        return bus.listen(Beat.class, this::hear)
                .onSuccess(listening -> vertx.setPeriodic(pace.beat().toMillis(), timer -> beat()));
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
        heard.values().removeIf(at -> now - at > FORGET_AFTER * pace.alone().toNanos());
        deafToUs.keySet().removeIf(other -> !hears(other, now));
        judge(now);
        List<UUID> hears =
                heard.keySet().stream().filter(other -> hears(other, now)).toList();
        bus.publish(new Beat(node, ++number, hears));
    }

    private boolean hears(UUID other, long now) {
        Long at = heard.get(other);
        return at != null && now - at < pace.unheard().toNanos();
    }

    private void judge(long now) {
        int known = known();
        if (known == 1) {
            othersSince = now;
        }
        for (Map.Entry<UUID, Long> each : heard.entrySet()) {
            if (!each.getKey().equals(node) && each.getValue() - othersSince > 0) {
                othersSince = each.getValue();
            }
        }
        boolean deaf = known == 0
                || now - selfHeardAt > pace.unheard().toNanos()
                || now - othersSince > pace.alone().toNanos()
                || mostAreDeaf(now);
        if (!deaf) {
            if (ailing) {
                LOGGER.atInfo().log("cluster_heard_again");
            }
            ailing = false;
            renewals = 0;
        } else if (now - curedAt > pace.betweenCures().toNanos()) {
            curedAt = now;
            ailing = true;
            cure();
        }
    }

    /** How many nodes the cluster has; 0 where its part in this node has ended by itself, and nobody is there to be asked. */
    private int known() {
        try {
            return members.getAsInt();
        } catch (RuntimeException ended) {
            LOGGER.atDebug().setCause(ended).log("cluster_ended");
            return 0;
        }
    }

    /** One that hears nobody has a trouble of its own; when most of those that we hear do not hear us, it is ours. */
    private boolean mostAreDeaf(long now) {
        long deaf = deafToUs.values().stream()
                .filter(since -> now - since > pace.unheard().toNanos())
                .count();
        long others = heard.keySet().stream()
                .filter(other -> !other.equals(node) && hears(other, now))
                .count();
        return 2 * deaf > others;
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
