package dev.merit.points.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.UniqueIdentifier;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.CardPage;
import dev.merit.contracts.points.PointsRequest.CreateCard;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.ledger.store.CardClubStore;
import dev.merit.ledger.store.CardTotals;
import dev.merit.people.Clubs;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Locks;
import dev.merit.platform.pg.PgProblems;
import dev.merit.points.domain.Checks;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.CardStore.StoredCard;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Cards: what can be earned, and how. */
public final class CardService {
    private static final int FOLDED_AT_ONCE = 5_000;

    private final Database database;
    private final Bus bus;
    private final Clubs clubs;
    private final Idempotency idempotency;
    private final CardStore cards = new CardStore();
    private final CardTotals totals = new CardTotals();
    private final CardClubStore cardClubs = new CardClubStore();
    private final SecureRandom chance = new SecureRandom();

    public CardService(Database database, Bus bus) {
        this.database = database;
        this.bus = bus;
        this.clubs = new Clubs(bus);
        this.idempotency = new Idempotency(database);
    }

    public Future<Card> find(FindCard query) {
        return found(database.reads(), query.partner(), query.card());
    }

    public Future<CardPage> list(ListCards query) {
        Future<List<StoredCard>> page = cards.list(database.pool(), query);
        return Future.all(page, cards.count(database.pool(), query)).compose(both -> withMembers(
                        query.partner(), page.result())
                .map(items -> new CardPage(items, Pagination.numbered(query.paging(), both.<Long>resultAt(1), null))));
    }

    public Future<Done<Card>> create(CreateCard command) {
        return createOnce(command)
                // A number that another card drew before: there are so many that the next draw will do.
                .recover(failure -> PgProblems.violates(failure, "card_unique_identifier_key")
                        ? createOnce(command)
                        : Future.failedFuture(failure));
    }

    private Future<Done<Card>> createOnce(CreateCard command) {
        return idempotency.once(command.origin(), Reply.created(Card.class), tx -> insert(tx, command));
    }

    /**
     * Changes a card; earlier purchases keep the rules they were made under. Points count for the club in which they
     * were earned, so a card that members have points on stays in its club: VALIDATION_FAILED on {@code club_id}.
     */
    public Future<Done<Card>> update(UpdateCard command) {
        return idempotency
                .once(command.origin(), Reply.ok(Card.class), tx -> cards.lock(tx, command.partner(), command.card())
                        .map(CardService::present)
                        .compose(current -> change(tx, command, current)))
                .map(done -> announced(command.card(), done));
    }

    public Future<Done<Deleted>> delete(DeleteCard command) {
        return idempotency
                .once(command.origin(), Reply.ok(Deleted.class), tx -> cards.lock(tx, command.partner(), command.card())
                        .map(CardService::present)
                        .compose(current -> counted(tx, command.partner(), current))
                        .map(current -> Preconditions.matched(command.origin(), current))
                        .compose(current -> cards.delete(tx, command.partner(), command.card()))
                        .map(deleted -> Deleted.of(command.card().value())))
                .map(done -> announced(command.card(), done));
    }

    /** Other domains remember cards that they credit points to. */
    private <R extends Record> Done<R> announced(CardId card, Done<R> done) {
        bus.publish(new Notice.CardChanged(card));
        return done;
    }

    /** Adds members who are new on a card to its total, so that few rows are left to be counted; says how many it added. */
    public Future<Integer> foldMembers() {
        return totals.fold(database.pool(), FOLDED_AT_ONCE);
    }

    private Future<Card> insert(SqlClient tx, CreateCard command) {
        CardId id = new CardId(Uuids.next());
        String number = UniqueIdentifier.of(chance.nextLong(UniqueIdentifier.COUNT));
        return roomForOneMore(tx, command)
                .compose(room -> clubs.find(command.partner(), command.fields().clubId()))
                .map(club -> Checks.card(withCurrency(command.fields(), club)).orThrow())
                .compose(fields -> cards.insert(tx, command.partner(), id, number, fields))
                .compose(inserted -> cardClubs.set(
                        tx, command.partner(), id, command.fields().clubId()))
                .compose(known -> found(tx, command.partner(), id));
    }

    private Future<Card> change(SqlClient tx, UpdateCard command, StoredCard current) {
        return counted(tx, command.partner(), current)
                .map(card -> Preconditions.matched(command.origin(), card))
                .map(matched -> Checks.change(
                                matched, Json.patched(current.fields(), command.patch(), CardFields.class))
                        .orThrow())
                .compose(fields -> inKnownClub(command.partner(), fields, current))
                .compose(fields -> inItsClub(tx, command.partner(), fields, current))
                .compose(fields -> cards.update(tx, command.partner(), command.card(), fields))
                .compose(updated -> found(tx, command.partner(), command.card()));
    }

    /** The fields with a currency; another club, or no currency of its own, asks what the club's is. */
    private Future<CardFields> inKnownClub(PartnerId partner, CardFields fields, StoredCard current) {
        boolean known = fields.currency() != null
                && fields.clubId().equals(current.fields().clubId());
        return known
                ? Future.succeededFuture(fields)
                : clubs.find(partner, fields.clubId()).map(club -> withCurrency(fields, club));
    }

    /** Looks again whether a card may leave its club, now that nobody can make the first account on it meanwhile. */
    private Future<CardFields> inItsClub(SqlClient tx, PartnerId partner, CardFields fields, StoredCard current) {
        if (fields.clubId().equals(current.fields().clubId())) {
            return Future.succeededFuture(fields);
        }
        return cardClubs
                .lock(tx, partner, current.id())
                .compose(locked -> counted(tx, partner, current))
                .map(card -> Checks.change(card, fields).orThrow())
                .compose(moving -> cardClubs.set(tx, partner, current.id(), fields.clubId()))
                .map(fields);
    }

    private Future<Void> roomForOneMore(SqlClient tx, CreateCard command) {
        if (command.limit() == Limits.UNLIMITED) {
            return Future.succeededFuture();
        }
        return Locks.advisory(tx, "cards of " + command.partner())
                .compose(locked -> cards.countIn(tx, command.partner(), null))
                .map(existing -> Preconditions.roomFor("cards", command.limit(), existing))
                .mapEmpty();
    }

    private Future<Card> found(SqlClient client, PartnerId partner, CardId card) {
        return cards.find(client, partner, card)
                .map(CardService::present)
                .compose(stored -> counted(client, partner, stored));
    }

    private Future<Card> counted(SqlClient client, PartnerId partner, StoredCard stored) {
        return totals.countMembers(client, partner, List.of(stored.id()))
                .map(counts -> stored.toCard(counts.getOrDefault(stored.id(), 0L)));
    }

    private Future<List<Card>> withMembers(PartnerId partner, List<StoredCard> page) {
        return totals.countMembers(
                        database.pool(),
                        partner,
                        page.stream().map(StoredCard::id).toList())
                .map(counts -> page.stream()
                        .map(card -> card.toCard(counts.getOrDefault(card.id(), 0L)))
                        .toList());
    }

    private static StoredCard present(Optional<StoredCard> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }

    private static CardFields withCurrency(CardFields fields, Club club) {
        return fields.currency() == null ? fields.inCurrency(club.currency()) : fields;
    }
}
