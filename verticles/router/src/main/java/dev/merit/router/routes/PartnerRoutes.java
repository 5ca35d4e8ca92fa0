package dev.merit.router.routes;

import dev.merit.contracts.PartnerId;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.keys.KeysRequest.FindPartner;
import dev.merit.contracts.keys.KeysRequest.ListPartners;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.contracts.keys.KeysRequest.UpdatePartner;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;

/** Partners, for operators. */
final class PartnerRoutes implements Routes {
    private final Bus bus;

    PartnerRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "keys.listPartners", this::list,
                "keys.findPartner", this::find,
                "keys.createPartner", this::create,
                "keys.updatePartner", this::update);
    }

    private Future<Reply> list(Call call) {
        return bus.ask(new ListPartners(call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindPartner(call.id("id", PartnerId::new))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        return bus.command(new CreatePartner(call.body(PartnerFields.class), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdatePartner(call.id("id", PartnerId::new), call.patch(), call.origin()))
                .map(Reply::done);
    }
}
