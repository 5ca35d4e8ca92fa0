package dev.merit.points.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.BatchResult;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.platform.Json;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.GroupCommit.Outcome;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Stored;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What group commit does for batches of purchases: one batch is one command and one transaction. Its items are loaded
 * and decided exactly as single purchases are, and each leaves its answer under its own idempotency key.
 */
final class PurchaseBatches
        implements GroupCommit.Work<PurchaseBatches.Batch, PurchaseBatches.State, Done<PurchasedBatch>> {
    private static final int OK = 200;

    private final BookingBatch bookings;

    PurchaseBatches(BookingBatch bookings) {
        this.bookings = bookings;
    }

    /** A batch on its way through group commit. */
    record Batch(PurchaseBatch request, List<Line> lines) {}

    /** One item, with its member found; else the reason why it is refused already. */
    record Line(Booking.@Nullable Buy buy, @Nullable Problem refusal) {

        static Line of(Booking.Buy buy) {
            return new Line(buy, null);
        }

        static Line refused(Problem problem) {
            return new Line(null, problem);
        }
    }

    /**
     * What a batch has to know.
     *
     * @param replays batches that were done before under the key of the whole batch
     */
    record State(BookingState bookings, Map<UUID, Stored> replays) {}

    /** An item that stands in the way of all. */
    private record Refused(int index, Problem error) {}

    @Override
    public Future<State> load(SqlClient tx, List<Batch> batches) {
        List<Booking> all = batches.stream()
                .flatMap(batch -> batch.lines().stream())
                .<Booking>map(Line::buy)
                .filter(Objects::nonNull)
                .toList();
        List<UUID> keys = batches.stream()
                .map(batch -> batch.request().origin().repeat())
                .filter(Objects::nonNull)
                .map(Repeat::id)
                .toList();
        var loaded = bookings.load(tx, all);
        Future<Map<UUID, Stored>> replays =
                keys.isEmpty() ? Future.succeededFuture(Map.of()) : Idempotency.find(tx, keys);
        return Future.all(loaded, replays).map(both -> new State(loaded.result(), replays.result()));
    }

    /** Batches come one at a time: what one of them takes back must not take its neighbours with it. */
    @Override
    public GroupCommit.Decision<Done<PurchasedBatch>> decide(State state, List<Batch> batches) {
        if (batches.size() != 1) {
            throw new IllegalStateException(batches.size() + " batches in one transaction");
        }
        Batch batch = batches.getFirst();
        var desk = new BookingDesk(state.bookings());
        try {
            Done<PurchasedBatch> done = decide(state, batch, desk);
            boolean isNew = done.replayed() == null;
            boolean writes = desk.isChanged() || !desk.answers().isEmpty();
            return new GroupCommit.Decision<>(
                    List.of(new Outcome.Accepted<>(done)), isNew && writes ? bookings.changes(desk) : null);
        } catch (ProblemException refusal) {
            return new GroupCommit.Decision<>(List.of(new Outcome.Refused<>(refusal.problem())), null);
        }
    }

    private static Done<PurchasedBatch> decide(State state, Batch batch, BookingDesk desk) {
        Repeat repeat = batch.request().origin().repeat();
        Stored earlier = repeat == null ? null : state.replays().get(repeat.id());
        if (repeat != null && earlier != null) {
            return earlier.replay(repeat, PurchasedBatch.class);
        }
        List<BatchResult> results = new ArrayList<>(batch.lines().size());
        for (Line line : batch.lines()) {
            results.add(result(results.size(), line, desk));
        }
        List<BatchResult> refused =
                results.stream().filter(result -> result.error() != null).toList();
        if (batch.request().mode() == BatchMode.ALL_OR_NOTHING && !refused.isEmpty()) {
            throw refusal(refused).asException();
        }
        var body = new PurchasedBatch(results, results.size() - refused.size(), refused.size());
        if (repeat != null) {
            desk.keep(new Stored(repeat.id(), repeat.bodyHash(), OK, Json.write(body)));
        }
        return Done.fresh(body);
    }

    private static BatchResult result(int index, Line line, BookingDesk desk) {
        Booking.Buy buy = line.buy();
        if (buy == null) {
            return new BatchResult(index, null, Objects.requireNonNull(line.refusal(), "a line without anything"));
        }
        return switch (desk.decide(buy)) {
            case Outcome.Accepted<Done<?>>(Done<?> done) ->
                new BatchResult(index, Purchased.class.cast(done.body()), null);
            case Outcome.Refused<Done<?>>(Problem problem) -> new BatchResult(index, null, problem);
        };
    }

    private static Problem refusal(List<BatchResult> refused) {
        List<Refused> items = refused.stream()
                .map(each -> new Refused(each.index(), Objects.requireNonNull(each.error())))
                .toList();
        return new Problem(
                Code.VALIDATION_FAILED,
                "Nothing was recorded: " + refused.size() + " of the purchases cannot be.",
                Map.of("items", items));
    }
}
