package dev.merit.router.routes;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.CreateStaff;
import dev.merit.contracts.registry.RegistryRequest.DeleteStaff;
import dev.merit.contracts.registry.RegistryRequest.FindStaff;
import dev.merit.contracts.registry.RegistryRequest.ListStaff;
import dev.merit.contracts.registry.RegistryRequest.StaffFields;
import dev.merit.contracts.registry.RegistryRequest.UpdateStaff;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Staff of a partner. */
final class StaffRoutes implements Routes {
    private final Bus bus;

    StaffRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "registry.listStaff", this::list,
                "registry.findStaff", this::find,
                "registry.createStaff", this::create,
                "registry.updateStaff", this::update,
                "registry.deleteStaff", this::delete);
    }

    private Future<Reply> list(Call call) {
        ClubId club = call.filter("club_id", id -> new ClubId(UUID.fromString(id)));
        return bus.ask(new ListStaff(call.partner(), club, call.text("q"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindStaff(call.partner(), staff(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        var fields = call.body(StaffFields.class);
        int limit = call.limits().staff();
        return bus.command(new CreateStaff(call.partner(), fields, limit, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateStaff(call.partner(), staff(call), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteStaff(call.partner(), staff(call), call.origin()))
                .map(Reply::done);
    }

    private static StaffId staff(Call call) {
        return call.id("id", StaffId::new);
    }
}
