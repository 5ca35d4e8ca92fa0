package dev.merit.router.routes;

import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.PointsRequest.ListDays;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;

/** Figures for operators. */
final class AnalyticsRoutes implements Routes {
    private final Bus bus;

    AnalyticsRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("points.listDays", this::listDays);
    }

    private Future<Reply> listDays(Call call) {
        return bus.ask(new ListDays(
                        call.filter("from", LocalDate::parse),
                        call.filter("to", LocalDate::parse),
                        call.filter("partner_id", id -> new PartnerId(UUID.fromString(id)))))
                .map(Reply::plain);
    }
}
