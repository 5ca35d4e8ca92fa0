package dev.merit.vouchers;

import dev.merit.contracts.Answer;
import dev.merit.contracts.vouchers.LiveVouchersRequest;
import dev.merit.contracts.vouchers.VouchersRequest;
import dev.merit.contracts.vouchers.VouchersRequest.CountVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.FindVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ListRedemptions;
import dev.merit.contracts.vouchers.VouchersRequest.ListVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.UpdateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.people.Cards;
import dev.merit.people.Clubs;
import dev.merit.people.Members;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.vouchers.app.LiveVoucherService;
import dev.merit.vouchers.app.RedemptionService;
import dev.merit.vouchers.app.ValidationService;
import dev.merit.vouchers.app.VoucherService;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves vouchers on the event bus. It only routes: the services work, the domain decides. */
public final class VouchersVerticle extends VerticleBase {
    private final Bus bus;
    private final Database database;
    private final MeterRegistry meters;

    private VoucherService vouchers;
    private ValidationService validations;
    private RedemptionService redemptions;
    private LiveVoucherService live;

    @SuppressWarnings("NullAway.Init") // Services are made in start(), on the verticle's own context.
    public VouchersVerticle(Bus bus, Database database, MeterRegistry meters) {
        this.bus = bus;
        this.database = database;
        this.meters = meters;
    }

    @Override
    public Future<?> start() {
        var members = new Members(bus);
        var clubs = new Clubs(bus);
        var cards = new Cards(bus);
        vouchers = new VoucherService(database, bus);
        validations = new ValidationService(database, members, clubs, cards);
        redemptions = new RedemptionService(vertx, bus, database, new RedemptionService.People(members, cards), meters);
        live = new LiveVoucherService(database);
        return members.listen()
                .compose(listening -> clubs.listen())
                .compose(listening -> cards.listen())
                .compose(listening -> bus.serve(VouchersRequest.ADDRESS, VouchersRequest.class, this::answer))
                .compose(serving -> bus.serve(LiveVouchersRequest.ADDRESS, LiveVouchersRequest.class, live::answer));
    }

    @Override
    public Future<?> stop() {
        return redemptions.stop();
    }

    private Future<Answer> answer(VouchersRequest<?> request) {
        return switch (request) {
            case ListVouchers query -> vouchers.list(query).map(query::reply);
            case FindVoucher query -> vouchers.find(query).map(query::reply);
            case CountVouchers query -> vouchers.count(query).map(query::reply);
            case CreateVoucher command -> vouchers.create(command).map(command::reply);
            case UpdateVoucher command -> vouchers.update(command).map(command::reply);
            case DeleteVoucher command -> vouchers.delete(command).map(command::reply);
            case ValidateVoucher command -> validations.validate(command).map(command::reply);
            case RedeemVoucher command -> redemptions.redeem(command).map(command::reply);
            case VoidRedemption command -> redemptions.voidRedemption(command).map(command::reply);
            case ListRedemptions query -> redemptions.list(query).map(query::reply);
        };
    }
}
