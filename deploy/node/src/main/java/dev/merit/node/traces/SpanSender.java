package dev.merit.node.traces;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the collector of each span what {@link PlainSpan} leaves of it, and tells once a minute what it did not take. */
final class SpanSender implements SpanExporter {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpanSender.class);
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final SpanExporter collector;
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicLong nextWord = new AtomicLong(System.nanoTime());

    SpanSender(SpanExporter collector) {
        this.collector = collector;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode sent =
                collector.export(spans.stream().<SpanData>map(PlainSpan::new).toList());
        return sent.whenComplete(() -> {
            if (!sent.isSuccess()) {
                lose(count);
            }
        });
    }

    private void lose(int count) {
        int sum = lost.addAndGet(count);
        long due = nextWord.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextWord.compareAndSet(due, now + QUIET_NANOS)) {
            lost.addAndGet(-sum);
            LOGGER.atWarn().addKeyValue("spans", sum).log("traces_not_sent");
        }
    }

    @Override
    public CompletableResultCode flush() {
        return collector.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return collector.shutdown();
    }
}
