package dev.merit.router.routes;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.points.PointsRequest.CreateTier;
import dev.merit.contracts.points.PointsRequest.DeleteTier;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.points.PointsRequest.ListTiers;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.contracts.points.PointsRequest.UpdateTier;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Tiers of a partner's clubs. */
final class TierRoutes implements Routes {
    private final Bus bus;

    TierRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.listTiers", this::list,
                "points.findTier", this::find,
                "points.createTier", this::create,
                "points.updateTier", this::update,
                "points.deleteTier", this::delete);
    }

    private Future<Reply> list(Call call) {
        ClubId club = call.filter("club_id", id -> new ClubId(UUID.fromString(id)));
        return bus.ask(new ListTiers(call.partner(), club, call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindTier(call.partner(), tier(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        var fields = call.body(TierFields.class);
        return bus.command(new CreateTier(call.partner(), fields, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateTier(call.partner(), tier(call), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteTier(call.partner(), tier(call), call.origin()))
                .map(Reply::done);
    }

    private static TierId tier(Call call) {
        return call.id("id", TierId::new);
    }
}
