package dev.merit.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.multimap.MultiMap;
import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.node.cluster.ClusterJoin.Joined;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Two members of a real cluster in one program: one serves, the other asks. */
@Isolated("its answers are timed")
final class ClusteredBusIT {
    /** Where the cluster manager keeps who listens to what. */
    private static final String SUBSCRIPTIONS = "__vertx.subs";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Joined serving;
    private Joined asking;
    private Bus server;
    private Bus client;
    private final AtomicInteger served = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // Both have joined before each test.
    ClusteredBusIT() {}

    @BeforeEach
    void join() throws IOException {
        int first = freePort();
        int second = freePort();
        serving = joined(first, second);
        asking = joined(second, first);
        server = Bus.of(serving.vertx());
        client = Bus.of(asking.vertx());
        Awaitility.await().atMost(LIMIT).until(() -> asking.members().getAsInt() == 2);
    }

    private static Joined joined(int own, int other) {
        Settings settings = Settings.read(Map.of(
                "MERIT_CLUSTER", "tcp",
                "MERIT_CLUSTER_PORT", Integer.toString(own),
                "MERIT_CLUSTER_BUS_PORT", "0",
                "MERIT_CLUSTER_MEMBERS", "127.0.0.1:" + own + ",127.0.0.1:" + other,
                "MERIT_CLUSTER_SECRET", "a secret of many words"));
        return Eventually.get(ClusterJoin.start(settings.cluster(), Vertx.builder(), new VertxOptions(), () -> {}));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void leave() {
        for (Joined each : List.of(asking, serving)) {
            Eventually.get(each.vertx().close());
        }
    }

    private void serve() {
        Eventually.get(server.serve(KeysRequest.ADDRESS, KeysRequest.class, request -> {
            served.incrementAndGet();
            return Future.succeededFuture(((AppendAudit) request).reply(new Acknowledged()));
        }));
    }

    private static boolean isAnswered(Bus bus) {
        try {
            return Eventually.get(bus.ask(new AppendAudit(List.of()))) != null;
        } catch (RuntimeException e) {
            assertThat(e).isInstanceOf(ProblemException.class);
            return false;
        }
    }

    /** Breaks when a node that is just starting lets the others wait for its first, slow answers. */
    @Test
    void servesOnlyItselfUntilItIsOpened() {
        serve();

        assertThat(isAnswered(server)).isTrue();
        assertThat(isAnswered(client)).isFalse();
        assertThat(served).hasValue(1);

        Eventually.get(server.open());

        assertThat(isAnswered(server)).isTrue();
        Awaitility.await().atMost(LIMIT).until(() -> isAnswered(client));
    }

    /** Breaks when a cluster that has forgotten what a node serves is not told again. */
    @Test
    void isFoundAgainOnceItIsRenewed() {
        serve();
        Eventually.get(server.open());
        Awaitility.await().atMost(LIMIT).until(() -> isAnswered(client));
        MultiMap<String, Object> known =
                Hazelcast.getAllHazelcastInstances().iterator().next().getMultiMap(SUBSCRIPTIONS);
        List.copyOf(known.keySet()).forEach(known::remove);
        Awaitility.await().atMost(LIMIT).until(() -> !isAnswered(client));
        assertThat(isAnswered(server)).isTrue();

        server.renew();

        Awaitility.await().atMost(LIMIT).until(() -> isAnswered(client));
    }
}
