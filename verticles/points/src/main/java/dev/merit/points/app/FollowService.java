package dev.merit.points.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.points.WalletRequest.CardFollowing;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.WalletReads;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.FollowStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Optional;

/** What members follow. Whether the partner knows the member does not matter, and does not change by it. */
public final class FollowService {
    private final Idempotency idempotency;
    private final FollowStore follows = new FollowStore();
    private final WalletReads wallets = new WalletReads();

    public FollowService(Database database) {
        this.idempotency = new Idempotency(database);
    }

    public Future<Done<CardFollowing>> follow(FollowCard command) {
        return idempotency.once(
                command.origin(), Reply.ok(CardFollowing.class), tx -> known(follows.findLiveCard(tx, command.card()))
                        .compose(card -> follows.setFollowed(tx, command.member(), card))
                        .map(new CardFollowing(command.card(), true)));
    }

    public Future<Done<CardFollowing>> unfollow(UnfollowCard command) {
        return idempotency.once(
                command.origin(), Reply.ok(CardFollowing.class), tx -> known(follows.findCard(tx, command.card()))
                        .compose(card -> leave(tx, command, card))
                        .map(new CardFollowing(command.card(), false)));
    }

    private Future<Void> leave(SqlClient tx, UnfollowCard command, CardKey card) {
        var account = new AccountKey(card.partner(), command.member(), card.card());
        return wallets.findAccount(tx, account)
                .compose(found -> found.map(has -> follows.setUnfollowed(tx, command.member(), card, has.entries()))
                        .orElseGet(() -> follows.setEnded(tx, command.member(), card)));
    }

    private static Future<CardKey> known(Future<Optional<CardKey>> card) {
        return card.map(
                found -> found.orElseThrow(() -> Problem.notFound("card_id").asException()));
    }
}
