package dev.merit.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Takes traces as a collector does, and keeps them for whoever looks. */
final class OtlpCollector implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    private final HttpServer server;
    private final Queue<Seen> spans = new ConcurrentLinkedQueue<>();
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();

    /** A span, its ids in the form in which headers have them, and the node that made it. */
    record Seen(
            String instance,
            String trace,
            String id,
            String parent,
            Span.SpanKind kind,
            String name,
            Map<String, String> attributes,
            List<String> links) {
        boolean isStatement(String beginning) {
            return attributes.getOrDefault("db.query.text", "").strip().startsWith(beginning);
        }
    }

    OtlpCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var _ = server.createContext("/v1/traces", this::take);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What came of a trace so far. */
    List<Seen> trace(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    List<Seen> all() {
        return List.copyOf(spans);
    }

    /** All that came, byte by byte. */
    List<String> texts() {
        return List.copyOf(texts);
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        texts.add(new String(body, StandardCharsets.ISO_8859_1));
        for (ResourceSpans each : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
            String instance = texts(each.getResource().getAttributesList()).getOrDefault("service.instance.id", "");
            for (ScopeSpans scope : each.getScopeSpansList()) {
                scope.getSpansList().forEach(span -> spans.add(seen(instance, span)));
            }
        }
        byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        exchange.close();
    }

    private static Seen seen(String instance, Span span) {
        return new Seen(
                instance,
                HEX.formatHex(span.getTraceId().toByteArray()),
                HEX.formatHex(span.getSpanId().toByteArray()),
                HEX.formatHex(span.getParentSpanId().toByteArray()),
                span.getKind(),
                span.getName(),
                texts(span.getAttributesList()),
                span.getLinksList().stream()
                        .map(link -> HEX.formatHex(link.getSpanId().toByteArray()))
                        .toList());
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, each -> text(each.getValue())));
    }

    private static String text(AnyValue value) {
        return value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntValue());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
