package dev.merit.node.traces;

import dev.merit.platform.config.Settings;
import dev.merit.platform.telemetry.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the spans of this node to the collector that is configured. Whatever it cannot take in time is dropped:
 * nothing waits for it, neither a request nor, for more than two seconds, the end.
 */
public final class TraceExport {
    /** The library's own words go to standard error, past our log, each time that a collector is away. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private static final int QUEUE_MAX = 4_096;
    private static final int TEXT_MAX = 2_000;
    private static final Duration GATHER = Duration.ofSeconds(1);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration SEND_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final @Nullable OpenTelemetrySdk library;

    private TraceExport(@Nullable OpenTelemetrySdk library) {
        this.library = library;
    }

    /** Sends nothing until there are spans, and has no thread when nothing is to be traced. */
    public static TraceExport of(Settings.Tracing settings) {
        return new TraceExport(settings.endpoint()
                .map(endpoint -> library(endpoint, settings.samplePercent()))
                .orElse(null));
    }

    /** What Vert.x is to trace with. One that is not told would take what it finds on the class path. */
    public VertxTracerFactory tracer() {
        return library == null ? VertxTracerFactory.NOOP : new OpenTelemetryTracingFactory(library);
    }

    public Traces traces() {
        return library == null ? Traces.off() : Traces.with(library);
    }

    /** Sends what there is. */
    public void close() {
        if (library != null) {
            var unused = library.getSdkTracerProvider().shutdown().join(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static OpenTelemetrySdk library(String endpoint, int samplePercent) {
        LIBRARY.setLevel(Level.OFF);
        return OpenTelemetrySdk.builder()
                .setPropagators(ContextPropagators.create(new TraceParent()))
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.getDefault().merge(resource()))
                        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(samplePercent / 100.0)))
                        .setSpanLimits(SpanLimits.builder()
                                .setMaxAttributeValueLength(TEXT_MAX)
                                .build())
                        .addSpanProcessor(queue(endpoint))
                        .build())
                .build();
    }

    @SuppressWarnings("resource") // The queue closes what it sends to, and is closed with the library.
    private static BatchSpanProcessor queue(String endpoint) {
        OtlpHttpSpanExporter sender = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint + "/v1/traces")
                .setConnectTimeout(CONNECT_LIMIT)
                .setTimeout(SEND_LIMIT)
                .setRetryPolicy(null)
                .build();
        return BatchSpanProcessor.builder(new SpanSender(sender))
                .setMaxQueueSize(QUEUE_MAX)
                .setScheduleDelay(GATHER)
                .setExporterTimeout(SEND_LIMIT)
                .build();
    }

    private static Resource resource() {
        return Resource.create(Attributes.of(
                AttributeKey.stringKey("service.name"),
                "merit",
                AttributeKey.stringKey("service.instance.id"),
                // The process and its host.
                ManagementFactory.getRuntimeMXBean().getName()));
    }
}
