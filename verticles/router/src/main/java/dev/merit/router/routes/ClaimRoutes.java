package dev.merit.router.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.ConfirmFields;
import dev.merit.contracts.points.PointsRequest.ListClaims;
import dev.merit.contracts.points.PointsRequest.ListMemberClaims;
import dev.merit.contracts.points.PointsRequest.RejectClaim;
import dev.merit.contracts.points.PointsRequest.RejectFields;
import dev.merit.contracts.points.PointsRequest.WithdrawClaim;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Claims: how members ask for rewards, and how partners decide. */
final class ClaimRoutes implements Routes {
    private final Bus bus;

    ClaimRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.listClaims", this::list,
                "points.confirmClaim", this::confirm,
                "points.rejectClaim", this::reject,
                "points.claimReward", this::claim,
                "points.listMemberClaims", this::listOfMember,
                "points.withdrawClaim", this::withdraw);
    }

    private Future<Reply> list(Call call) {
        return bus.ask(new ListClaims(call.partner(), call.text("status"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> confirm(Call call) {
        var fields = call.body(ConfirmFields.class);
        return bus.command(new ConfirmClaim(call.partner(), claimId(call), fields, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> reject(Call call) {
        var fields = call.body(RejectFields.class);
        return bus.command(new RejectClaim(call.partner(), claimId(call), fields, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> claim(Call call) {
        JsonNode card = call.body().path("card_id");
        return bus.command(new ClaimReward(
                        call.member(),
                        call.id("id", RewardId::new),
                        card.isTextual() ? new CardId(UUID.fromString(card.asText())) : null,
                        call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> listOfMember(Call call) {
        return bus.ask(new ListMemberClaims(call.member(), call.paging())).map(Reply::page);
    }

    private Future<Reply> withdraw(Call call) {
        return bus.command(new WithdrawClaim(call.member(), claimId(call), call.origin()))
                .map(Reply::done);
    }

    private static ClaimId claimId(Call call) {
        return call.id("id", ClaimId::new);
    }
}
