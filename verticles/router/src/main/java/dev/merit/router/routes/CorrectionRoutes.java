package dev.merit.router.routes;

import dev.merit.contracts.ProblemException;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.AdjustFields;
import dev.merit.contracts.points.PointsRequest.BatchItem;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.contracts.points.PointsRequest.ReverseFields;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.BatchAnswer;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Points corrected by hand, and purchases handed in together. */
final class CorrectionRoutes implements Routes {
    private static final int CREATED = 201;

    private final Bus bus;

    CorrectionRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "points.reverse", this::reverse,
                "points.adjust", this::adjust,
                "points.purchaseBatch", this::purchaseBatch);
    }

    private Future<Reply> reverse(Call call) {
        TransactionId transaction = call.id("id", TransactionId::new);
        return bus.command(new Reverse(call.partner(), transaction, call.body(ReverseFields.class), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> adjust(Call call) {
        return bus.command(new Adjust(call.partner(), call.body(AdjustFields.class), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> purchaseBatch(Call call) {
        List<BatchItem> items =
                call.items().stream().map(CorrectionRoutes::item).toList();
        BatchMode mode = BatchMode.of(call.body().path("mode").asText());
        return bus.command(new PurchaseBatch(call.partner(), items, mode, call.origin()))
                .map(done -> BatchAnswer.reply(done, CREATED))
                .recover(failure -> Future.failedFuture(BatchAnswer.refusal(failure)));
    }

    private static BatchItem item(Call.Item item) {
        if (item.refusal() != null) {
            return new BatchItem(null, item.repeat(), item.refusal());
        }
        try {
            return new BatchItem(Call.read(item.body(), PurchaseFields.class), item.repeat(), null);
        } catch (ProblemException refusal) {
            return new BatchItem(null, item.repeat(), refusal.problem());
        }
    }
}
