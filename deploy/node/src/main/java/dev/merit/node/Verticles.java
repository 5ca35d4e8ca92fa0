package dev.merit.node;

import dev.merit.discovery.DiscoveryVerticle;
import dev.merit.events.EventsVerticle;
import dev.merit.keys.KeysVerticle;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.points.PointsVerticle;
import dev.merit.registry.RegistryVerticle;
import dev.merit.router.Outline;
import dev.merit.router.RouterVerticle;
import dev.merit.stamps.StampsVerticle;
import dev.merit.vouchers.VouchersVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs on this node. Who serves comes first and the router last, so that no request finds a part missing. */
final class Verticles {
    private static final Logger LOGGER = LoggerFactory.getLogger(Verticles.class);

    private static final Duration DEPLOY_LIMIT = Duration.ofSeconds(30);

    /** What a part may need once its requests are answered: the router hands its audit rows over. */
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(6);

    private static final Duration LATE = Duration.ofSeconds(1);

    /** The order of starting. */
    static final List<String> ORDER =
            List.of("keys", "registry", "points", "stamps", "vouchers", "discovery", "events", "router");

    /**
     * What the parts are made from.
     *
     * @param bootstrapServers empty when nothing is published
     * @param outline the API's, for nodes with a router
     */
    record Supplies(
            Vertx vertx,
            Bus bus,
            Database database,
            Settings settings,
            MeterRegistry meters,
            Optional<String> bootstrapServers,
            Supplier<Outline> outline) {}

    private final Supplies supplies;
    private final Set<String> wanted;
    private final Set<String> deployed = new LinkedHashSet<>();
    /** Of the parts, in nanoseconds of this machine; 0 until the first is stopped. */
    private long endsBy;

    private @Nullable RouterVerticle router;
    private @Nullable EventsVerticle events;

    Verticles(Supplies supplies, Set<String> wanted) {
        this.supplies = supplies;
        this.wanted = new LinkedHashSet<>(wanted);
        if (supplies.bootstrapServers().isEmpty()) {
            // Nobody publishes: the outbox keeps everything until somebody does.
            this.wanted.remove("events");
        }
    }

    /** Starts the wanted parts one after the other, and tells the teardown how to end each. */
    void deploy(Teardown teardown) {
        for (String name : ORDER) {
            if (!wanted.contains(name)) {
                continue;
            }
            List<String> ids = start(name);
            synchronized (deployed) {
                deployed.add(name);
            }
            teardown.add(name, () -> undeploy(name, ids));
            LOGGER.atInfo().addKeyValue("verticle", name).log("verticle_deployed");
        }
    }

    boolean runs(String name) {
        synchronized (deployed) {
            return deployed.contains(name);
        }
    }

    /** Whether everything that was wanted is there. */
    boolean complete() {
        synchronized (deployed) {
            return deployed.containsAll(wanted);
        }
    }

    /** The port of the API, or 0 on a node without a router. */
    int httpPort() {
        return router == null ? 0 : router.port();
    }

    /** What brings events to Kafka; empty on a node that publishes nothing. */
    Optional<EventsVerticle> publisher() {
        return Optional.ofNullable(events);
    }

    private List<String> start(String name) {
        return switch (name) {
            case "keys" ->
                List.of(deploy(name, new KeysVerticle(supplies.bus(), supplies.database(), supplies.settings())));
            case "registry" -> List.of(deploy(name, new RegistryVerticle(supplies.bus(), supplies.database())));
            case "points" ->
                List.of(deploy(
                        name,
                        new PointsVerticle(
                                supplies.bus(), supplies.database(), supplies.settings(), supplies.meters())));
            case "stamps" ->
                List.of(deploy(name, new StampsVerticle(supplies.bus(), supplies.database(), supplies.meters())));
            case "vouchers" ->
                List.of(deploy(name, new VouchersVerticle(supplies.bus(), supplies.database(), supplies.meters())));
            case "discovery" ->
                List.of(deploy(
                        name,
                        new DiscoveryVerticle(
                                supplies.bus(), supplies.settings().showing().patience())));
            case "events" -> startEvents(name);
            case "router" -> startRouter(name);
            default -> throw new IllegalArgumentException("there is no part " + name);
        };
    }

    private List<String> startEvents(String name) {
        EventsVerticle relay = new EventsVerticle(
                supplies.vertx(),
                supplies.bus(),
                supplies.database(),
                supplies.bootstrapServers().orElseThrow(),
                supplies.meters());
        events = relay;
        return List.of(deploy(name, relay));
    }

    /** One instance an event loop, which share the port; a port that the system chose cannot be shared. */
    private List<String> startRouter(String name) {
        Settings.Http http = supplies.settings().http();
        RouterVerticle first = new RouterVerticle(
                supplies.bus(),
                supplies.settings(),
                supplies.meters(),
                supplies.outline().get());
        List<String> ids = new ArrayList<>();
        try {
            ids.add(deploy(name, first));
            int instances = http.port() == 0 ? 1 : http.eventLoops();
            for (int i = 1; i < instances; i++) {
                ids.add(deploy(name, first.another()));
            }
        } catch (StartFailed e) {
            throw new StartFailed(
                    "Cannot listen on " + http.host() + ":" + http.port() + " for the API: " + e.getMessage()
                            + ". Choose another MERIT_HTTP_PORT.",
                    e);
        }
        router = first;
        return ids;
    }

    private String deploy(String name, Deployable part) {
        return Waiting.on(supplies.vertx().deployVerticle(part), DEPLOY_LIMIT, "Starting the part \"" + name + "\"");
    }

    private void undeploy(String name, List<String> ids) {
        synchronized (deployed) {
            deployed.remove(name);
        }
        Waiting.done(
                Future.join(ids.stream().map(supplies.vertx()::undeploy).toList()),
                patience(),
                "Stopping the part \"" + name + "\"");
    }

    /** All parts together have the time to drain, and some more to hand over; who comes late has a moment. */
    private Duration patience() {
        if (endsBy == 0) {
            endsBy = System.nanoTime()
                    + supplies.settings().drain().plus(HAND_OVER_LIMIT).toNanos();
        }
        return Duration.ofNanos(Math.max(LATE.toNanos(), endsBy - System.nanoTime()));
    }
}
