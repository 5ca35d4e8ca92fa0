package dev.merit.router.routes;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.FindMember;
import dev.merit.contracts.registry.RegistryRequest.ListMembers;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import dev.merit.contracts.registry.RegistryRequest.UpdateMember;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;

/** Members, for operators. */
final class MemberRoutes implements Routes {
    private final Bus bus;

    MemberRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "registry.listMembers", this::list,
                "registry.findMember", this::find,
                "registry.createMember", this::create,
                "registry.updateMember", this::update);
    }

    private Future<Reply> list(Call call) {
        return bus.ask(new ListMembers(call.text("member_identifier"), call.text("q"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindMember(call.id("id", MemberId::new))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        return bus.command(new CreateMember(call.body(MemberFields.class), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateMember(call.id("id", MemberId::new), call.patch(), call.origin()))
                .map(Reply::done);
    }
}
