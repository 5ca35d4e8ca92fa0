package dev.merit.router.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.FindReward;
import dev.merit.contracts.points.PointsRequest.ListRewards;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.contracts.points.PointsRequest.UpdateReward;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Rewards of a partner. One card may be named by {@code card_id} instead of {@code card_ids}. */
final class RewardRoutes implements Routes {
    private final Bus bus;

    RewardRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.listRewards", this::list,
                "points.findReward", this::find,
                "points.createReward", this::create,
                "points.updateReward", this::update,
                "points.deleteReward", this::delete);
    }

    private Future<Reply> list(Call call) {
        CardId card = call.filter("card_id", id -> new CardId(UUID.fromString(id)));
        return bus.ask(new ListRewards(call.partner(), card, call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindReward(call.partner(), reward(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        boolean one = withCards(call.body());
        var fields = call.body(RewardFields.class);
        int limit = call.limits().rewards();
        return bus.command(new CreateReward(call.partner(), fields, limit, call.origin()))
                .recover(failure -> Future.failedFuture(one ? asSent(failure) : failure))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        boolean one = withCards(call.body());
        return bus.command(new UpdateReward(call.partner(), reward(call), call.patch(), call.origin()))
                .recover(failure -> Future.failedFuture(one ? asSent(failure) : failure))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteReward(call.partner(), reward(call), call.origin()))
                .map(Reply::done);
    }

    /** Tells whether the card was named by {@code card_id}. */
    private static boolean withCards(ObjectNode body) {
        var card = body.remove("card_id");
        boolean given = card != null && !card.isNull();
        if (given) {
            body.putArray("card_ids").add(card);
        }
        return given;
    }

    /** A refusal of the card names the field that the caller has sent. */
    private static Throwable asSent(Throwable failure) {
        return failure instanceof ProblemException refusal
                        && "card_ids".equals(refusal.problem().details().get("field"))
                ? Problem.notFound("card_id").asException()
                : failure;
    }

    private static RewardId reward(Call call) {
        return call.id("id", RewardId::new);
    }
}
