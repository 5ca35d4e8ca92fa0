package dev.merit.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Notice.Beat;
import dev.merit.node.cluster.ClusterWatch.Pace;
import dev.merit.platform.bus.Bus;
import dev.merit.testing.Eventually;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** One real watch; its neighbours are beats that are published beside it. */
@Isolated("its answers are timed")
final class ClusterWatchTest {
    private static final Pace PACE =
            new Pace(Duration.ofMillis(20), Duration.ofMillis(400), Duration.ofMillis(600), Duration.ofMillis(200));
    private static final Duration LONG_ENOUGH = PACE.alone().multipliedBy(4);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.of(vertx);
    private final AtomicInteger rejoins = new AtomicInteger();
    private final AtomicInteger members = new AtomicInteger(3);
    private final ClusterWatch watch = new ClusterWatch(PACE, bus, members::get, rejoins::incrementAndGet);
    private final UUID neighbour = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private final AtomicReference<UUID> self = new AtomicReference<>();

    @AfterEach
    void close() {
        Eventually.get(vertx.close());
    }

    private void start() {
        Eventually.get(bus.listen(Beat.class, beat -> {
            if (!beat.node().equals(neighbour) && !beat.node().equals(other)) {
                self.set(beat.node());
            }
        }));
        Eventually.get(watch.start(vertx));
        Awaitility.await().until(() -> self.get() != null);
    }

    private void beats(UUID node, boolean hearsUs) {
        vertx.setPeriodic(
                PACE.beat().toMillis(),
                timer -> bus.publish(new Beat(node, 1, hearsUs ? List.of(node, self.get()) : List.of(node))));
    }

    /** Breaks when one node that hears nobody takes all the healthy ones with it. */
    @Test
    void staysWellBesideOneThatHearsNobody() throws InterruptedException {
        start();
        beats(neighbour, true);
        beats(other, false);

        Thread.sleep(LONG_ENOUGH);

        assertThat(watch.isHeard()).isTrue();
        assertThat(rejoins).hasValue(0);
        assertThat(watch.heard()).isEqualTo(3);
    }

    /** Breaks when a node that the others have forgotten goes on as if nothing were wrong. */
    @Test
    void joinsAnewWhenTheOthersHaveForgottenIt() {
        start();
        beats(neighbour, false);
        beats(other, false);

        Awaitility.await().until(() -> rejoins.get() > 0);

        assertThat(watch.isHeard()).isFalse();
    }

    /** Breaks when a node with members but without any sign of them is content. */
    @Test
    void joinsAnewWhenItHearsNobodyOfItsCluster() {
        start();

        Awaitility.await().until(() -> rejoins.get() > 0);
    }

    /** Breaks when a membership that has ended by itself is never noticed. */
    @Test
    void joinsAnewWhenItIsNoMemberAnyMore() {
        var broken = new ClusterWatch(
                PACE,
                bus,
                () -> {
                    throw new IllegalStateException("not active");
                },
                rejoins::incrementAndGet);
        Eventually.get(broken.start(vertx));

        Awaitility.await().until(() -> rejoins.get() > 0);

        assertThat(broken.isHeard()).isFalse();
    }

    @Test
    void isContentAlone() throws InterruptedException {
        members.set(1);
        start();

        Thread.sleep(LONG_ENOUGH);

        assertThat(watch.isHeard()).isTrue();
        assertThat(rejoins).hasValue(0);
    }

    /** Breaks when an ailment is never over. */
    @Test
    void isWellAgainOnceItIsHeard() {
        start();
        Awaitility.await().until(() -> rejoins.get() > 0);

        beats(neighbour, true);

        Awaitility.await().until(watch::isHeard);
    }
}
