package dev.merit.events;

import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A node that hosts nothing but the relay. */
final class RelayNode implements AutoCloseable {
    final Vertx vertx;
    final Bus bus;
    final Database database;
    final EventsVerticle verticle;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private final CountDownLatch paused = new CountDownLatch(1);

    RelayNode(PostgresFixture postgres, String bootstrapServers) {
        // One event loop, so that blocking it stops the whole relay; its warnings are what the test wants.
        vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setBlockedThreadCheckInterval(TimeUnit.HOURS.toMillis(1)));
        bus = Bus.of(vertx);
        database = postgres.open(vertx);
        verticle = new EventsVerticle(vertx, bus, database, bootstrapServers, meters);
    }

    void start() {
        OutboxWriter.done(vertx.deployVerticle(verticle));
    }

    /** As a stopped process: timers, answers and closed connections are noticed only after {@link #resume}. */
    void pause() {
        vertx.runOnContext(ignored -> {
            try {
                var unused = paused.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void resume() {
        paused.countDown();
    }

    double count(String meter) {
        return meters.get(meter).counter().count();
    }

    @Override
    public void close() {
        resume();
        OutboxWriter.done(vertx.close());
    }
}
