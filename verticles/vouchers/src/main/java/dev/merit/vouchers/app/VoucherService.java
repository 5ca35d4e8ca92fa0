package dev.merit.vouchers.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.TierId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.vouchers.VouchersRequest.CountVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.FindVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ListVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.UpdateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherCount;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherPage;
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
import dev.merit.platform.pg.PgProblems;
import dev.merit.vouchers.domain.VoucherCheck;
import dev.merit.vouchers.domain.VoucherCode;
import dev.merit.vouchers.store.VoucherStore;
import dev.merit.vouchers.store.VoucherStore.StoredVoucher;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Vouchers: what can be had, by whom, and how often. */
public final class VoucherService {
    private static final int DRAWS_MAX = 3;

    private final Database database;
    private final Bus bus;
    private final Clubs clubs;
    private final Cards cards;
    private final Idempotency idempotency;
    private final VoucherStore vouchers = new VoucherStore();
    private final SecureRandom chance = new SecureRandom();

    public VoucherService(Database database, Bus bus) {
        this.database = database;
        this.bus = bus;
        this.clubs = new Clubs(bus);
        this.cards = new Cards(bus);
        this.idempotency = new Idempotency(database);
    }

    public Future<Voucher> find(FindVoucher query) {
        return found(database.reads(), query.partner(), query.voucher());
    }

