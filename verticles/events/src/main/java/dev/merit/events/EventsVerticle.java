package dev.merit.events;

import dev.merit.contracts.Notice;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Optional;

/** Brings events from the outbox to Kafka. One instance a node; on any number of nodes they share the work safely. */
public final class EventsVerticle extends VerticleBase {
    private final Bus bus;
    private final OutboxRelay relay;

    public EventsVerticle(Vertx vertx, Bus bus, Database database, String bootstrapServers, MeterRegistry meters) {
        this.bus = bus;
        this.relay = new OutboxRelay(vertx, database, bootstrapServers, meters);
    }

    @Override
    public Future<?> start() {
        relay.start();
        return bus.listen(Notice.OutboxFilled.class, notice -> relay.wake());
    }

    @Override
    public Future<?> stop() {
        return relay.stop();
    }

    /** For readiness, from any thread: the age of the oldest event that waits in the outbox; 0 when none does. */
    public long lagSeconds() {
        return relay.lagSeconds();
    }

    /** For readiness, from any thread: events put aside because Kafka refused them or one before them. */
    public long parked() {
        return relay.parked();
    }

    /** For readiness, from any thread: why nothing may be published although Kafka is there; empty when all is well. */
    public Optional<String> halted() {
        return relay.halted();
    }
}
