package dev.merit.stamps;

import static dev.merit.testing.Eventually.get;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.Answer;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMember;
import dev.merit.contracts.registry.RegistryRequest.ResolvedStaff;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import dev.merit.contracts.stamps.StampsRequest.AddStamps;
import dev.merit.contracts.stamps.StampsRequest.CreateStampCard;
import dev.merit.contracts.stamps.StampsRequest.FindStampProgress;
import dev.merit.contracts.stamps.StampsRequest.RedeemStamps;
import dev.merit.contracts.stamps.StampsRequest.StampCard;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.contracts.stamps.StampsRequest.StampCardProgress;
import dev.merit.contracts.stamps.StampsRequest.StampFields;
import dev.merit.contracts.stamps.StampsRequest.StampRedemptionFields;
import dev.merit.contracts.stamps.StampsRequest.StampsAdded;
import dev.merit.contracts.stamps.StampsRequest.StampsRedeemed;
import dev.merit.contracts.stamps.StampsRequest.UpdateStampCard;
import dev.merit.ledger.store.CardClubStore;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that serve stamps on one database, each with a bus of its own, so that races between nodes are real. Registry
 * and points are small real things beside them: every UUID is an active member unless it was put to sleep, and clubs,
 * staff and loyalty cards are those that a test made.
 */
final class Nodes implements AutoCloseable {
    private static final int PATIENCE = 20;

    private final List<Vertx> vertxes = new ArrayList<>();
    private final List<Bus> buses = new ArrayList<>();
    private final List<Database> databases = new ArrayList<>();
    private final Map<ClubId, Owned<Club>> clubs = new ConcurrentHashMap<>();
    private final Map<CardId, Owned<Card>> cards = new ConcurrentHashMap<>();
    private final Map<StaffId, Owned<StaffRef>> staff = new ConcurrentHashMap<>();
    private final Set<MemberId> asleep = ConcurrentHashMap.newKeySet();

    private record Owned<T>(PartnerId partner, T value) {
        static <T> @Nullable T of(PartnerId asking, @Nullable Owned<T> owned) {
            return owned != null && owned.partner().equals(asking) ? owned.value() : null;
        }
    }

    Nodes(PostgresFixture postgres, int count) {
        for (int i = 0; i < count; i++) {
            Vertx vertx = Vertx.vertx();
            Bus bus = Bus.patient(vertx, PATIENCE);
            get(bus.serve(RegistryRequest.ADDRESS, RegistryRequest.class, this::registry));
            get(bus.serve(PointsRequest.ADDRESS, PointsRequest.class, this::points));
            Database database = postgres.open(vertx);
            get(vertx.deployVerticle(new StampsVerticle(bus, database, new SimpleMeterRegistry())));
            vertxes.add(vertx);
            buses.add(bus);
            databases.add(database);
        }
    }

    private Future<Answer> registry(RegistryRequest<?> request) {
        return switch (request) {
            case ResolveMember query -> {
                var id = new MemberId(UUID.fromString(query.identifier()));
                yield Future.succeededFuture(query.reply(new ResolvedMember(new MemberRef(id, !asleep.contains(id)))));
            }
            case FindClub query -> {
                Club own = Owned.of(query.partner(), clubs.get(query.club()));
                yield own == null ? nothing() : Future.succeededFuture(query.reply(own));
            }
            case ResolveStaff query ->
                Future.succeededFuture(
                        query.reply(new ResolvedStaff(Owned.of(query.partner(), staff.get(query.staff())))));
            default -> nothing();
        };
    }

    private Future<Answer> points(PointsRequest<?> request) {
        if (request instanceof FindCard query) {
            Card own = Owned.of(query.partner(), cards.get(query.card()));
            return own == null ? nothing() : Future.succeededFuture(query.reply(own));
        }
        return nothing();
    }

    private static Future<Answer> nothing() {
        return Future.failedFuture(Problem.notFound().asException());
    }

    /** The bus of a node; numbers beyond the last start again at the first. */
    Bus bus(int node) {
        return buses.get(Math.floorMod(node, buses.size()));
    }

    ClubId club(PartnerId partner, String timeZone) {
        var id = new ClubId(UUID.randomUUID());
        settle(partner, id, timeZone);
        return id;
    }

