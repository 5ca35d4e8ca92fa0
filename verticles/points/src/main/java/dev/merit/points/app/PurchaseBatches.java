package dev.merit.points.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.BatchResult;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.platform.Json;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.GroupCommit.Outcome;
import dev.merit.platform.pg.Idempotency.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What group commit does for batches of purchases: one batch is one command and one transaction. Its items are loaded
 * and decided exactly as single purchases are, and each leaves its answer under its own idempotency key.
 */
final class PurchaseBatches implements GroupCommit.Work<PurchaseBatches.Batch, BookingState, Done<PurchasedBatch>> {
    private final BookingBatch bookings;

    PurchaseBatches(BookingBatch bookings) {
        this.bookings = bookings;
    }

    /** A batch on its way through group commit. */
    record Batch(PurchaseBatch request, List<Line> lines) {

        Stream<Booking> bookings() {
            return lines.stream().<Booking>map(Line::buy).filter(Objects::nonNull);
        }

        Set<AccountKey> accounts() {
            return bookings().map(Booking::account).collect(Collectors.toSet());
        }
    }

    /** One item, with its member found; else the reason why it is refused already. */
    record Line(Booking.@Nullable Buy buy, @Nullable Problem refusal) {

        static Line of(Booking.Buy buy) {
            return new Line(buy, null);
        }

        static Line refused(Problem problem) {
            return new Line(null, problem);
        }
    }

    /** An item that stands in the way of all. */
    private record Refused(int index, Problem error) {}

    @Override
    public Future<BookingState> load(SqlClient tx, List<Batch> batches) {
        List<Booking> all = bookings(batches);
        return bookings.load(tx, all, commands(batches, all));
    }

    @Override
    public Future<Optional<BookingState>> look(SqlClient client, List<Batch> batches) {
        List<Booking> all = bookings(batches);
        return bookings.look(client, all, commands(batches, all));
    }

    private static List<Booking> bookings(List<Batch> batches) {
        return batches.stream().flatMap(Batch::bookings).toList();
    }

    /** All that may have been done before. */
    private static List<Origin> commands(List<Batch> batches, List<Booking> bookings) {
        return Stream.concat(
                        batches.stream().map(batch -> batch.request().origin()),
                        bookings.stream().map(Booking::origin))
                .toList();
    }

    /** Batches come one at a time: what one of them takes back must not take its neighbours with it. */
    @Override
    public GroupCommit.Decision<Done<PurchasedBatch>> decide(BookingState state, List<Batch> batches) {
        if (batches.size() != 1) {
            throw new IllegalStateException(batches.size() + " batches in one transaction");
        }
        Batch batch = batches.getFirst();
        var desk = new BookingDesk(state);
        List<@Nullable String> written = new ArrayList<>(batch.lines().size());
        try {
            Done<PurchasedBatch> done = state.repeats()
                    .once(
                            batch.request().origin(),
                            Reply.ok(PurchasedBatch.class),
                            () -> decide(batch, desk, written),
                            decided -> json(decided, written));
            boolean writes = desk.isChanged() || state.repeats().isChanged();
            return new GroupCommit.Decision<>(
                    List.of(new Outcome.Accepted<>(done)),
                    writes ? bookings.changes(desk) : null,
                    isGuarded(done, batch));
        } catch (ProblemException refusal) {
            return new GroupCommit.Decision<>(List.of(new Outcome.Refused<>(refusal.problem())), null);
        }
    }

    /** An item that was refused by what was read is not guarded. */
    private static boolean isGuarded(Done<PurchasedBatch> done, Batch batch) {
        return done.replayed() != null
                || done.body().items().stream()
                        .allMatch(item -> item.error() == null
                                || batch.lines().get(item.index()).refusal() != null);
    }

    /** @param written takes the JSON of each item that was written just now, and null for each that was not */
    private static PurchasedBatch decide(Batch batch, BookingDesk desk, List<@Nullable String> written) {
        List<BatchResult> results = new ArrayList<>(batch.lines().size());
        for (Line line : batch.lines()) {
            results.add(result(results.size(), line, desk, written));
        }
        List<BatchResult> refused =
                results.stream().filter(result -> result.error() != null).toList();
        if (batch.request().mode() == BatchMode.ALL_OR_NOTHING && !refused.isEmpty()) {
            throw refusal(refused).asException();
        }
        return new PurchasedBatch(results, results.size() - refused.size(), refused.size());
    }

    private static BatchResult result(int index, Line line, BookingDesk desk, List<@Nullable String> written) {
        Booking.Buy buy = line.buy();
        if (buy == null) {
            written.add(null);
            return new BatchResult(index, null, Objects.requireNonNull(line.refusal(), "a line without anything"));
        }
        return switch (desk.decide(buy)) {
            case Outcome.Accepted<Done<?>>(Done<?> done) -> {
                written.add(done.written());
                yield new BatchResult(index, Purchased.class.cast(done.body()), null);
            }
            case Outcome.Refused<Done<?>>(Problem problem) -> {
                written.add(null);
                yield new BatchResult(index, null, problem);
            }
        };
    }

    /** The same as {@link Json#write}, made of what the items have just stored for themselves. */
    private static String json(PurchasedBatch batch, List<@Nullable String> written) {
        var text = new StringBuilder(batch.items().size() * 1_024).append("{\"items\":[");
        for (int i = 0; i < batch.items().size(); i++) {
            BatchResult item = batch.items().get(i);
            String data = written.get(i);
            text.append(i == 0 ? "" : ",")
                    .append("{\"index\":")
                    .append(item.index())
                    .append(",\"data\":")
                    .append(data == null ? json(item.data()) : data)
                    .append(",\"error\":")
                    .append(json(item.error()))
                    .append('}');
        }
        return text.append("],\"succeeded\":")
                .append(batch.succeeded())
                .append(",\"failed\":")
                .append(batch.failed())
                .append('}')
                .toString();
    }

    private static String json(@Nullable Record value) {
        return value == null ? "null" : Json.write(value);
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
