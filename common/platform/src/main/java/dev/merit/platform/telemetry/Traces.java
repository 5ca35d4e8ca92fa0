package dev.merit.platform.telemetry;

import dev.merit.contracts.ProblemException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans of group commit. Vert.x follows a request from HTTP over the bus to its domain, but there many requests
 * become one batch, which is nobody's child.
 *
 * <p>So each command has a span below its request's, from its arrival to its answer. The batch is a span below the
 * first of them that is traced, and has the statements below it; the others and the batch are linked both ways. When
 * nobody in it is traced a batch has no span, and when tracing is off this costs a comparison.
 */
public final class Traces {
    private static final String SCOPE = "dev.merit";
    private static final String SIZE = "merit.batch.size";
    private static final String WAIT = "merit.batch.wait_micros";
    private static final Traces OFF = new Traces(null);

    private final @Nullable Tracer tracer;

    private Traces(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /** Where nothing is traced. */
    public static Traces off() {
        return OFF;
    }

    /** For a Vert.x that traces with the same. */
    public static Traces with(OpenTelemetry telemetry) {
        return new Traces(telemetry.getTracer(SCOPE));
    }

    /**
     * A command of the request at hand begins to wait for its batch.
     *
     * @param domain whose command it is
     * @param answer ends its span
     */
    public Command command(String domain, Future<?> answer) {
        Tracer using = tracer;
        if (using == null || !Span.current().getSpanContext().isSampled()) {
            return Command.NONE;
        }
        Span span = using.spanBuilder("group-commit " + domain).startSpan();
        var unused = answer.onComplete(answered -> end(span, answered));
        return new Command(span);
    }

    /** A batch begins to be written. It has to be told when it has been. */
    public <P> Batch batch(String domain, List<P> waiting, Function<P, Command> traceOf) {
        Tracer using = tracer;
        if (using == null) {
            return Batch.NONE;
        }
        List<Span> traced = new ArrayList<>();
        for (P each : waiting) {
            Command command = traceOf.apply(each);
            if (command.span != null) {
                command.begin(command.span, waiting.size());
                traced.add(command.span);
            }
        }
        return traced.isEmpty() ? Batch.NONE : new Batch(batchOf(using, domain, traced));
    }

    private static Span batchOf(Tracer tracer, String domain, List<Span> traced) {
        Span batch = tracer.spanBuilder("batch " + domain)
                .setParent(Context.root().with(traced.getFirst()))
                .startSpan();
        for (Span other : traced.subList(1, traced.size())) {
            batch.addLink(other.getSpanContext());
            other.addLink(batch.getSpanContext());
        }
        return batch;
    }

    private static void end(Span span, AsyncResult<?> result) {
        // A refusal is an answer like any other.
        if (result.failed() && !(result.cause() instanceof ProblemException)) {
            var unused = span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** A command that waits, and what is said of it once its batch begins. */
    public static final class Command {
        private static final Command NONE = new Command(null);

        private final @Nullable Span span;
        private final long since = System.nanoTime();
        private boolean begun;

        private Command(@Nullable Span span) {
            this.span = span;
        }

        /** Whoever is tried again has waited once only. */
        private void begin(Span own, int size) {
            if (!begun) {
                begun = true;
                var unused = own.setAttribute(SIZE, size)
                        .setAttribute(WAIT, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - since));
            }
        }
    }

    /** One try to write a batch. */
    public static final class Batch {
        private static final Batch NONE = new Batch(null);

        private final @Nullable Span span;

        private Batch(@Nullable Span span) {
            this.span = span;
        }

        /** Statements that are sent in here, before it returns, belong to the batch. */
        public <T> T during(Supplier<T> sending) {
            if (span == null) {
                return sending.get();
            }
            try (Scope _ = span.makeCurrent()) {
                return sending.get();
            }
        }

        /** It was written, or not. */
        public void end(AsyncResult<?> result) {
            if (span != null) {
                Traces.end(span, result);
            }
        }
    }
}