    public Future<VoucherPage> list(ListVouchers query) {
        Future<List<StoredVoucher>> page = vouchers.list(database.pool(), query);
        return Future.all(page, vouchers.count(database.pool(), query))
                .map(both -> new VoucherPage(
                        page.result().stream().map(StoredVoucher::toVoucher).toList(),
                        Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    public Future<VoucherCount> count(CountVouchers query) {
        return vouchers.countIn(database.reads(), query.partner(), query.club()).map(VoucherCount::new);
    }

    /** Makes a voucher; see {@link CreateVoucher} for what it refuses. */
    public Future<Done<Voucher>> create(CreateVoucher command) {
        String given = command.fields().code();
        return given == null
                ? createDrawn(command, 1)
                : createWith(command, given).recover(VoucherService::conflictOf);
    }

    /** A code that another voucher drew before: there are so many that one of the next draws will do. */
    private Future<Done<Voucher>> createDrawn(CreateVoucher command, int draw) {
        return createWith(command, VoucherCode.of(chance.nextLong(VoucherCode.COUNT)))
                .recover(failure -> isTaken(failure) && draw < DRAWS_MAX
                        ? createDrawn(command, draw + 1)
                        : Future.failedFuture(failure));
    }

    private Future<Done<Voucher>> createWith(CreateVoucher command, String code) {
        return idempotency.once(command.origin(), Reply.created(Voucher.class), tx -> insert(tx, command, code));
    }

    private Future<Voucher> insert(SqlClient tx, CreateVoucher command, String code) {
        VoucherId id = new VoucherId(Uuids.next());
        PartnerId partner = command.partner();
        return roomForOneMore(tx, command)
                .compose(room -> settled(partner, command.fields(), code, null))
                .compose(fields -> vouchers.insert(tx, partner, id, fields))
                .compose(inserted -> found(tx, partner, id));
    }

    /** Changes a voucher; see {@link UpdateVoucher}. Earlier redemptions keep what they gave. */
    public Future<Done<Voucher>> update(UpdateVoucher command) {
        return idempotency
                .once(command.origin(), Reply.ok(Voucher.class), tx -> vouchers.lock(
                                tx, command.partner(), command.voucher())
                        .map(VoucherService::present)
                        .compose(current -> change(tx, command, current)))
                .recover(VoucherService::conflictOf);
    }

    private Future<Voucher> change(SqlClient tx, UpdateVoucher command, StoredVoucher current) {
        var matched = Preconditions.matched(command.origin(), current.toVoucher());
        VoucherFields wanted = Json.patched(current.fields(), command.patch(), VoucherFields.class);
        return settled(command.partner(), wanted, wanted.code(), current.fields())
                .map(fields -> withRoomForUses(fields, current.timesUsed()))
                .compose(fields -> vouchers.update(tx, command.partner(), matched.id(), fields))
                .compose(updated -> found(tx, command.partner(), command.voucher()));
    }

    /** Hides a voucher and refuses new use; its redemptions stay readable and can be voided. */
    public Future<Done<Deleted>> delete(DeleteVoucher command) {
        return idempotency.once(
                command.origin(), Reply.ok(Deleted.class), tx -> vouchers.lock(tx, command.partner(), command.voucher())
                        .map(VoucherService::present)
                        .map(current -> Preconditions.matched(command.origin(), current.toVoucher()))
                        .compose(current -> vouchers.delete(tx, command.partner(), command.voucher()))
                        .map(deleted -> Deleted.of(command.voucher().value())));
    }

    /** The fields as they are to be kept, once all that they name is there. */
    private Future<VoucherFields> settled(
            PartnerId partner, VoucherFields wanted, @Nullable String code, @Nullable VoucherFields before) {
        ClubId clubId = wanted.clubId();
        boolean moves = before == null || !before.clubId().equals(clubId);
        String currency = wanted.currency();
        Future<String> settling = moves || currency == null
                ? clubs.find(partner, clubId).map(club -> currency == null ? club.currency() : currency)
                : Future.succeededFuture(currency);
        return settling.compose(known -> fitting(partner, wanted, moves || !sameThings(before, wanted))
                .map(fits -> VoucherCheck.fields(wanted, code == null ? "" : code, known)
                        .orThrow()));
    }

    /** Only what is named anew is judged: a voucher whose tier was deleted can still be renamed. */
    private static boolean sameThings(@Nullable VoucherFields before, VoucherFields fields) {
        return before != null
                && before.targetTierIds().equals(fields.targetTierIds())
                && Optional.ofNullable(before.pointsCardId()).equals(Optional.ofNullable(fields.pointsCardId()));
    }

    /** Ids come before everything else that may be wrong: unknown and foreign ones are NOT_FOUND in any case. */
    private Future<?> fitting(PartnerId partner, VoucherFields wanted, boolean judged) {
        if (!judged || wanted.targetTierIds().size() > VoucherCheck.TIERS_MAX) {
            return Future.succeededFuture(); // Too many tiers are refused without asking for each.
        }
        CardId card = wanted.pointsCardId();
        List<Future<?>> asked = new ArrayList<>();
        if (card != null) {
            asked.add(cardOf(partner, wanted.clubId(), card));
        }
        wanted.targetTierIds().forEach(tier -> asked.add(tierOf(partner, wanted.clubId(), tier)));
        return asked.isEmpty() ? Future.succeededFuture() : Future.all(asked);
    }

    private Future<?> cardOf(PartnerId partner, ClubId club, CardId card) {
        return cards.named(partner, card, "points_card_id")
                .map(found -> required(found.clubId().equals(club), "points_card_id", "is a card of another club"));
    }

    private Future<?> tierOf(PartnerId partner, ClubId club, TierId tier) {
        return bus.askNamed(new FindTier(partner, tier), "target_tier_ids")
                .map(found -> required(found.clubId().equals(club), "target_tier_ids", "names a tier of another club"));
    }

    private static boolean required(boolean holds, String field, String message) {
        if (!holds) {
            throw Problem.invalid(field, message).asException();
        }
        return true;
    }

    /** The counter is locked: between this and the commit nobody uses the voucher. */
    private static VoucherFields withRoomForUses(VoucherFields fields, long timesUsed) {
        Long total = fields.maxUsesTotal();
        var unused = required(
                total == null || total >= timesUsed,
                "max_uses_total",
                "must not be below the " + timesUsed + " uses there are");
        return fields;
    }

    private Future<Void> roomForOneMore(SqlClient tx, CreateVoucher command) {
        if (command.limit() == Limits.UNLIMITED) {
            return Future.succeededFuture();
        }
        return Locks.advisory(tx, "vouchers of " + command.partner())
                .compose(locked -> vouchers.countIn(tx, command.partner(), null))
                .map(existing -> Preconditions.roomFor("vouchers", command.limit(), existing))
                .mapEmpty();
    }

    private Future<Voucher> found(SqlClient client, PartnerId partner, VoucherId voucher) {
        return vouchers.find(client, partner, voucher)
                .map(VoucherService::present)
                .map(StoredVoucher::toVoucher);
    }

    private static StoredVoucher present(Optional<StoredVoucher> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }

    private static boolean isTaken(Throwable failure) {
        return PgProblems.violates(failure, VoucherStore.CODE_INDEX);
    }

    private static <R> Future<R> conflictOf(Throwable failure) {
        return Future.failedFuture(
                isTaken(failure)
                        ? new Problem(Code.CONFLICT, "Another voucher has this code.", Map.of("field", "code"))
                                .asException()
                        : failure);
    }
}
