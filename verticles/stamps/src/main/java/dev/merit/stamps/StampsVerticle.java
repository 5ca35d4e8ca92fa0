package dev.merit.stamps;

import dev.merit.contracts.Answer;
import dev.merit.contracts.stamps.LiveStampCardsRequest;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.stamps.StampsRequest.AddStamps;
import dev.merit.contracts.stamps.StampsRequest.CountStampCards;
import dev.merit.contracts.stamps.StampsRequest.CreateStampCard;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.FindStampCard;
import dev.merit.contracts.stamps.StampsRequest.FindStampProgress;
import dev.merit.contracts.stamps.StampsRequest.ListStampCards;
import dev.merit.contracts.stamps.StampsRequest.RedeemStamps;
import dev.merit.contracts.stamps.StampsRequest.UpdateStampCard;
import dev.merit.platform.Housekeeping;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.stamps.app.LiveStampCardService;
import dev.merit.stamps.app.StampCardService;
import dev.merit.stamps.app.StampService;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;

/** Serves stamps on the event bus. It only routes: the services work, the domain decides. */
public final class StampsVerticle extends VerticleBase {
    private final Bus bus;
    private final Database database;
    private final MeterRegistry meters;

    private StampCardService stampCards;
    private StampService stamps;
    private LiveStampCardService live;
    private Housekeeping housekeeping;

    @SuppressWarnings("NullAway.Init") // Services are made in start(), on the verticle's own context.
    public StampsVerticle(Bus bus, Database database, MeterRegistry meters) {
        this.bus = bus;
        this.database = database;
        this.meters = meters;
    }

    @Override
    public Future<?> start() {
        stampCards = new StampCardService(database, bus);
        stamps = new StampService(vertx, bus, database, meters);
        live = new LiveStampCardService(database);
        housekeeping = new Housekeeping(vertx, database, Map.of("stamps_expired", () -> stamps.sweep("stamp-sweep")));
        return stamps.start()
                .compose(listening -> bus.serve(StampsRequest.ADDRESS, StampsRequest.class, this::answer))
                .compose(serving -> bus.serve(LiveStampCardsRequest.ADDRESS, LiveStampCardsRequest.class, live::answer))
                .onSuccess(serving -> housekeeping.start());
    }

    @Override
    public Future<?> stop() {
        return housekeeping.stop().eventually(stamps::stop);
    }

    private Future<Answer> answer(StampsRequest<?> request) {
        return switch (request) {
            case ListStampCards query -> stampCards.list(query).map(query::reply);
            case FindStampCard query -> stampCards.find(query).map(query::reply);
            case CountStampCards query -> stampCards.count(query).map(query::reply);
            case CreateStampCard command -> stampCards.create(command).map(command::reply);
            case UpdateStampCard command -> stampCards.update(command).map(command::reply);
            case DeleteStampCard command -> stampCards.delete(command).map(command::reply);
            case AddStamps command -> stamps.addStamps(command).map(command::reply);
            case RedeemStamps command -> stamps.redeemStamps(command).map(command::reply);
            case FindStampProgress query -> stamps.progress(query).map(query::reply);
        };
    }
}
