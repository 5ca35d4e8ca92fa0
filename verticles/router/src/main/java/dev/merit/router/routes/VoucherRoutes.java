package dev.merit.router.routes;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.FindVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ListRedemptions;
import dev.merit.contracts.vouchers.VouchersRequest.ListVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.UpdateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateFields;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Vouchers of a partner and their use. */
final class VoucherRoutes implements Routes {
    private static final Reply.Wrong UNKNOWN = new Reply.Wrong(1, false);

    private final Bus bus;

    VoucherRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "vouchers.listVouchers", this::list,
                "vouchers.findVoucher", this::find,
                "vouchers.createVoucher", this::create,
                "vouchers.updateVoucher", this::update,
                "vouchers.deleteVoucher", this::delete,
                "vouchers.validateVoucher", this::validate,
                "vouchers.redeemVoucher", this::redeem,
                "vouchers.listRedemptions", this::redemptions,
                "vouchers.voidRedemption", this::voidRedemption);
    }

    private Future<Reply> list(Call call) {
        ClubId club = call.filter("club_id", id -> new ClubId(UUID.fromString(id)));
        return bus.ask(new ListVouchers(call.partner(), club, call.text("q"), call.flag("is_active"), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindVoucher(call.partner(), voucher(call))).map(Reply::resource);
    }

    private Future<Reply> create(Call call) {
        var fields = call.body(VoucherFields.class);
        int limit = call.limits().vouchers();
        return bus.command(new CreateVoucher(call.partner(), fields, limit, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> update(Call call) {
        return bus.command(new UpdateVoucher(call.partner(), voucher(call), call.patch(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> delete(Call call) {
        return bus.command(new DeleteVoucher(call.partner(), voucher(call), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> validate(Call call) {
        var fields = call.body(ValidateFields.class);
        return bus.command(new ValidateVoucher(call.partner(), fields, call.origin()))
                .map(done -> {
                    Reply reply = Reply.done(done);
                    return done.body().reason() == Reason.UNKNOWN_CODE ? reply.telling(UNKNOWN) : reply;
                });
    }

    private Future<Reply> redeem(Call call) {
        var fields = call.body(RedeemVoucherFields.class);
        return bus.command(new RedeemVoucher(call.partner(), voucher(call), fields, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> redemptions(Call call) {
        var query = new ListRedemptions(call.partner(), voucher(call), call.text("member_identifier"), call.paging());
        return bus.ask(query).map(Reply::page);
    }

    private Future<Reply> voidRedemption(Call call) {
        RedemptionId redemption = call.id("id", RedemptionId::new);
        String reason = call.body().path("reason").asText();
        return bus.command(new VoidRedemption(call.partner(), redemption, reason, call.origin()))
                .map(Reply::done);
    }

    private static VoucherId voucher(Call call) {
        return call.id("id", VoucherId::new);
    }
}
