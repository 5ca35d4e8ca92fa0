package dev.merit.router.routes;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.CreateCard;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Loyalty cards of a partner. */
final class CardRoutes implements Routes {
    private final Bus bus;

    CardRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.listCards", this::list,
                "points.findCard", this::find,
                "points.createCard", this::create,
                "points.updateCard", this::update,
                "points.deleteCard", this::delete);
    }

    private Future<Reply> list(Call call) {
        ClubId club = call.filter("club_id", id -> new ClubId(UUID.fromString(id)));
        return bus.ask(new ListCards(call.partner(), club, call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindCard(call.partner(), card(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        var fields = call.body(CardFields.class);
        int limit = call.limits().cards();
        return bus.command(new CreateCard(call.partner(), fields, limit, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateCard(call.partner(), card(call), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteCard(call.partner(), card(call), call.origin()))
                .map(Reply::done);
    }

    private static CardId card(Call call) {
        return call.id("id", CardId::new);
    }
}
