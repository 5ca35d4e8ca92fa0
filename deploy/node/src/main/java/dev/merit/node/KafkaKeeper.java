package dev.merit.node;

import dev.merit.embedded.EmbeddedKafka;
import dev.merit.embedded.KafkaOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the embedded Kafka running. When its process dies the node goes on, as the outbox holds what cannot be
 * published, and the broker is started again on the same port, so that clients find it.
 */
final class KafkaKeeper implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaKeeper.class);

    private static final Duration PAUSE_FIRST = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration INTERRUPT_LIMIT = Duration.ofSeconds(10);

    private final KafkaOptions options;
    private EmbeddedKafka server;
    private @Nullable Thread restarter;
    private boolean closing;

    private KafkaKeeper(KafkaOptions options, EmbeddedKafka server) {
        this.options = options;
        this.server = server;
    }

    static KafkaKeeper start(KafkaOptions options) {
        EmbeddedKafka server = EmbeddedKafka.start(options);
        KafkaKeeper keeper = new KafkaKeeper(options.withPort(server.port()), server);
        keeper.watch(server);
        return keeper;
    }

    synchronized String bootstrapServers() {
        return server.bootstrapServers();
    }

    private void watch(EmbeddedKafka watched) {
        var unused = watched.onExit().thenAccept(this::died);
    }

    private synchronized void died(int status) {
        if (closing) {
            return;
        }
        LOGGER.atError().addKeyValue("status", status).log("kafka_died");
        restarter = Thread.ofPlatform().daemon().name("kafka-restart").start(this::restart);
    }

    private void restart() {
        server.close();
        Duration pause = PAUSE_FIRST;
        while (true) {
            try {
                Thread.sleep(pause);
                EmbeddedKafka again = EmbeddedKafka.start(options);
                if (!take(again)) {
                    again.close();
                    return;
                }
                LOGGER.atInfo().addKeyValue("pid", again.pid()).log("kafka_restarted");
                watch(again);
                return;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                LOGGER.atWarn().addKeyValue("cause", e.getMessage()).log("kafka_restart_failed");
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            }
        }
    }

    private synchronized boolean take(EmbeddedKafka again) {
        if (!closing) {
            server = again;
        }
        return !closing;
    }

    @Override
    public void close() {
        Thread running;
        EmbeddedKafka last;
        synchronized (this) {
            closing = true;
            running = restarter;
            last = server;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(INTERRUPT_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        last.close();
    }
}
