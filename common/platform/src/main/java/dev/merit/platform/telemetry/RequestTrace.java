package dev.merit.platform.telemetry;

import io.opentelemetry.api.trace.Span;
import org.jspecify.annotations.Nullable;

/** The span of a request that is being served, when it is one of those that are traced. */
public final class RequestTrace {
    /** Of a request that is not traced. */
    public static final RequestTrace NONE = new RequestTrace(null);

    private final @Nullable Span span;

    private RequestTrace(@Nullable Span span) {
        this.span = span;
    }

    /** That of the request at hand. Only to be asked where Vert.x was given something to trace with. */
    public static RequestTrace current() {
        Span span = Span.current();
        return span.getSpanContext().isSampled() ? new RequestTrace(span) : NONE;
    }

    /** Vert.x knows the method only. */
    public void name(String operation) {
        if (span != null) {
            var unused = span.updateName(operation);
        }
    }

    /** What finds it where traces are kept. */
    public @Nullable String id() {
        return span == null ? null : span.getSpanContext().getTraceId();
    }
}
