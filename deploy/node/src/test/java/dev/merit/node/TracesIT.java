package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.node.OtlpCollector.Seen;
import dev.merit.testing.PostgresFixture;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, of which the second serves HTTP only, and a collector of their traces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TracesIT {
    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "tracesabcdefghijklmnopqrstuvwxyz12");
    private static final Duration ARRIVED = Duration.ofSeconds(30);
    private static final String CALLER = "00f067aa0ba902b7";
    private static final int CROWD = 30;

    /** Part of everything that is planted, and of nothing else. */
    private static final String MARK = "zqplant";

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Path directory;

    private OtlpCollector collector;
    private Cluster cluster;
    private RunningNode node;
    private RunningNode router;
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init") // Everything is started before the first test.
    TracesIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void start() throws Exception {
        collector = new OtlpCollector();
        cluster = new Cluster(directory, POSTGRES, settings(collector.endpoint()), 2);
        node = cluster.start(Map.of());
        router = cluster.start(Map.of("MERIT_VERTICLES", "router"));
        var docs = new ApiDocs(Api.json(Api.text(node.api().replace("/v1", "") + "/docs.json")));
        tenant = Tenant.make(docs, new Http(node.api(), ADMIN_KEY), "traces");
    }

    @AfterAll
    void stop() {
        cluster.close();
        collector.close();
    }

    // Breaks when the trace is lost between two hops: at the router, on the bus, in front of the batch, in the batch.
    @Test
    @Order(1)
    void followAPurchaseFromItsCallerToItsStatements() throws Exception {
        String trace = newTrace();
        purchase(node, trace);

        awaitWritten(node, trace);
        Seen http = only(
                trace,
                span -> span.kind() == SpanKind.SPAN_KIND_SERVER
                        && span.parent().equals(CALLER));
        assertThat(http.name()).isEqualTo("points.purchase");
        assertThat(http.attributes()).containsEntry("http.response.status_code", "201");
        Seen asked = only(
                trace,
                span -> span.name().equals("send points") && span.parent().equals(http.id()));
        Seen served = only(
                trace,
                span -> span.name().equals("send points") && span.parent().equals(asked.id()));
        Seen command = only(trace, span -> span.name().equals("group-commit points"));
        assertThat(command.parent()).isEqualTo(served.id());
        assertThat(command.attributes()).containsEntry("merit.batch.size", "1").containsKey("merit.batch.wait_micros");
        Seen batch = only(trace, span -> span.name().equals("batch points"));
        assertThat(batch.parent()).isEqualTo(command.id());
        assertThat(statements(batch)).anyMatch(span -> span.isStatement("BEGIN"));
        assertThat(statements(batch))
                .anyMatch(span ->
                        span.attributes().getOrDefault("db.query.text", "").contains("ledger.entry"));
        assertThat(collector.trace(trace)).extracting(Seen::instance).containsOnly(batch.instance());
    }

    // Breaks when the bus between nodes carries no trace.
    @Test
    @Order(2)
    void followAPurchaseFromNodeToNode() throws Exception {
        String trace = newTrace();
        purchase(router, trace);

        awaitWritten(router, trace);
        Seen http = only(trace, span -> span.parent().equals(CALLER));
        Seen batch = only(trace, span -> span.name().equals("batch points"));
        assertThat(batch.instance()).isNotEqualTo(http.instance());
        assertThat(only(trace, span -> span.name().equals("group-commit points"))
                        .instance())
                .isEqualTo(batch.instance());
    }

    // Breaks when only the first of a batch can be followed to the statements that wrote it.
    @Test
    @Order(3)
    void followEachOfManyThatShareABatch() throws Exception {
        List<String> linked = new ArrayList<>();
        for (int round = 0; round < 20 && linked.isEmpty(); round++) {
            List<String> traces =
                    Stream.generate(TracesIT::newTrace).limit(CROWD).toList();
            try (var tills = Executors.newFixedThreadPool(CROWD)) {
                List<Future<?>> sent = new ArrayList<>();
                for (String trace : traces) {
                    sent.add(tills.submit(() -> purchase(node, trace)));
                }
                for (Future<?> each : sent) {
                    var _ = each.get();
                }
            }
            for (String trace : traces) {
                awaitWritten(node, trace);
                if (collector.trace(trace).stream()
                        .noneMatch(span -> span.name().equals("batch points"))) {
                    linked.add(trace);
                }
            }
        }

        assertThat(linked).isNotEmpty();
        for (String trace : linked) {
            Seen command = only(trace, span -> span.name().equals("group-commit points"));
            Seen batch = batchOf(command).orElseThrow();
            assertThat(batch.links()).contains(command.id());
            assertThat(Integer.parseInt(command.attributes().getOrDefault("merit.batch.size", "0")))
                    .isGreaterThan(1);
        }
    }

    @Test
    @Order(4)
    void leaveOutWhatItsCallerLeftOut() throws Exception {
        String untraced = newTrace();
        assertThat(send(node, "00-" + untraced + "-" + CALLER + "-00").isGood()).isTrue();
        String trace = newTrace();
        purchase(node, trace);

        awaitWritten(node, trace);
        assertThat(collector.trace(untraced)).isEmpty();
    }

    @Test
    @Order(5)
    void nameTheTraceInTheLog() throws Exception {
        String trace = newTrace();
        ObjectNode wrong = JsonNodeFactory.instance.objectNode().put("card_id", "none");
        int status = tenant.caller("partner")
                .send("POST", "/partner/transactions/purchase", parent(trace), Http.Body.json(wrong))
                .status();

        assertThat(status).isEqualTo(422);
        node.waitFor(
                ARRIVED,
                () -> node.said().lines().anyMatch(line -> line.contains("request_answered") && line.contains(trace)));
    }

    // Breaks when a path, a query, a header or the words of a failure get into a span.
    @Test
    @Order(6)
    void holdNothingThatCallersWrote() throws Exception {
        String trace = newTrace();
        List<String> headers = new ArrayList<>(parent(trace));
        headers.addAll(List.of("tracestate", MARK + "=1", "baggage", MARK + "=1", "User-Agent", MARK));
        Http admin = tenant.caller("admin");
        Http till = tenant.caller("partner");
        String mail = MARK + "-mail@planted.example";
        Http.Body member = Http.Body.json(
                JsonNodeFactory.instance.objectNode().put("email", mail).put("name", "Zqplant Member"));
        assertThat(admin.send("POST", "/admin/members", headers, member).status())
                .isEqualTo(201);
        // A duplicate is refused by the database, whose own words name the value.
        assertThat(admin.send("POST", "/admin/members", headers, member).status())
                .isEqualTo(409);
        assertThat(till.send("GET", "/partner/members?member_identifier=" + mail, headers, null)
                        .status())
                .isEqualTo(200);
        assertThat(till.send("GET", "/partner/members/" + MARK + "@planted.example", headers, null)
                        .status())
                .isEqualTo(404);
        ObjectNode bought = purchaseOf(mail).put("note", "Zqplant note");
        assertThat(till.send("POST", "/partner/transactions/purchase", headers, Http.Body.json(bought))
                        .status())
                .isEqualTo(201);
        Http anywhere = new Http(node.api().replace("/api/agent/v1", ""), till.key());
        var _ = anywhere.send("GET", "/" + MARK + "?q=" + MARK, headers, null);
        assertThat(raw("GET /%zz" + MARK + " HTTP/1.1\r\nHost: " + MARK + " " + MARK, trace))
                .startsWith("HTTP/1.1 4");
        assertThat(raw("GET http://" + MARK + ":port/ HTTP/1.1\r\nHost: " + MARK, trace))
                .startsWith("HTTP/1.1 ");
        var _ = anywhere.send("ZQPLANT", "/api/agent/v1/partner/clubs", headers, null);

        awaitWritten(node, trace);
        node.waitFor(
                ARRIVED,
                () -> collector.trace(trace).stream()
                                .filter(span -> span.parent().equals(CALLER))
                                .count()
                        >= 9);
        assertThat(collector.trace(trace)).extracting(Seen::name).contains("HTTP");
        assertThat(collector.texts())
                .noneMatch(text -> text.toLowerCase(Locale.ROOT).contains(MARK))
                .noneMatch(text -> text.contains(till.key()) || text.contains(ADMIN_KEY));
        assertThat(node.said().toLowerCase(Locale.ROOT)).doesNotContain(MARK);
    }

    // Breaks when whoever watches is taken for a customer.
    @Test
    @Order(7)
    void sayNothingOfHealthChecks() {
        assertThat(collector.all())
                .filteredOn(span -> span.kind() == SpanKind.SPAN_KIND_SERVER
                        && span.attributes().containsKey("http.request.method"))
                .extracting(Seen::name)
                .contains("points.purchase")
                .allMatch(name -> name.contains(".") || name.equals("GET") || name.equals("HTTP"));
        assertThat(collector.all())
                .filteredOn(span -> span.name().equals("Query"))
                .noneMatch(span -> span.parent().isEmpty());
    }

    @Test
    @Order(8)
    void arriveBeforeTheNodeHasStopped() throws Exception {
        String trace = newTrace();
        purchase(router, trace);

        assertThat(router.stop()).isZero();

        assertThat(collector.trace(trace)).anyMatch(span -> span.name().equals("points.purchase"));
    }

    // Breaks when requests or the end wait for the collector, or when each of its failures is told.
    @Test
    @Order(9)
    void costNothingWhenNobodyTakesThem() throws Exception {
        // Takes connections, and never answers.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings = cluster.environment(Map.of(
                    "MERIT_CLUSTER", "off", "MERIT_TRACES_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort()));
            RunningNode alone = RunningNode.start(directory.resolve("alone"), settings, "node");
            try {
                for (int i = 0; i < 300; i++) {
                    purchase(alone, newTrace());
                }
                alone.waitFor(ARRIVED, () -> alone.said().contains("traces_not_sent"));
                long asked = System.nanoTime();
                assertThat(alone.stop()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(10));
                assertThat(alone.said()).containsOnlyOnce("traces_not_sent").doesNotContain("io.opentelemetry");
            } finally {
                alone.close();
            }
        }
    }

    private static Map<String, String> settings(String endpoint) {
        return Map.of(
                "MERIT_ADMIN_KEY", ADMIN_KEY,
                "MERIT_LOG_FORMAT", "json",
                "MERIT_TRACES_ENDPOINT", endpoint,
                "MERIT_TRACES_SAMPLE_PERCENT", "100",
                "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
                "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1");
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static List<String> parent(String trace) {
        return List.of("traceparent", "00-" + trace + "-" + CALLER + "-01");
    }

    private void purchase(RunningNode at, String trace) {
        Http.Answer answer = send(at, "00-" + trace + "-" + CALLER + "-01");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private Http.Answer send(RunningNode at, String traceparent) {
        try {
            return new Http(at.api(), tenant.caller("partner").key())
                    .send(
                            "POST",
                            "/partner/transactions/purchase",
                            List.of("traceparent", traceparent),
                            Http.Body.json(purchaseOf(tenant.id("members"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode purchaseOf(String member) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("card_id", tenant.id("cards"))
                .put("member_identifier", member)
                .put("purchase_amount", 10);
    }

    /** The first line that a request is answered which no well-behaved client sends. */
    private String raw(String begin, String trace) throws IOException {
        String headers =
                "\r\nConnection: close\r\ntraceparent: " + parent(trace).getLast() + "\r\n\r\n";
        int port = node.description().get("http_port").intValue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((begin + headers).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Waits for the request's own span, and for the commit that its command leads to. */
    private void awaitWritten(RunningNode at, String trace) throws Exception {
        at.waitFor(
                ARRIVED,
                () -> collector.trace(trace).stream()
                                .anyMatch(span -> span.parent().equals(CALLER))
                        && collector.trace(trace).stream()
                                .filter(span -> span.name().equals("group-commit points"))
                                .anyMatch(command -> batchOf(command).stream()
                                        .flatMap(batch -> statements(batch).stream())
                                        .anyMatch(span -> span.isStatement("COMMIT"))));
    }

    /** Below the command, or linked from it. */
    private Optional<Seen> batchOf(Seen command) {
        return collector.all().stream()
                .filter(span -> span.name().equals("batch points"))
                .filter(span ->
                        span.parent().equals(command.id()) || command.links().contains(span.id()))
                .findFirst();
    }

    private List<Seen> statements(Seen batch) {
        return collector.all().stream()
                .filter(span -> span.name().equals("Query") && span.parent().equals(batch.id()))
                .toList();
    }

    private Seen only(String trace, Predicate<Seen> wanted) {
        List<Seen> found = collector.trace(trace).stream().filter(wanted).toList();
        assertThat(found).as(() -> collector.trace(trace).toString()).hasSize(1);
        return found.getFirst();
    }
}
