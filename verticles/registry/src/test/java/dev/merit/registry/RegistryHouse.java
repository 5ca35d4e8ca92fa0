package dev.merit.registry;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Answer;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.Request;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.PointsRequest.ClubCount;
import dev.merit.contracts.points.PointsRequest.CountInClub;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.stamps.StampsRequest.CountStampCards;
import dev.merit.contracts.stamps.StampsRequest.StampCardCount;
import dev.merit.contracts.vouchers.VouchersRequest;
import dev.merit.contracts.vouchers.VouchersRequest.CountVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherCount;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The verticle on a bus of its own, with keys and points beside it as far as it asks them. */
final class RegistryHouse implements AutoCloseable {
    private static final int PATIENCE = 20;

    final Vertx vertx = Vertx.vertx();
    final Database database;
    final Bus bus = Bus.patient(vertx, PATIENCE);
    /** What points says when it is asked for the cards of a club. */
    final AtomicLong cards = new AtomicLong();
    /** And for its tiers. */
    final AtomicLong tiers = new AtomicLong();
    /** And for its stamp cards. */
    final AtomicLong stampCards = new AtomicLong();
    /** And for its vouchers. */
    final AtomicLong vouchers = new AtomicLong();
    /** What keys was told. */
    final List<SetMemberActive> told = new CopyOnWriteArrayList<>();
    /** Whether keys is away. */
    final AtomicBoolean keysAway = new AtomicBoolean();

    RegistryHouse(PostgresFixture postgres) {
        database = postgres.open(vertx);
        get(bus.serve(PointsRequest.ADDRESS, PointsRequest.class, this::points));
        get(bus.serve(StampsRequest.ADDRESS, StampsRequest.class, this::stamps));
        get(bus.serve(VouchersRequest.ADDRESS, VouchersRequest.class, this::vouchers));
        get(bus.serve(KeysRequest.ADDRESS, KeysRequest.class, this::keys));
        get(vertx.deployVerticle(new RegistryVerticle(bus, database)).<Void>mapEmpty());
    }

    private Future<Answer> points(PointsRequest<?> request) {
        return request instanceof CountInClub count
                ? Future.succeededFuture(count.reply(new ClubCount(cards.get(), tiers.get())))
                : Future.failedFuture(Problem.notFound().asException());
    }

    private Future<Answer> stamps(StampsRequest<?> request) {
        return request instanceof CountStampCards count
                ? Future.succeededFuture(count.reply(new StampCardCount(stampCards.get())))
                : Future.failedFuture(Problem.notFound().asException());
    }

    private Future<Answer> vouchers(VouchersRequest<?> request) {
        return request instanceof CountVouchers count
                ? Future.succeededFuture(count.reply(new VoucherCount(vouchers.get())))
                : Future.failedFuture(Problem.notFound().asException());
    }

    private Future<Answer> keys(KeysRequest<?> request) {
        if (request instanceof SetMemberActive set && !keysAway.get()) {
            told.add(set);
            return Future.succeededFuture(set.reply(new Acknowledged()));
        }
        return Future.failedFuture(Problem.unavailable().asException());
    }

    /** Asks for what a test begins with, and waits until it is done. */
    void given(Request<?> request) {
        Object unused = get(bus.ask(request));
    }

    static Origin repeated(Repeat repeat) {
        return new Origin("test", repeat, null);
    }

    static Origin ifMatch(String etag) {
        return new Origin("test", null, etag);
    }

    static Repeat repeat(String bodyHash) {
        return new Repeat(UUID.randomUUID(), bodyHash);
    }

    @Override
    public void close() {
        get(database.close());
        get(vertx.close());
    }
}
