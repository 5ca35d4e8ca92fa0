package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.testing.PostgresFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Three nodes, of which the third serves HTTP only: all that it answers comes over the bus. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("its answers are timed")
class ClusterIT {
    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "abcdefghijklmnopqrstuvwxyz98765432");
    private static final Map<String, String> SETTINGS = Map.of(
            "MERIT_ADMIN_KEY", ADMIN_KEY,
            "MERIT_RATE_LIMIT_MEMBER_DEFAULT", "-1",
            "MERIT_RATE_LIMIT_MEMBER_CEILING", "-1",
            "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
            "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1");
    private static final Duration HEALED = Duration.ofSeconds(30);
    /** By hand for longer: {@code -Dmerit.pause.seconds=90}. */
    private static final Duration PAUSE = Duration.ofSeconds(Integer.getInteger("merit.pause.seconds", 20));

    private static final int LIMIT = 1_000;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Path directory;
    /** A stopped node has taken its description away. */
    private final Map<RunningNode, String> apis = new ConcurrentHashMap<>();

    private Cluster cluster;
    private RunningNode first;
    private RunningNode second;
    private RunningNode router;
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init") // Everything is started before the first test.
    ClusterIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster(directory, POSTGRES, SETTINGS, 3);
        first = cluster.start(Map.of());
        second = cluster.start(Map.of());
        router = cluster.start(Map.of("MERIT_VERTICLES", "router"));
        var docs = new ApiDocs(Api.json(Api.text(first.api().replace("/v1", "") + "/docs.json")));
        tenant = Tenant.make(docs, new Http(first.api(), ADMIN_KEY), "cluster");
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    /** Breaks when nodes do not find each other, or let in whoever asks. */
    @Test
    @Order(1)
    void findEachOtherAndLetNoStrangerIn() throws Exception {
        allHeard();
        RunningNode stranger = RunningNode.start(
                directory.resolve("stranger"),
                cluster.environment(Map.of("MERIT_CLUSTER_SECRET", "another secret, as long")),
                "node");
        try {
            assertThat(Cluster.metric(stranger, "merit_cluster_members")).isEqualTo(1);
            assertThat(Cluster.metric(first, "merit_cluster_members")).isEqualTo(3);
        } finally {
            stranger.close();
        }
    }

    /** Breaks when whoever reaches the bus may speak on it, and when it or the cluster is open beyond the host that was set. */
    @Test
    @Order(1)
    void speakOnlyWithThoseWhoShareTheSecret() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new Gullible()}, null);
        assertThat(isTalkedTo(new Socket(Cluster.address(0), cluster.busPort(0))))
                .isFalse();
        assertThat(isTalkedTo(trusting.getSocketFactory().createSocket(Cluster.address(0), cluster.busPort(0))))
                .isFalse();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(each.getInetAddresses())) {
                if (!address.isLoopbackAddress()) {
                    for (int port : List.of(cluster.port(0), cluster.busPort(0))) {
                        assertThatThrownBy(() -> new Socket(address, port).close())
                                .isInstanceOf(IOException.class);
                    }
                }
            }
        }
    }

    /** Believes every server, and has no certificate of its own. */
    private static final class Gullible extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Whether the other end keeps the conversation up: a bus waits for more, one that refuses ends it. */
    private static boolean isTalkedTo(Socket socket) throws IOException {
        try (socket) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(new byte[] {0, 0, 0, 1, 0});
            socket.getOutputStream().flush();
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Breaks when a revocation reaches the node where it was given only. */
    @Test
    @Order(2)
    void refuseARevokedKeyEverywhereWithinASecond() throws Exception {
        for (int round = 0; round < 5; round++) {
            JsonNode made = admin().post("/admin/partners/" + tenant.id("partners") + "/keys", key("round " + round))
                    .data();
            String key = made.get("key").textValue();
            for (RunningNode node : nodes()) {
                assertThat(at(node, key).get("/partner/clubs").status()).isEqualTo(200);
            }
            assertThat(admin().send("DELETE", "/admin/keys/" + made.get("id").textValue(), List.of(), null)
                            .isGood())
                    .isTrue();
            long revoked = System.nanoTime();
            for (RunningNode node : nodes()) {
                AtomicLong lastSent = new AtomicLong(revoked);
                node.waitFor(Duration.ofSeconds(10), () -> {
                    long sent = System.nanoTime();
                    boolean refused = at(node, key).get("/partner/clubs").status() == 401;
                    lastSent.accumulateAndGet(refused ? revoked : sent, Math::max);
                    return refused;
                });
                assertThat(lastSent.get() - revoked)
                        .isLessThan(Duration.ofSeconds(1).toNanos());
            }
        }
    }

    /** Breaks when each node counts for itself: then three times as much goes through. */
    @Test
    @Order(3)
    void shareTheLimitOfAKey() throws Exception {
        String key = admin().post(
                        "/admin/partners/" + tenant.id("partners") + "/keys",
                        key("limited").put("rate_limit", LIMIT))
                .data()
                .get("key")
                .textValue();
        AtomicInteger accepted = new AtomicInteger();
        AtomicLongArray left =
                new AtomicLongArray(LongStream.generate(() -> LIMIT).limit(6).toArray());
        inParallel(6, 500, (worker, i) -> {
            Http.Answer answer = at(nodes().get(worker % 3), key).get("/partner/clubs");
            if (answer.status() == 200) {
                accepted.incrementAndGet();
            }
            long remaining = answer.response()
                    .headers()
                    .firstValueAsLong("X-RateLimit-Remaining")
                    .orElseThrow();
            assertThat(remaining).isLessThanOrEqualTo(left.getAndSet(worker, remaining));
        });
        assertThat(accepted.get()).isBetween(LIMIT - LIMIT / 20, LIMIT + LIMIT / 20);
        for (RunningNode node : nodes()) {
            assertThat(at(node, key).get("/partner/clubs").status()).isEqualTo(429);
        }
    }

    /** Breaks when a key acts once on each node, or answers differently. */
    @Test
    @Order(4)
    void doOnceWhatIsSentToAll() throws Exception {
        String idempotency = UUID.randomUUID().toString();
        ObjectNode body = purchase(100);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            for (RunningNode node : nodes()) {
                var answer = at(node, tenant.caller("partner").key())
                        .send(
                                "POST",
                                "/partner/transactions/purchase",
                                List.of("Idempotency-Key", idempotency),
                                Http.Body.json(body));
                assertThat(answer.isGood()).as(answer.text()).isTrue();
                answers.add(answer.text());
            }
        }
        assertThat(answers).containsOnly(answers.getFirst());
    }

    /** Breaks when what the cluster believes of a node that slept is never mended. */
    @Test
    @Order(5)
    void healAfterAPause() throws Exception {
        second.signal("STOP");
        try {
            Thread.sleep(PAUSE);
            // The router finds the other one, once the cluster has given the silent one up.
            router.waitFor(Duration.ofSeconds(15), () -> works(router));
        } finally {
            second.signal("CONT");
        }
        long woken = System.nanoTime();
        // It may serve at first, until it finds that the others have gone on without it, and joins anew.
        second.waitFor(HEALED, this::isWhole);
        System.out.printf(
                "a node that stood still for %d s is whole again after %d ms%n",
                PAUSE.toSeconds(), Duration.ofNanos(System.nanoTime() - woken).toMillis());
        // Notices reach it again.
        refuseARevokedKeyEverywhereWithinASecond();
    }

    /** Breaks when requests are lost on the way out: connections refused too late, or parts gone before the requests. */
    @Test
    @Order(6)
    void loseNoRequestWhenANodeIsStopped() throws Exception {
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        try (var workers = Executors.newFixedThreadPool(6)) {
            List<Future<?>> running = new ArrayList<>();
            for (int worker = 0; worker < 6; worker++) {
                // What goes to the router crosses the bus, every other time to the node that stops.
                List<RunningNode> tills = worker < 4 ? List.of(second, first) : List.of(router);
                // Java's own client would like to speak HTTP/2 where it may.
                HttpClient client = HttpClient.newBuilder()
                        .version(worker % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
                        .build();
                running.add(workers.submit(() -> {
                    while (!stopped.get()) {
                        sent.incrementAndGet();
                        String trouble = buyAtAnyOf(tills, client);
                        if (!trouble.isEmpty()) {
                            failed.add(trouble);
                        }
                    }
                    return null;
                }));
            }
            try {
                second.waitFor(HEALED, () -> sent.get() > 100);
                assertThat(second.stop()).as(second.said()).isZero();
            } finally {
                // Or the callers would go on for ever.
                stopped.set(true);
            }
            for (Future<?> each : running) {
                var unused = each.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(failed).as(sent + " were sent").isEmpty();
        assertThat(works(router)).isTrue();
    }

    /** Breaks when a dead node is asked for ever. */
    @Test
    @Order(7)
    void answerWithoutTheKilledOne() throws Exception {
        RunningNode third = cluster.again(1);
        third.waitFor(HEALED, () -> Cluster.metric(router, "merit_cluster_heard") == 3);
        first.kill();
        long killed = System.nanoTime();
        router.waitFor(Duration.ofSeconds(15), () -> IntStream.range(0, 3).allMatch(i -> works(router)));
        assertThat(works(third)).isTrue();
        System.out.printf(
                "the router was served again %d ms after the kill%n",
                Duration.ofNanos(System.nanoTime() - killed).toMillis());
    }

    /** Whether all hear each other and answer, and go on doing so for a while. */
    private boolean isWhole() {
        try {
            for (RunningNode node : nodes()) {
                for (int i = 0; i < 300; i++) {
                    if (!works(node)) {
                        return false;
                    }
                }
            }
            return nodes().stream().allMatch(ClusterIT::hearsAll);
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    private static boolean hearsAll(RunningNode node) {
        return Cluster.metric(node, "merit_cluster_members") == 3 && Cluster.metric(node, "merit_cluster_heard") == 3;
    }

    private void allHeard() throws InterruptedException {
        for (RunningNode node : nodes()) {
            node.waitFor(HEALED, () -> hearsAll(node));
        }
    }

    private List<RunningNode> nodes() {
        return List.of(first, second, router);
    }

    private Http admin() {
        return at(first, ADMIN_KEY);
    }

    private static Http at(RunningNode node, String key) {
        return new Http(api(node), key);
    }

    private static String api(RunningNode node) {
        try {
            return node.api();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean works(RunningNode node) {
        return at(node, tenant.caller("partner").key())
                .post("/partner/transactions/purchase", purchase(1))
                .isGood();
    }

    /** As a careful client: only a refused connection is tried elsewhere. Empty when all went well. */
    private String buyAtAnyOf(List<RunningNode> nodes, HttpClient client) {
        for (RunningNode node : nodes) {
            String base = apis.computeIfAbsent(node, ClusterIT::api);
            try {
                var answer = new Http(base, tenant.caller("partner").key())
                        .through(client)
                        .post("/partner/transactions/purchase", purchase(1));
                return answer.isGood() ? "" : answer.text();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof ConnectException)) {
                    return String.valueOf(e.getCause());
                }
            }
        }
        return "every node refused the connection";
    }

    private ObjectNode purchase(int amount) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("card_id", tenant.id("cards"))
                .put("member_identifier", "cluster@member.example")
                .put("purchase_amount", amount);
    }

    private static ObjectNode key(String name) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("preset", "full");
    }

    private interface Step {
        void run(int worker, int i) throws Exception;
    }

    private static void inParallel(int workers, int times, Step step) throws Exception {
        try (var threads = Executors.newFixedThreadPool(workers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                int number = worker;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < times; i++) {
                        step.run(number, i);
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                var unused = each.get(120, TimeUnit.SECONDS);
            }
        }
    }
}
