package dev.merit.points.app;

import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.FindReward;
import dev.merit.contracts.points.PointsRequest.ListRewards;
import dev.merit.contracts.points.PointsRequest.Reward;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.contracts.points.PointsRequest.RewardPage;
import dev.merit.contracts.points.PointsRequest.UpdateReward;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Locks;
import dev.merit.points.domain.Checks;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.RewardStore;
import dev.merit.points.store.RewardStore.StoredReward;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Rewards: what points can be taken for. */
public final class RewardService {
    private final Database database;
    private final Idempotency idempotency;
    private final RewardStore rewards = new RewardStore();
    private final CardStore cards = new CardStore();

    public RewardService(Database database) {
        this.database = database;
        this.idempotency = new Idempotency(database);
    }

    public Future<Reward> find(FindReward query) {
        return found(database.reads(), query.partner(), query.reward());
    }

    public Future<RewardPage> list(ListRewards query) {
        Future<List<StoredReward>> page = rewards.list(database.pool(), query);
        return Future.all(page, rewards.count(database.pool(), query))
                .map(both -> new RewardPage(
                        page.result().stream().map(StoredReward::toReward).toList(),
                        Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    public Future<Done<Reward>> create(CreateReward command) {
        return idempotency.once(command.origin(), Reply.created(Reward.class), tx -> insert(tx, command));
    }

    public Future<Done<Reward>> update(UpdateReward command) {
        return idempotency.once(
                command.origin(), Reply.ok(Reward.class), tx -> rewards.lock(tx, command.partner(), command.reward())
                        .map(RewardService::present)
                        .compose(current -> change(tx, command, current)));
    }

    public Future<Done<Deleted>> delete(DeleteReward command) {
        return idempotency.once(
                command.origin(), Reply.ok(Deleted.class), tx -> rewards.lock(tx, command.partner(), command.reward())
                        .map(RewardService::present)
                        .map(current -> Preconditions.matched(command.origin(), current.toReward()))
                        .compose(current -> rewards.delete(tx, command.partner(), command.reward()))
                        .map(deleted -> Deleted.of(command.reward().value())));
    }

    private Future<Reward> insert(SqlClient tx, CreateReward command) {
        RewardFields fields = Checks.reward(command.fields()).orThrow();
        RewardId id = new RewardId(Uuids.next());
        return roomForOneMore(tx, command)
                .compose(room -> ownCards(tx, command.partner(), fields))
                .compose(own -> rewards.insert(tx, command.partner(), id, fields))
                .compose(inserted -> found(tx, command.partner(), id));
    }

    private Future<Reward> change(SqlClient tx, UpdateReward command, StoredReward current) {
        var matched = Preconditions.matched(command.origin(), current.toReward());
        RewardFields fields = Json.patched(current.fields(), command.patch(), RewardFields.class);
        // A reward whose cards were all deleted can still be renamed: only cards that are named anew are judged.
        boolean sameCards = fields.cardIds().equals(current.fields().cardIds());
        return (sameCards ? Future.<Void>succeededFuture() : ownCards(tx, command.partner(), fields))
                .map(own -> (sameCards ? Checks.validity(fields) : Checks.reward(fields)).orThrow())
                .compose(valid -> rewards.update(tx, command.partner(), matched.id(), valid))
                .compose(updated -> found(tx, command.partner(), command.reward()));
    }

    private Future<Void> roomForOneMore(SqlClient tx, CreateReward command) {
        if (command.limit() == Limits.UNLIMITED) {
            return Future.succeededFuture();
        }
        return Locks.advisory(tx, "rewards of " + command.partner())
                .compose(locked -> rewards.countAll(tx, command.partner()))
                .map(existing -> Preconditions.roomFor("rewards", command.limit(), existing))
                .mapEmpty();
    }

    /** Every card must be the partner's own and not deleted: NOT_FOUND on {@code card_ids} otherwise. */
    private Future<Void> ownCards(SqlClient tx, PartnerId partner, RewardFields fields) {
        Set<CardKey> wanted = fields.cardIds().stream()
                .map(card -> new CardKey(partner, card))
                .collect(Collectors.toSet());
        return cards.findTerms(tx, wanted).map(found -> {
            if (found.size() < wanted.size() || found.values().stream().anyMatch(card -> card.isDeleted())) {
                throw Problem.notFound("card_ids").asException();
            }
            return null;
        });
    }

    private Future<Reward> found(SqlClient client, PartnerId partner, RewardId reward) {
        return rewards.find(client, partner, reward).map(RewardService::present).map(StoredReward::toReward);
    }

    private static StoredReward present(Optional<StoredReward> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }
}
