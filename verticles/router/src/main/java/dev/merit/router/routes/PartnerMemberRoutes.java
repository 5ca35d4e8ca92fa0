package dev.merit.router.routes;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.points.PointsRequest.FindBalance;
import dev.merit.contracts.registry.RegistryRequest.FindPartnerMember;
import dev.merit.contracts.registry.RegistryRequest.ListPartnerMembers;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;

/** Members as a partner sees them. */
final class PartnerMemberRoutes implements Routes {
    private final Bus bus;

    PartnerMemberRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "registry.listPartnerMembers", this::list,
                "registry.findPartnerMember", this::find,
                "points.findBalance", this::balance);
    }

    private Future<Reply> list(Call call) {
        return bus.ask(new ListPartnerMembers(
                        call.partner(), call.text("member_identifier"), call.text("q"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindPartnerMember(call.partner(), call.id("id", MemberId::new)))
                .map(Reply::resource);
    }

    private Future<Reply> balance(Call call) {
        return bus.ask(new FindBalance(call.partner(), call.id("id", MemberId::new), call.id("cardId", CardId::new)))
                .map(Reply::plain);
    }
}
