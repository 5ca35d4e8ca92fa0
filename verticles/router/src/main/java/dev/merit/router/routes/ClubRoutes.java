package dev.merit.router.routes;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.CreateClub;
import dev.merit.contracts.registry.RegistryRequest.DeleteClub;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.ListClubs;
import dev.merit.contracts.registry.RegistryRequest.UpdateClub;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;

/** Clubs of a partner. */
final class ClubRoutes implements Routes {
    private final Bus bus;

    ClubRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "registry.listClubs", this::list,
                "registry.findClub", this::find,
                "registry.createClub", this::create,
                "registry.updateClub", this::update,
                "registry.deleteClub", this::delete);
    }

    private Future<Reply> list(Call call) {
        return bus.ask(new ListClubs(call.partner(), call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindClub(call.partner(), club(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        var fields = call.body(ClubFields.class);
        int limit = call.limits().clubs();
        return bus.command(new CreateClub(call.partner(), fields, limit, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateClub(call.partner(), club(call), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteClub(call.partner(), club(call), call.origin()))
                .map(Reply::done);
    }

    private static ClubId club(Call call) {
        return call.id("id", ClubId::new);
    }
}
