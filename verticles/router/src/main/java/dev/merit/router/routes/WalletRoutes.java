package dev.merit.router.routes;

import dev.merit.contracts.CardId;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** The member's side: its cards and what it has on them. */
final class WalletRoutes implements Routes {
    private final Bus bus;

    WalletRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.followCard", this::follow,
                "points.unfollowCard", this::unfollow);
    }

    private Future<Reply> follow(Call call) {
        return bus.command(new FollowCard(call.member(), cardId(call), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> unfollow(Call call) {
        return bus.command(new UnfollowCard(call.member(), cardId(call), call.origin()))
                .map(Reply::done);
    }

    private static CardId cardId(Call call) {
        return new CardId(UUID.fromString(call.body().get("card_id").asText()));
    }
}
