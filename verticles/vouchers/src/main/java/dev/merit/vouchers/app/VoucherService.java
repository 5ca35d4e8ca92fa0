package dev.merit.vouchers.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.points.PointsRequest.Tier;
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
import java.util.Objects;
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
        return settled(command.partner(), wanted, wanted.code(), current)
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

    /**
     * The fields as they are to be kept, once all that they name is there. Ids come before everything else that may be
     * wrong: unknown and foreign ones are NOT_FOUND in any case.
     */
    private Future<VoucherFields> settled(
            PartnerId partner, VoucherFields wanted, @Nullable String code, @Nullable StoredVoucher before) {
        ClubId clubId = wanted.clubId();
        boolean moves = before == null || !before.fields().clubId().equals(clubId);
        boolean names = before == null || moves || !sameThings(before.fields(), wanted);
        long timesUsed = before == null ? 0 : before.timesUsed();
        String currency = wanted.currency();
        var errors = new FieldErrors();
        Future<String> settling = moves || currency == null
                ? clubs.find(partner, clubId).map(club -> currency == null ? club.currency() : currency)
                : Future.succeededFuture(currency);
        return settling.compose(
                known -> (names ? checkNamed(partner, wanted, errors) : Future.succeededFuture()).map(checked -> {
                    checkRoomForUses(wanted, timesUsed, errors);
                    return VoucherCheck.fields(wanted, code == null ? "" : code, known, errors)
                            .orThrow();
                }));
    }

    /** Only what is named anew is judged: a voucher whose tier was deleted can still be renamed. */
    private static boolean sameThings(VoucherFields before, VoucherFields fields) {
        return before.targetTierIds().equals(fields.targetTierIds())
                && Objects.equals(before.pointsCardId(), fields.pointsCardId());
    }

    private Future<?> checkNamed(PartnerId partner, VoucherFields wanted, FieldErrors errors) {
        CardId card = wanted.pointsCardId();
        List<Future<?>> asked = new ArrayList<>();
        if (card != null) {
            asked.add(checkCard(partner, wanted.clubId(), card, errors));
        }
        if (wanted.targetTierIds().size() <= VoucherCheck.TIERS_MAX) { // Too many are refused without asking for each.
            asked.add(checkTiers(partner, wanted, errors));
        }
        return Future.all(asked);
    }

    private Future<?> checkCard(PartnerId partner, ClubId club, CardId card, FieldErrors errors) {
        return cards.named(partner, card, "points_card_id").map(found -> {
            errors.require(found.clubId().equals(club), "points_card_id", "is a card of another club");
            return found;
        });
    }

    private Future<?> checkTiers(PartnerId partner, VoucherFields wanted, FieldErrors errors) {
        List<Future<Tier>> asked = wanted.targetTierIds().stream()
                .map(tier -> bus.askNamed(new FindTier(partner, tier), "target_tier_ids"))
                .toList();
        return Future.all(asked).map(all -> {
            errors.require(
                    all.<Tier>list().stream().allMatch(tier -> tier.clubId().equals(wanted.clubId())),
                    "target_tier_ids",
                    "names a tier of another club");
            return all;
        });
    }

    /** The counter is locked: between this and the commit nobody uses the voucher. */
    private static void checkRoomForUses(VoucherFields fields, long timesUsed, FieldErrors errors) {
        Long total = fields.maxUsesTotal();
        errors.require(
                total == null || total >= timesUsed,
                "max_uses_total",
                "must not be below the " + timesUsed + " uses there are");
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
