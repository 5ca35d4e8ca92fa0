package dev.merit.discovery;

import dev.merit.contracts.Answer;
import dev.merit.contracts.discovery.DiscoveryRequest;
import dev.merit.contracts.discovery.DiscoveryRequest.Discover;
import dev.merit.contracts.discovery.DiscoveryRequest.FindShown;
import dev.merit.contracts.discovery.DiscoveryRequest.ListShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Resolve;
import dev.merit.discovery.app.DiscoveryService;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Serves discovery on the event bus. It only routes: the service asks the other domains. */
public final class DiscoveryVerticle extends VerticleBase {
    private final Bus bus;
    private final Duration patience;

    private DiscoveryService discovery;

    /**
     * Makes the verticle.
     *
     * @param patience how long one domain is waited for before the others' answers go out without it
     */
    @SuppressWarnings("NullAway.Init") // The service is made in start(), on the verticle's own context.
    public DiscoveryVerticle(Bus bus, Duration patience) {
        this.bus = bus;
        this.patience = patience;
    }

    @Override
    public Future<?> start() {
        discovery = new DiscoveryService(bus, patience);
        return bus.serve(DiscoveryRequest.ADDRESS, DiscoveryRequest.class, this::answer);
    }

    private Future<Answer> answer(DiscoveryRequest<?> request) {
        return switch (request) {
            case Discover query -> discovery.discover(query).map(query::reply);
            case Resolve query -> discovery.resolve(query).map(query::reply);
            case FindShown query -> discovery.findShown(query).map(query::reply);
            case ListShown query -> discovery.listShown().map(query::reply);
        };
    }
}
