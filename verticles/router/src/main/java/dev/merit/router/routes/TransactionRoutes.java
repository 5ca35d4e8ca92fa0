package dev.merit.router.routes;

import dev.merit.contracts.CardId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.ListTransactions;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.RedeemFields;
import dev.merit.contracts.points.PointsRequest.TransactionFilter;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;

/** Points earned and spent. */
final class TransactionRoutes implements Routes {
    private final Bus bus;

    TransactionRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.purchase", this::purchase,
                "points.redeem", this::redeem,
                "points.listTransactions", this::list,
                "points.findTransaction", this::find);
    }

    private Future<Reply> purchase(Call call) {
        return bus.command(new Purchase(call.partner(), call.body(PurchaseFields.class), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> redeem(Call call) {
        return bus.command(new Redeem(call.partner(), call.body(RedeemFields.class), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> list(Call call) {
        var filter = new TransactionFilter(
                call.text("member_identifier"),
                call.filter("card_id", id -> new CardId(UUID.fromString(id))),
                call.text("event"),
                call.filter("from", LocalDate::parse),
                call.filter("to", LocalDate::parse));
        return bus.ask(new ListTransactions(call.partner(), filter, call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> find(Call call) {
        return bus.ask(new FindTransaction(call.partner(), call.id("id", TransactionId::new)))
                .map(Reply::resource);
    }
}
