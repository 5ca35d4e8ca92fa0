package dev.merit.points.app;

import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.TierId;
import dev.merit.contracts.points.PointsRequest.ClubCount;
import dev.merit.contracts.points.PointsRequest.CountInClub;
import dev.merit.contracts.points.PointsRequest.CreateTier;
import dev.merit.contracts.points.PointsRequest.DeleteTier;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.points.PointsRequest.ListTiers;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.contracts.points.PointsRequest.TierPage;
import dev.merit.contracts.points.PointsRequest.UpdateTier;
import dev.merit.ledger.domain.ClubKey;
import dev.merit.ledger.store.TierStore;
import dev.merit.people.Clubs;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.PgProblems;
import dev.merit.points.domain.TierTerms;
import dev.merit.points.store.CardStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tiers: what members reach in a club. Nobody's tier is written when one is changed, since it follows from the lifetime
 * points whenever it is asked for; a member's event follows with its next booking.
 */
public final class TierService {
    private final Database database;
    private final Clubs clubs;
    private final Idempotency idempotency;
    private final TierStore tiers = new TierStore();
    private final CardStore cards = new CardStore();

    public TierService(Database database, Bus bus) {
        this.database = database;
        this.clubs = new Clubs(bus);
        this.idempotency = new Idempotency(database);
    }

    public Future<Tier> find(FindTier query) {
        return found(database.reads(), query.partner(), query.tier());
    }

    public Future<TierPage> list(ListTiers query) {
        Future<List<Tier>> page = tiers.list(database.pool(), query);
        return Future.all(page, tiers.count(database.pool(), query))
                .map(both ->
                        new TierPage(page.result(), Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    /** How much of points hangs on a club. */
    public Future<ClubCount> count(CountInClub query) {
        Future<Long> ofCards = cards.countIn(database.reads(), query.partner(), query.club());
        Future<Long> ofTiers = tiers.countIn(database.reads(), new ClubKey(query.partner(), query.club()));
        return Future.all(ofCards, ofTiers).map(both -> new ClubCount(ofCards.result(), ofTiers.result()));
    }

    /** NOT_FOUND on {@code club_id}, VALIDATION_FAILED, LIMIT_REACHED, or CONFLICT when the threshold is taken. */
    public Future<Done<Tier>> create(CreateTier command) {
        return idempotency
                .once(command.origin(), Reply.created(Tier.class), tx -> insert(tx, command))
                .recover(TierService::conflict);
    }

    /** NOT_FOUND, PRECONDITION_FAILED, or as {@link #create}. */
    public Future<Done<Tier>> update(UpdateTier command) {
        return idempotency
                .once(command.origin(), Reply.ok(Tier.class), tx -> tiers.lock(tx, command.partner(), command.tier())
                        .map(TierService::present)
                        .compose(current -> change(tx, command, current)))
                .recover(TierService::conflict);
    }

    /** NOT_FOUND or PRECONDITION_FAILED. */
    public Future<Done<Deleted>> delete(DeleteTier command) {
        return idempotency.once(
                command.origin(), Reply.ok(Deleted.class), tx -> tiers.lock(tx, command.partner(), command.tier())
                        .map(TierService::present)
                        .map(current -> Preconditions.matched(command.origin(), current))
                        .compose(current -> tiers.delete(tx, command.partner(), command.tier()))
                        .map(deleted -> Deleted.of(command.tier().value())));
    }

    private Future<Tier> insert(SqlClient tx, CreateTier command) {
        TierFields fields = TierTerms.of(command.fields()).orThrow();
        TierId id = new TierId(Uuids.next());
        return roomForOneMore(tx, command.partner(), fields)
                .compose(room -> tiers.insert(tx, command.partner(), id, fields))
                .compose(inserted -> found(tx, command.partner(), id));
    }

    private Future<Tier> change(SqlClient tx, UpdateTier command, Tier current) {
        Tier matched = Preconditions.matched(command.origin(), current);
        TierFields fields = TierTerms.of(Json.patched(fields(matched), command.patch(), TierFields.class))
                .orThrow();
        boolean stays = fields.clubId().equals(current.clubId());
        return (stays ? Future.<Void>succeededFuture() : roomForOneMore(tx, command.partner(), fields))
                .compose(room -> tiers.update(tx, command.partner(), command.tier(), fields))
                .compose(updated -> found(tx, command.partner(), command.tier()));
    }

    /** The club is there and can take one more tier, and stays so until the transaction ends. */
    private Future<Void> roomForOneMore(SqlClient tx, PartnerId partner, TierFields fields) {
        var club = new ClubKey(partner, fields.clubId());
        return clubs.find(partner, fields.clubId())
                .compose(known -> tiers.lockLadder(tx, club))
                .compose(locked -> tiers.countIn(tx, club))
                .map(existing -> Preconditions.roomFor("tiers in a club", TierTerms.MAX_IN_CLUB, existing))
                .mapEmpty();
    }

    private Future<Tier> found(SqlClient client, PartnerId partner, TierId tier) {
        return tiers.find(client, partner, tier).map(TierService::present);
    }

    private static <T> Future<T> conflict(Throwable failure) {
        return Future.failedFuture(
                PgProblems.violates(failure, TierStore.THRESHOLD_INDEX)
                        ? new Problem(
                                        Problem.Code.CONFLICT,
                                        "Another tier of this club has this threshold.",
                                        Map.of("field", "points_threshold"))
                                .asException()
                        : failure);
    }

    private static TierFields fields(Tier tier) {
        return new TierFields(
                tier.clubId(),
                tier.name(),
                tier.displayName(),
                tier.description(),
                tier.pointsThreshold(),
                tier.multiplier(),
                tier.icon(),
                tier.color(),
                tier.benefits(),
                tier.isActive());
    }

    private static Tier present(Optional<Tier> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }
}
