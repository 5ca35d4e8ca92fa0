package dev.merit.node.traces;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.Set;

/**
 * A span as it may leave the house: only what is on the list, where nothing is written by a caller. Paths and queries
 * hold addresses of members and what people search for, and the words of a failure quote what was sent.
 */
final class PlainSpan extends DelegatingSpanData {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("http.response.status_code");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    /** Statements hold no values: those are parameters. */
    private static final Set<String> SHOWN = Set.of(
            METHOD.getKey(),
            STATUS.getKey(),
            DESTINATION.getKey(),
            "messaging.system",
            "messaging.operation.name",
            "db.system",
            "db.namespace",
            "db.query.text",
            "network.peer.address",
            "merit.batch.size",
            "merit.batch.wait_micros",
            "exception.type");

    private final Attributes attributes;

    PlainSpan(SpanData span) {
        super(span);
        this.attributes = shown(span.getAttributes());
    }

    @Override
    public String getName() {
        String name = super.getName();
        String destination = attributes.get(DESTINATION);
        if (destination != null) {
            return name + " " + destination;
        }
        return name.equals(super.getAttributes().get(METHOD)) && !METHODS.contains(name) ? "HTTP" : name;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    public List<EventData> getEvents() {
        return super.getEvents().stream()
                .map(event -> EventData.create(event.getEpochNanos(), event.getName(), shown(event.getAttributes())))
                .toList();
    }

    /** Vert.x does not say what has failed. */
    @Override
    public StatusData getStatus() {
        String status = attributes.get(STATUS);
        boolean failed = super.getStatus().getStatusCode() == StatusCode.ERROR
                || !super.getEvents().isEmpty()
                || (status != null && status.startsWith("5"));
        return failed ? StatusData.error() : StatusData.unset();
    }

    private static Attributes shown(Attributes all) {
        AttributesBuilder kept = all.toBuilder().removeIf(key -> !SHOWN.contains(key.getKey()));
        String method = all.get(METHOD);
        if (method != null && !METHODS.contains(method)) {
            var unused = kept.put(METHOD, "_OTHER");
        }
        return kept.build();
    }
}
