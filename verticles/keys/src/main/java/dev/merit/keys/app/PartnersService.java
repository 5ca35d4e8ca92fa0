package dev.merit.keys.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.keys.KeysRequest.FindPartner;
import dev.merit.contracts.keys.KeysRequest.HomepagePartners;
import dev.merit.contracts.keys.KeysRequest.ListPartners;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.contracts.keys.KeysRequest.PartnerPage;
import dev.merit.contracts.keys.KeysRequest.UpdatePartner;
import dev.merit.keys.domain.PartnerProfile;
import dev.merit.keys.store.PartnerStore;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.Uuids;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.PgProblems;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Map;

/** What can be done with partners. */
public final class PartnersService {
    private static final int HOMEPAGE_MAX = 1_000;

    private final Bus bus;
    private final Database database;
    private final Idempotency idempotency;
    private final PartnerStore partners = new PartnerStore();

    public PartnersService(Bus bus, Database database) {
        this.bus = bus;
        this.database = database;
        this.idempotency = new Idempotency(database);
    }

    public Future<PartnerPage> listPartners(ListPartners query) {
        Future<List<Partner>> items =
                partners.listPartners(database.reads(), query.q(), query.isActive(), query.paging());
        Future<Long> counted = partners.countPartners(database.reads(), query.q(), query.isActive());
        return Future.all(items, counted)
                .map(both -> new PartnerPage(
                        both.resultAt(0), Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    /** NOT_FOUND for an unknown partner. */
    public Future<Partner> findPartner(FindPartner query) {
        return partners.findPartner(database.reads(), query.partner())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
    }

    /** Who may show things to everybody. */
    public Future<HomepagePartners> listHomepagePartners() {
        return partners.listHomepagePartners(database.reads(), HOMEPAGE_MAX).map(HomepagePartners::new);
    }

    /** VALIDATION_FAILED, or CONFLICT when the e-mail is taken. */
    public Future<Done<Partner>> createPartner(CreatePartner command) {
        return idempotency
                .once(command.origin(), Reply.created(Partner.class), tx -> create(tx, command))
                .recover(PartnersService::emailTaken);
    }

    private Future<Partner> create(SqlClient tx, CreatePartner command) {
        return Future.succeededFuture(command.fields())
                .map(fields -> PartnerProfile.of(fields).orThrow())
                .compose(fields -> partners.appendPartner(tx, new PartnerId(Uuids.next()), fields));
    }

    /** NOT_FOUND, PRECONDITION_FAILED, VALIDATION_FAILED, or CONFLICT when the e-mail is taken. */
    public Future<Done<Partner>> updatePartner(UpdatePartner command) {
        return idempotency
                .once(command.origin(), Reply.ok(Partner.class), tx -> update(tx, command))
                .recover(PartnersService::emailTaken)
                .map(done -> {
                    bus.publish(new Notice.OwnerChanged(
                            Role.PARTNER, command.partner().value()));
                    return done;
                });
    }

    private Future<Partner> update(SqlClient tx, UpdatePartner command) {
        return partners.lockPartner(tx, command.partner())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .map(current -> changed(Preconditions.matched(command.origin(), current), command.patch()))
                .compose(fields -> partners.setPartner(tx, command.partner(), fields));
    }

    private static PartnerFields changed(Partner current, Patch patch) {
        var fields = new PartnerFields(
                current.name(), current.email(), current.isActive(), current.permissions(), current.limits());
        return PartnerProfile.of(merged(fields, patch)).orThrow();
    }

    /** Permissions and limits merge field by field too, so that one permission can be taken without naming the rest. */
    private static PartnerFields merged(PartnerFields current, Patch patch) {
        ObjectNode changes = Json.read(patch.json(), ObjectNode.class);
        mergeNested(changes, "permissions", current.permissions());
        mergeNested(changes, "limits", current.limits());
        return Json.patched(current, new Patch(changes.toString()), PartnerFields.class);
    }

    private static void mergeNested(ObjectNode changes, String field, Record current) {
        if (changes.get(field) instanceof ObjectNode nested) {
            ObjectNode merged = Json.MAPPER.valueToTree(current);
            merged.setAll(nested);
            changes.set(field, merged);
        }
    }

    private static <T> Future<T> emailTaken(Throwable failure) {
        return Future.failedFuture(
                PgProblems.violates(failure, PartnerStore.EMAIL_UNIQUE)
                        ? new Problem(
                                        Problem.Code.CONFLICT,
                                        "Another partner has this e-mail address.",
                                        Map.of("field", "email"))
                                .asException()
                        : failure);
    }
}
