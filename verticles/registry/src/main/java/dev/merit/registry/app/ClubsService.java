package dev.merit.registry.app;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.ClubPage;
import dev.merit.contracts.registry.RegistryRequest.CreateClub;
import dev.merit.contracts.registry.RegistryRequest.DeleteClub;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.ListClubs;
import dev.merit.contracts.registry.RegistryRequest.UpdateClub;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.vouchers.VouchersRequest;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Locks;
import dev.merit.registry.domain.ClubProfile;
import dev.merit.registry.store.ClubStore;
import dev.merit.registry.store.StaffStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Map;

/** What can be done with clubs. */
public final class ClubsService {
    private final Bus bus;
    private final Database database;
    private final Idempotency idempotency;
    private final ClubStore clubs = new ClubStore();
    private final StaffStore staff = new StaffStore();

    public ClubsService(Bus bus, Database database) {
        this.bus = bus;
        this.database = database;
        this.idempotency = new Idempotency(database);
    }

    public Future<ClubPage> listClubs(ListClubs query) {
        Future<List<Club>> items = clubs.listClubs(database.reads(), query);
        Future<Long> counted = clubs.countListed(database.reads(), query);
        return Future.all(items, counted)
                .map(both -> new ClubPage(
                        both.resultAt(0), Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    /** NOT_FOUND for an unknown, foreign or deleted club. */
    public Future<Club> findClub(FindClub query) {
        return clubs.findClub(database.reads(), query.partner(), query.club())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
    }

    /** VALIDATION_FAILED or LIMIT_REACHED. */
    public Future<Done<Club>> createClub(CreateClub command) {
        return idempotency.once(command.origin(), Reply.created(Club.class), tx -> create(tx, command));
    }

    private Future<Club> create(SqlClient tx, CreateClub command) {
        return Future.succeededFuture(command.fields())
                .map(fields -> ClubProfile.of(fields).orThrow())
                .compose(fields -> roomForOneMore(tx, command.partner(), command.limit())
                        .compose(room -> clubs.appendClub(tx, command.partner(), new ClubId(Uuids.next()), fields)));
    }

    private Future<Void> roomForOneMore(SqlClient tx, PartnerId partner, int limit) {
        if (limit == Limits.UNLIMITED) {
            return Future.succeededFuture();
        }
        return Locks.advisory(tx, "clubs of " + partner)
                .compose(locked -> clubs.countClubs(tx, partner))
                .map(existing -> Preconditions.roomFor("clubs", limit, existing))
                .mapEmpty();
    }

    /** NOT_FOUND, PRECONDITION_FAILED or VALIDATION_FAILED. */
    public Future<Done<Club>> updateClub(UpdateClub command) {
        return idempotency
                .once(command.origin(), Reply.ok(Club.class), tx -> lock(
                                tx, command.partner(), command.club(), command.origin())
                        .map(current -> changed(current, command))
                        .compose(fields -> clubs.setClub(tx, command.partner(), command.club(), fields)))
                .map(done -> announced(command.club(), done));
    }

    /** Other domains remember the clubs that their things hang on. */
    private <R extends Record> Done<R> announced(ClubId club, Done<R> done) {
        bus.publish(new Notice.ClubChanged(club));
        return done;
    }

    private static ClubFields changed(Club current, UpdateClub command) {
        var fields = new ClubFields(
                current.name(), current.description(), current.timeZone(), current.currency(), current.isActive());
        return ClubProfile.of(Json.patched(fields, command.patch(), ClubFields.class))
                .orThrow();
    }

    /**
     * NOT_FOUND, PRECONDITION_FAILED, or HAS_DEPENDENTS while cards, tiers, stamp cards, vouchers or staff hang on the
     * club.
     */
    public Future<Done<Deleted>> deleteClub(DeleteClub command) {
        return idempotency
                .once(command.origin(), Reply.ok(Deleted.class), tx -> lock(
                                tx, command.partner(), command.club(), command.origin())
                        .compose(club -> withoutStaff(tx, command))
                        .compose(free -> withoutPoints(command))
                        .compose(free -> withoutStampCards(command))
                        .compose(free -> withoutVouchers(command))
                        .compose(free -> clubs.setDeleted(tx, command.partner(), command.club()))
                        .map(Deleted.of(command.club().value())))
                .map(done -> announced(command.club(), done));
    }

    /**
     * Asked inside the transaction, so that a repeat is answered from what is stored and a foreign club is NOT_FOUND
     * before anybody counts. What is made in this very moment is not seen: it keeps a club that is gone.
     */
    private Future<Void> withoutPoints(DeleteClub command) {
        return bus.ask(new PointsRequest.CountInClub(command.partner(), command.club()))
                .compose(count -> count.cards() + count.tiers() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Problem(
                                        Problem.Code.HAS_DEPENDENTS,
                                        "Cards or tiers still hang on this club.",
                                        Map.of("cards", count.cards(), "tiers", count.tiers()))
                                .asException()));
    }

    /** Asked as {@link #withoutPoints} is. */
    private Future<Void> withoutStampCards(DeleteClub command) {
        return bus.ask(new StampsRequest.CountStampCards(command.partner(), command.club()))
                .compose(count -> count.stampCards() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Problem(
                                        Problem.Code.HAS_DEPENDENTS,
                                        "Stamp cards still hang on this club.",
                                        Map.of("stamp_cards", count.stampCards()))
                                .asException()));
    }

    /** Asked as {@link #withoutPoints} is. */
    private Future<Void> withoutVouchers(DeleteClub command) {
        return bus.ask(new VouchersRequest.CountVouchers(command.partner(), command.club()))
                .compose(count -> count.vouchers() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Problem(
                                        Problem.Code.HAS_DEPENDENTS,
                                        "Vouchers still hang on this club.",
                                        Map.of("vouchers", count.vouchers()))
                                .asException()));
    }

    /** Counted under the club's lock, which whoever adds staff takes as well. */
    private Future<Void> withoutStaff(SqlClient tx, DeleteClub command) {
        return staff.countStaffOf(tx, command.partner(), command.club())
                .compose(count -> count == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Problem(
                                        Problem.Code.HAS_DEPENDENTS,
                                        "Staff still works in this club.",
                                        Map.of("staff", count))
                                .asException()));
    }

    private Future<Club> lock(SqlClient tx, PartnerId partner, ClubId id, Origin origin) {
        return clubs.lockClub(tx, partner, id)
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .map(club -> Preconditions.matched(origin, club));
    }
}
