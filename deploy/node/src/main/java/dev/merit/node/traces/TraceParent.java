package dev.merit.node.traces;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes {@code traceparent} from callers, and not {@code tracestate}: that may hold any text. */
final class TraceParent implements TextMapPropagator {
    private static final String FIELD = "traceparent";
    private static final W3CTraceContextPropagator STANDARD = W3CTraceContextPropagator.getInstance();

    @Override
    public Collection<String> fields() {
        return List.of(FIELD);
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
        STANDARD.inject(context, carrier, setter);
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
        return STANDARD.extract(context, carrier, new TextMapGetter<>() {
            @Override
            public Iterable<String> keys(C from) {
                return fields();
            }

            @Override
            public @Nullable String get(@Nullable C from, String key) {
                return key.equals(FIELD) ? getter.get(from, key) : null;
            }
        });
    }
}
