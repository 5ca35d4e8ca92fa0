package dev.merit.router.routes;

import dev.merit.contracts.CardId;
import dev.merit.contracts.points.WalletRequest.FindMemberCard;
import dev.merit.contracts.points.WalletRequest.FindWallet;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.ListMemberCardTransactions;
import dev.merit.contracts.points.WalletRequest.ListMemberCards;
import dev.merit.contracts.points.WalletRequest.ListMemberRewards;
import dev.merit.contracts.points.WalletRequest.ListMemberTransactions;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.contracts.registry.RegistryRequest.FindProfile;
import dev.merit.contracts.registry.RegistryRequest.UpdateProfile;
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
                "registry.findProfile", this::profile,
                "registry.updateProfile", this::updateProfile,
                "points.findWallet", this::wallet,
                "points.listMemberCards", this::listCards,
                "points.findMemberCard", this::findCard,
                "points.listMemberTransactions", this::listTransactions,
                "points.listMemberCardTransactions", this::listCardTransactions,
                "points.listMemberRewards", this::listRewards,
                "points.followCard", this::follow,
                "points.unfollowCard", this::unfollow);
    }

    private Future<Reply> profile(Call call) {
        return bus.ask(new FindProfile(call.member())).map(Reply::resource);
    }

    private Future<Reply> updateProfile(Call call) {
        return bus.command(new UpdateProfile(call.member(), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> wallet(Call call) {
        return bus.ask(new FindWallet(call.member())).map(Reply::resource);
    }

    private Future<Reply> listCards(Call call) {
        return bus.ask(new ListMemberCards(call.member(), call.paging())).map(Reply::taggedPage);
    }

    private Future<Reply> findCard(Call call) {
        return bus.ask(new FindMemberCard(call.member(), call.id("id", CardId::new)))
                .map(Reply::resource);
    }

    private Future<Reply> listTransactions(Call call) {
        return bus.ask(new ListMemberTransactions(call.member(), call.paging())).map(Reply::page);
    }

    private Future<Reply> listCardTransactions(Call call) {
        CardId card = call.id("cardId", CardId::new);
        return bus.ask(new ListMemberCardTransactions(call.member(), card, call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> listRewards(Call call) {
        return bus.ask(new ListMemberRewards(call.member(), call.paging())).map(Reply::taggedPage);
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
