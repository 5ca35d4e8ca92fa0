package dev.merit.router.routes;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.StampsRequest.AddStamps;
import dev.merit.contracts.stamps.StampsRequest.CreateStampCard;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.FindStampCard;
import dev.merit.contracts.stamps.StampsRequest.ListStampCards;
import dev.merit.contracts.stamps.StampsRequest.RedeemStamps;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.contracts.stamps.StampsRequest.StampFields;
import dev.merit.contracts.stamps.StampsRequest.StampRedemptionFields;
import dev.merit.contracts.stamps.StampsRequest.UpdateStampCard;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Stamp cards of a partner, and the stamps on them. */
final class StampCardRoutes implements Routes {
    private final Bus bus;

    StampCardRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "stamps.listStampCards", this::list,
                "stamps.findStampCard", this::find,
                "stamps.createStampCard", this::create,
                "stamps.updateStampCard", this::update,
                "stamps.deleteStampCard", this::delete,
                "stamps.addStamps", this::addStamps,
                "stamps.redeemStamps", this::redeemStamps);
    }

    private Future<Reply> list(Call call) {
        ClubId club = call.filter("club_id", id -> new ClubId(UUID.fromString(id)));
        return bus.ask(new ListStampCards(call.partner(), club, call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindStampCard(call.partner(), stampCard(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        var fields = call.body(StampCardFields.class);
        int limit = call.limits().stampCards();
        return bus.command(new CreateStampCard(call.partner(), fields, limit, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateStampCard(call.partner(), stampCard(call), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteStampCard(call.partner(), stampCard(call), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> addStamps(Call call) {
        var fields = call.body(StampFields.class);
        return bus.command(new AddStamps(call.partner(), stampCard(call), fields, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> redeemStamps(Call call) {
        var fields = call.body(StampRedemptionFields.class);
        return bus.command(new RedeemStamps(call.partner(), stampCard(call), fields, call.origin()))
                .map(Reply::done);
    }

    private static StampCardId stampCard(Call call) {
        return call.id("id", StampCardId::new);
    }
}