    /** Makes a club or moves it to another time zone, and tells so. */
    void settle(PartnerId partner, ClubId id, String timeZone) {
        clubs.put(
                id,
                new Owned<>(partner, new Club(id, "Club", null, timeZone, "EUR", true, Instant.EPOCH, Instant.EPOCH)));
        buses.forEach(bus -> bus.publish(new Notice.ClubChanged(id)));
    }

    /** A loyalty card whose points expire after a year. */
    CardId card(PartnerId partner, ClubId club) {
        var id = new CardId(UUID.randomUUID());
        put(partner, club, id);
        return id;
    }

    /** Moves a loyalty card to another club, and tells so. */
    void move(PartnerId partner, CardId card, ClubId club) {
        put(partner, club, card);
        buses.forEach(bus -> bus.publish(new Notice.CardChanged(card)));
    }

    /** Moves a card in the ledger, as points does in the transaction that moves it, before anybody has heard of it. */
    void moveUnheard(PartnerId partner, CardId card, ClubId club) {
        get(new CardClubStore().set(databases.getFirst().pool(), partner, card, club));
    }

    private void put(PartnerId partner, ClubId club, CardId id) {
        moveUnheard(partner, id, club);
        cards.put(
                id,
                new Owned<>(
                        partner,
                        new Card(
                                id,
                                club,
                                "Card",
                                "Card",
                                null,
                                "1",
                                "EUR",
                                1,
                                BigDecimal.ONE,
                                null,
                                null,
                                0,
                                12,
                                null,
                                null,
                                null,
                                null,
                                null,
                                true,
                                false,
                                0,
                                0,
                                Instant.EPOCH,
                                Instant.EPOCH)));
    }

    /** Deletes a loyalty card, and tells so. */
    void delete(CardId card) {
        var unused = cards.remove(card);
        buses.forEach(bus -> bus.publish(new Notice.CardChanged(card)));
    }

    StaffId hire(PartnerId partner, ClubId club) {
        var id = new StaffId(UUID.randomUUID());
        staff.put(id, new Owned<>(partner, new StaffRef(id, club, "Grace")));
        return id;
    }

    /** Switches a member off, and tells so. */
    void putToSleep(MemberId member) {
        asleep.add(member);
        buses.forEach(bus -> bus.publish(new Notice.MemberChanged(member)));
    }

    StampCard stampCard(PartnerId partner, StampCardFields fields) {
        return get(bus(0).command(new CreateStampCard(partner, fields, -1, origin(null))))
                .body();
    }

    @CanIgnoreReturnValue
    StampCard change(PartnerId partner, StampCardId stampCard, String json) {
        return get(bus(1).command(new UpdateStampCard(partner, stampCard, new Patch(json), origin(null))))
                .body();
    }

    Future<Done<StampsAdded>> add(int node, PartnerId partner, StampCardId stampCard, StampFields fields) {
        return add(node, partner, stampCard, fields, null);
    }

    Future<Done<StampsAdded>> add(
            int node, PartnerId partner, StampCardId stampCard, StampFields fields, @Nullable Repeat repeat) {
        return bus(node).command(new AddStamps(partner, stampCard, fields, origin(repeat)));
    }

    Future<Done<StampsRedeemed>> redeem(
            int node, PartnerId partner, StampCardId stampCard, MemberId member, @Nullable Repeat repeat) {
        var fields = new StampRedemptionFields(member.toString(), null, null);
        return bus(node).command(new RedeemStamps(partner, stampCard, fields, origin(repeat)));
    }

    List<StampCardProgress> progress(@Nullable PartnerId partner, MemberId member) {
        return get(bus(1).ask(new FindStampProgress(partner, member))).items();
    }

    @Override
    public void close() {
        vertxes.forEach(vertx -> get(vertx.close()));
    }

    static PartnerId partner() {
        return new PartnerId(UUID.randomUUID());
    }

    static MemberId member() {
        return new MemberId(UUID.randomUUID());
    }

    static StampFields stamps(MemberId member, int stamps) {
        return new StampFields(member.toString(), stamps, null, null, null, null);
    }

    static StampFields ordered(MemberId member, String order) {
        return new StampFields(member.toString(), 1, null, null, null, order);
    }

    static Origin origin(@Nullable Repeat repeat) {
        return new Origin("test", repeat, null);
    }

    /** What the router makes of an idempotency key and a body. */
    static Repeat repeat(String key, String body) {
        return new Repeat(UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)), body);
    }
}
