package dev.merit.registry.app;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.CreateStaff;
import dev.merit.contracts.registry.RegistryRequest.DeleteStaff;
import dev.merit.contracts.registry.RegistryRequest.FindStaff;
import dev.merit.contracts.registry.RegistryRequest.ListStaff;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.contracts.registry.RegistryRequest.ResolvedStaff;
import dev.merit.contracts.registry.RegistryRequest.Staff;
import dev.merit.contracts.registry.RegistryRequest.StaffFields;
import dev.merit.contracts.registry.RegistryRequest.StaffPage;
import dev.merit.contracts.registry.RegistryRequest.UpdateStaff;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Locks;
import dev.merit.registry.domain.StaffProfile;
import dev.merit.registry.store.ClubStore;
import dev.merit.registry.store.StaffStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be done with staff. Every change is announced, since tills' commands are attributed from memory. */
public final class StaffService {
    private final Bus bus;
    private final Database database;
    private final Idempotency idempotency;
    private final StaffStore staff = new StaffStore();
    private final ClubStore clubs = new ClubStore();

    public StaffService(Bus bus, Database database) {
        this.bus = bus;
        this.database = database;
        this.idempotency = new Idempotency(database);
    }

    public Future<StaffPage> listStaff(ListStaff query) {
        Future<List<Staff>> items = staff.listStaff(database.reads(), query);
        Future<Long> counted = staff.countListed(database.reads(), query);
        return Future.all(items, counted)
                .map(both -> new StaffPage(
                        both.resultAt(0), Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    /** NOT_FOUND for unknown, foreign or deleted staff. */
    public Future<Staff> findStaff(FindStaff query) {
        return staff.findStaff(database.reads(), query.partner(), query.staff()).map(StaffService::found);
    }

    public Future<ResolvedStaff> resolveStaff(ResolveStaff query) {
        return staff.findRef(database.reads(), query.partner(), query.staff())
                .map(found -> new ResolvedStaff(found.orElse(null)));
    }

    /** VALIDATION_FAILED, LIMIT_REACHED, NOT_FOUND on {@code club_id}, or CONFLICT when the e-mail is taken. */
    public Future<Done<Staff>> createStaff(CreateStaff command) {
        return idempotency
                .once(command.origin(), Reply.created(Staff.class), tx -> create(tx, command))
                .recover(StaffService::conflictOf);
    }

    private Future<Staff> create(SqlClient tx, CreateStaff command) {
        StaffId id = new StaffId(Uuids.next());
        PartnerId partner = command.partner();
        StaffFields fields = StaffProfile.of(command.fields()).orThrow();
        return roomForOneMore(tx, partner, command.limit())
                .compose(room -> ownClub(tx, partner, fields.clubId()))
                .compose(own -> emailFree(tx, partner, id, fields))
                .compose(free -> staff.appendStaff(tx, partner, id, fields))
                .compose(appended -> staff.findStaff(tx, partner, id))
                .map(StaffService::found);
    }

    private Future<Void> roomForOneMore(SqlClient tx, PartnerId partner, int limit) {
        if (limit == Limits.UNLIMITED) {
            return Future.succeededFuture();
        }
        return Locks.advisory(tx, "staff of " + partner)
                .compose(locked -> staff.countStaff(tx, partner))
                .map(existing -> Preconditions.roomFor("staff", limit, existing))
                .mapEmpty();
    }

    /** NOT_FOUND, PRECONDITION_FAILED, VALIDATION_FAILED, or CONFLICT when the e-mail is taken. */
    public Future<Done<Staff>> updateStaff(UpdateStaff command) {
        return idempotency
                .once(command.origin(), Reply.ok(Staff.class), tx -> update(tx, command))
                .recover(StaffService::conflictOf)
                .map(done -> announced(command.staff(), done));
    }

    private Future<Staff> update(SqlClient tx, UpdateStaff command) {
        PartnerId partner = command.partner();
        StaffId id = command.staff();
        return lock(tx, partner, id, command.origin()).compose(current -> {
            StaffFields fields = changed(current, command.patch());
            boolean moves = !fields.clubId().equals(current.clubId());
            return (moves ? ownClub(tx, partner, fields.clubId()) : Future.<Void>succeededFuture())
                    .compose(own -> emailFree(tx, partner, id, fields))
                    .compose(free -> staff.setStaff(tx, partner, id, fields))
                    .compose(changed -> staff.findStaff(tx, partner, id))
                    .map(StaffService::found);
        });
    }

    private static StaffFields changed(Staff current, Patch patch) {
        var fields = new StaffFields(
                current.clubId(), current.name(), current.email(), current.locale(), current.timeZone());
        return StaffProfile.of(Json.patched(fields, patch, StaffFields.class)).orThrow();
    }

    /** NOT_FOUND or PRECONDITION_FAILED. */
    public Future<Done<Deleted>> deleteStaff(DeleteStaff command) {
        return idempotency
                .once(command.origin(), Reply.ok(Deleted.class), tx -> lock(
                                tx, command.partner(), command.staff(), command.origin())
                        .compose(current -> staff.setDeleted(tx, command.partner(), command.staff()))
                        .map(Deleted.of(command.staff().value())))
                .map(done -> announced(command.staff(), done));
    }

    /** Held until the commit, so that the club cannot be deleted meanwhile: whoever does that locks it too. */
    private Future<Void> ownClub(SqlClient tx, PartnerId partner, ClubId club) {
        return clubs.lockClub(tx, partner, club).map(found -> {
            if (found.isEmpty()) {
                throw Problem.notFound("club_id").asException();
            }
            return null;
        });
    }

    private Future<Void> emailFree(SqlClient tx, PartnerId partner, StaffId id, StaffFields fields) {
        return staff.isEmailTaken(tx, partner, id, fields.email())
                .compose(taken -> taken ? Future.failedFuture(emailTaken()) : Future.succeededFuture());
    }

    /** Two that took the same address at once both found it free; the index lets one of them through. */
    private static <R extends Record> Future<Done<R>> conflictOf(Throwable failure) {
        return Future.failedFuture(StaffStore.isEmailConflict(failure) ? emailTaken() : failure);
    }

    private static ProblemException emailTaken() {
        return new Problem(
                        Problem.Code.CONFLICT,
                        "Somebody else of your staff has this e-mail address.",
                        Map.of("field", "email"))
                .asException();
    }

    private Future<Staff> lock(SqlClient tx, PartnerId partner, StaffId id, Origin origin) {
        return staff.lockStaff(tx, partner, id)
                .map(StaffService::found)
                .map(current -> Preconditions.matched(origin, current));
    }

    private <R extends Record> Done<R> announced(StaffId id, Done<R> done) {
        bus.publish(new Notice.StaffChanged(id));
        return done;
    }

    private static Staff found(Optional<Staff> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }
}
