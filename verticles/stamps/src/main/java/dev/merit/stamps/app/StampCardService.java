package dev.merit.stamps.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.StampsRequest.CountStampCards;
import dev.merit.contracts.stamps.StampsRequest.CreateStampCard;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.FindStampCard;
import dev.merit.contracts.stamps.StampsRequest.ListStampCards;
import dev.merit.contracts.stamps.StampsRequest.StampCard;
import dev.merit.contracts.stamps.StampsRequest.StampCardCount;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.contracts.stamps.StampsRequest.StampCardPage;
import dev.merit.contracts.stamps.StampsRequest.UpdateStampCard;
import dev.merit.people.Cards;
import dev.merit.people.Clubs;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Locks;
import dev.merit.stamps.domain.Checks;
import dev.merit.stamps.store.StampCardStore;
import dev.merit.stamps.store.StampCardStore.StoredStampCard;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stamp cards: how many stamps they take, and what a full one gives. */
public final class StampCardService {
    private final Database database;
    private final Clubs clubs;
    private final Cards cards;
    private final Idempotency idempotency;
    private final StampCardStore stampCards = new StampCardStore();

    public StampCardService(Database database, Bus bus) {
        this.database = database;
        this.clubs = new Clubs(bus);
        this.cards = new Cards(bus);
        this.idempotency = new Idempotency(database);
    }

    public Future<StampCard> find(FindStampCard query) {
        return found(database.reads(), query.partner(), query.stampCard());
    }

    public Future<StampCardPage> list(ListStampCards query) {
        Future<List<StoredStampCard>> page = stampCards.list(database.pool(), query);
        return Future.all(page, stampCards.count(database.pool(), query))
                .map(both -> new StampCardPage(
                        page.result().stream().map(StoredStampCard::toStampCard).toList(),
                        Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    public Future<StampCardCount> count(CountStampCards query) {
        return stampCards
                .countIn(database.reads(), query.partner(), query.club())
                .map(StampCardCount::new);
    }

    public Future<Done<StampCard>> create(CreateStampCard command) {
        return idempotency.once(command.origin(), Reply.created(StampCard.class), tx -> insert(tx, command));
    }

    /** Changes a stamp card; stamps that were given before stay, and lapse when they were to. */
    public Future<Done<StampCard>> update(UpdateStampCard command) {
        return idempotency.once(command.origin(), Reply.ok(StampCard.class), tx -> stampCards
                .lock(tx, command.partner(), command.stampCard())
                .map(StampCardService::present)
                .compose(current -> change(tx, command, current)));
    }

    public Future<Done<Deleted>> delete(DeleteStampCard command) {
        return idempotency.once(command.origin(), Reply.ok(Deleted.class), tx -> stampCards
                .lock(tx, command.partner(), command.stampCard())
                .map(current ->
                        Preconditions.matched(command.origin(), present(current).toStampCard()))
                .compose(current -> stampCards.delete(tx, command.partner(), command.stampCard()))
                .map(deleted -> Deleted.of(command.stampCard().value())));
    }

    private Future<StampCard> insert(SqlClient tx, CreateStampCard command) {
        StampCardId id = new StampCardId(Uuids.next());
        StampCardFields fields = command.fields();
        return roomForOneMore(tx, command)
                .compose(room -> settled(command.partner(), fields, null))
                .compose(complete -> stampCards.insert(tx, command.partner(), id, complete))
                .compose(inserted -> found(tx, command.partner(), id));
    }

    private Future<StampCard> change(SqlClient tx, UpdateStampCard command, StoredStampCard current) {
        return Future.succeededFuture(current.toStampCard())
                .map(stampCard -> Preconditions.matched(command.origin(), stampCard))
                .map(matched -> Json.patched(current.fields(), command.patch(), StampCardFields.class))
                .compose(fields -> settled(command.partner(), fields, current.fields()))
                .compose(fields -> stampCards.update(tx, command.partner(), command.stampCard(), fields))
                .compose(updated -> found(tx, command.partner(), command.stampCard()));
    }

    /**
     * The fields as they are to be kept, once all that they name is there. It is asked for again only where it is
     * another than before: a loyalty card may have been deleted since.
     */
    private Future<StampCardFields> settled(
            PartnerId partner, StampCardFields fields, @Nullable StampCardFields before) {
        boolean sameClub = before != null && fields.clubId().equals(before.clubId());
        boolean sameCard = before != null && Objects.equals(fields.rewardCardId(), before.rewardCardId());
        var errors = new FieldErrors();
        Future<?> club = sameClub ? Future.succeededFuture() : clubs.find(partner, fields.clubId());
        return club.compose(known ->
                        sameClub && sameCard ? Future.succeededFuture() : checkRewardCard(partner, fields, errors))
                .map(known -> Checks.stampCard(fields, errors).orThrow());
    }

    /** The loyalty card that gets the points is NOT_FOUND where there is none, and has to be of the same club. */
    private Future<?> checkRewardCard(PartnerId partner, StampCardFields fields, FieldErrors errors) {
        CardId card = fields.rewardCardId();
        return card == null
                ? Future.succeededFuture()
                : cards.named(partner, card, "reward_card_id").map(found -> {
                    errors.require(
                            found.clubId().equals(fields.clubId()),
                            "reward_card_id",
                            "belongs to another club than this stamp card");
                    return found;
                });
    }

    private Future<Void> roomForOneMore(SqlClient tx, CreateStampCard command) {
        if (command.limit() == Limits.UNLIMITED) {
            return Future.succeededFuture();
        }
        return Locks.advisory(tx, "stamp cards of " + command.partner())
                .compose(locked -> stampCards.countIn(tx, command.partner(), null))
                .map(existing -> Preconditions.roomFor("stamp cards", command.limit(), existing))
                .mapEmpty();
    }

    private Future<StampCard> found(SqlClient client, PartnerId partner, StampCardId stampCard) {
        return stampCards.find(client, partner, stampCard).map(found -> present(found)
                .toStampCard());
    }

    private static StoredStampCard present(Optional<StoredStampCard> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }
}
