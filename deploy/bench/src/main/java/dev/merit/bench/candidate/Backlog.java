package dev.merit.bench.candidate;

import dev.merit.bench.measure.BenchFailed;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.platform.pg.Outbox;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** Writes events of purchases into the outbox as group commit does: a transaction for many, a row for each slice in it. */
public final class Backlog implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final int UNDER_WAY_MAX = 4;

    private final Vertx vertx = Vertx.vertx();
    private final Database database;
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final PartnerId partner = new PartnerId(Uuids.next());
    private final ClubId club = new ClubId(Uuids.next());
    private final CardId card = new CardId(Uuids.next());
    private final TierId tier = new TierId(Uuids.next());
    private final StaffId staff = new StaffId(Uuids.next());
    private final List<MemberId> members = new ArrayList<>();
    private final long[] entries;

    public Backlog(String databaseUrl, int members) {
        this.database =
                Database.open(vertx, new DatabaseOptions(databaseUrl, null, DatabaseOptions.APP_ROLE, UNDER_WAY_MAX));
        for (int i = 0; i < members; i++) {
            this.members.add(new MemberId(Uuids.next()));
        }
        this.entries = new long[members];
    }

    /** Writes that many and comes back when all are committed. */
    public void fill(int events, int batch) {
        List<Future<?>> underWay = new ArrayList<>();
        for (int written = 0; written < events; written += batch) {
            underWay.add(commit(Math.min(batch, events - written)));
            if (underWay.size() == UNDER_WAY_MAX) {
                await(Future.all(underWay));
                underWay.clear();
            }
        }
        await(Future.all(underWay));
    }

    /** Writes batches at a steady pace, whether or not the last one has been committed, and answers how many events. */
    public int trickle(int eventsPerSecond, Duration time, Duration pace) {
        int batch = (int) (eventsPerSecond * pace.toMillis() / 1_000);
        List<Future<?>> all = new ArrayList<>();
        long begun = System.nanoTime();
        int batches = (int) (time.toNanos() / pace.toNanos());
        for (int i = 0; i < batches; i++) {
            long due = begun + i * pace.toNanos();
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchFailed("Interrupted while events were written.", e);
            }
            all.add(commit(batch));
        }
        await(Future.all(all));
        return batches * batch;
    }

    private Future<?> commit(int count) {
        List<TransactionRecorded> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(purchase(random.nextInt(entries.length)));
        }
        return database.transaction(tx -> Outbox.append(tx, events).mapEmpty());
    }

    private TransactionRecorded purchase(int member) {
        long sequence = ++entries[member];
        Instant now = Instant.now();
        return new TransactionRecorded(
                new TransactionId(Uuids.next()),
                partner,
                club,
                card,
                members.get(member),
                sequence,
                "staff_credited_points_for_purchase",
                15,
                15 * sequence,
                new BigDecimal("12.50"),
                "EUR",
                12L,
                3L,
                0L,
                new BigDecimal("1.25"),
                tier,
                new EarningRules(1, BigDecimal.ONE, null, 1_000L, 0, 12),
                now.plusSeconds(86_400),
                staff,
                null,
                null,
                null,
                "order-" + sequence,
                now,
                now,
                "01J0000000000000000000" + sequence);
    }

    private static void await(Future<?> future) {
        try {
            var unused = future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BenchFailed("Events could not be written: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailed("Interrupted while events were written.", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
