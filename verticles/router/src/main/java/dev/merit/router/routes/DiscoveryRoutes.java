package dev.merit.router.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.discovery.DiscoveryRequest.Discover;
import dev.merit.contracts.discovery.DiscoveryRequest.Resolve;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to join, and what a scanned code leads to. */
final class DiscoveryRoutes implements Routes {
    private final Bus bus;

    DiscoveryRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("discovery.discover", this::discover, "discovery.resolve", this::resolve);
    }

    private Future<Reply> discover(Call call) {
        return bus.ask(new Discover(call.member())).map(Reply::plain);
    }

    private Future<Reply> resolve(Call call) {
        return bus.ask(new Resolve(call.member(), text(call, "url"), text(call, "identifier")))
                .map(Reply::plain);
    }

    private static @Nullable String text(Call call, String field) {
        JsonNode value = call.body().path(field);
        return value.isTextual() ? value.asText() : null;
    }
}
