package dev.merit.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Answer;
import dev.merit.contracts.Command;
import dev.merit.contracts.Done;
import dev.merit.contracts.Page;
import dev.merit.contracts.Request;
import dev.merit.contracts.discovery.DiscoveryRequest;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.WalletRequest;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.vouchers.VouchersRequest;
import dev.merit.platform.Json;
import dev.merit.platform.bus.Bus;
import dev.merit.router.openapi.ApiDocument;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Serves every domain on a real bus. Keys are those that were added; any other request is answered with the example
 * that the document gives for its reply, unless a test says otherwise with {@link #on}.
 */
final class FakeDomains {
    private final ObjectNode document = ApiDocument.load().json();
    private final Map<String, TestKey> keys = new ConcurrentHashMap<>();
    private final Map<Class<?>, Function<Request<?>, Future<Answer>>> answers = new ConcurrentHashMap<>();
    final List<Request<?>> asked = new CopyOnWriteArrayList<>();
    final List<AuditRow> audited = new CopyOnWriteArrayList<>();
    final AtomicInteger lookUps = new AtomicInteger();

    FakeDomains(Bus bus) {
        Eventually.get(bus.serve(KeysRequest.ADDRESS, KeysRequest.class, this::answer));
        Eventually.get(bus.serve(RegistryRequest.ADDRESS, RegistryRequest.class, this::answer));
        Eventually.get(bus.serve(PointsRequest.ADDRESS, PointsRequest.class, this::answer));
        Eventually.get(bus.serve(WalletRequest.ADDRESS, WalletRequest.class, this::answer));
        Eventually.get(bus.serve(StampsRequest.ADDRESS, StampsRequest.class, this::answer));
        Eventually.get(bus.serve(VouchersRequest.ADDRESS, VouchersRequest.class, this::answer));
        Eventually.get(bus.serve(DiscoveryRequest.ADDRESS, DiscoveryRequest.class, this::answer));
    }

    /** Makes a key known. */
    void add(TestKey key) {
        keys.put(hashOf(key.text), key);
    }

    /** Answers one kind of request from now on; the function may throw a problem. */
    <Q extends Request<?>> void on(Class<Q> type, Function<Q, Future<Answer>> answer) {
        answers.put(type, request -> answer.apply(type.cast(request)));
    }

    void forgetAnswers() {
        answers.clear();
        asked.clear();
    }

    /** The last request of a kind that a domain was asked. */
    <Q extends Request<?>> Q last(Class<Q> type) {
        for (Request<?> request : asked.reversed()) {
            if (type.isInstance(request)) {
                return type.cast(request);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " was asked");
    }

    /** The reply record that the document's example shows. */
    <R extends Record> R example(Class<R> type) {
        try {
            if (Page.class.isAssignableFrom(type)) {
                String row = type.getSimpleName().replaceFirst("Page$", "");
                ObjectNode page = Json.MAPPER.createObjectNode();
                page.putArray("items").add(exampleOf(row));
                page.set("pagination", exampleOf("Pagination"));
                return Json.MAPPER.treeToValue(page, type);
            }
            return Json.MAPPER.treeToValue(exampleOf(type.getSimpleName()), type);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(type + " is not what its example shows", e);
        }
    }

    private JsonNode exampleOf(String schema) {
        JsonNode example = document.at("/components/schemas/" + schema + "/example");
        if (example.isMissingNode()) {
            throw new AssertionError("the document has no example of " + schema);
        }
        return example;
    }

    private Future<Answer> answer(Request<?> request) {
        if (request instanceof AppendAudit append && !answers.containsKey(AppendAudit.class)) {
            audited.addAll(append.rows());
            return Future.succeededFuture(append.reply(new Acknowledged()));
        }
        if (request instanceof Authenticate authenticate) {
            lookUps.incrementAndGet();
            if (!answers.containsKey(Authenticate.class)) {
                TestKey key = keys.get(authenticate.keyHash());
                return Future.succeededFuture(
                        authenticate.reply(new Authenticated(key == null ? null : key.identity())));
            }
        } else {
            asked.add(request);
        }
        var answer = answers.get(request.getClass());
        return answer == null ? Future.succeededFuture(usual(request)) : answer.apply(request);
    }

    @SuppressWarnings("unchecked") // The type argument of the request is its reply's type.
    private Answer usual(Request<?> request) {
        Record body = example(replyType(request.getClass()));
        return request instanceof Command<?> command
                ? ((Command<Record>) command).reply(Done.fresh(body))
                : ((Request<Record>) request).reply(body);
    }

    private static Class<? extends Record> replyType(Class<?> request) {
        for (Type each : request.getGenericInterfaces()) {
            if (each instanceof ParameterizedType type && type.getActualTypeArguments()[0] instanceof Class<?> reply) {
                return reply.asSubclass(Record.class);
            }
        }
        throw new AssertionError(request + " has no reply");
    }

    private static String hashOf(String key) {
        return HexFormat.of().formatHex(Json.sha256(key.getBytes(StandardCharsets.UTF_8)));
    }
}
