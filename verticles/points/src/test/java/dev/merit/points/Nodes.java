package dev.merit.points;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.Answer;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.points.PointsRequest.Balance;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.CreateCard;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.FindBalance;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.RedeemFields;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolveMembers;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMember;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMembers;
import dev.merit.contracts.registry.RegistryRequest.ResolvedStaff;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that serve points on one database, each with a bus of its own, so that races between nodes are real. The
 * registry is a small real thing: it knows every club but one, every UUID is an active member, and it has the staff
 * that a test hires.
 */
final class Nodes implements AutoCloseable {
    /** The one club that nobody knows. */
    static final ClubId NO_CLUB = new ClubId(new UUID(0, 0));
    /** The only identifier that leads nowhere. */
    static final String NOBODY = "nobody";

    private static final int PATIENCE = 20;

    private final List<Vertx> vertxes = new ArrayList<>();
    private final List<Bus> buses = new ArrayList<>();
    private final Map<StaffId, Hired> staff = new ConcurrentHashMap<>();

    private record Hired(PartnerId partner, StaffRef ref) {}

    Nodes(PostgresFixture postgres, int count) {
        for (int i = 0; i < count; i++) {
            Vertx vertx = Vertx.vertx();
            Bus bus = Bus.patient(vertx, PATIENCE);
            get(bus.serve(RegistryRequest.ADDRESS, RegistryRequest.class, this::registry));
            Database database = postgres.open(vertx);
            get(vertx.deployVerticle(
                    new PointsVerticle(bus, database, Settings.read(Map.of()), new SimpleMeterRegistry())));
            vertxes.add(vertx);
            buses.add(bus);
        }
    }

    private Future<Answer> registry(RegistryRequest<?> request) {
        return switch (request) {
            case FindClub query
            when query.club().equals(NO_CLUB) ->
                Future.failedFuture(Problem.notFound().asException());
            case ResolveMember query -> Future.succeededFuture(query.reply(resolved(query.identifier())));
            case ResolveMembers query ->
                Future.succeededFuture(query.reply(new ResolvedMembers(
                        query.identifiers().stream().map(Nodes::resolved).toList())));
            case FindClub query ->
                Future.succeededFuture(query.reply(
                        new Club(query.club(), "Club", null, "UTC", "EUR", true, Instant.EPOCH, Instant.EPOCH)));
            case ResolveStaff query -> {
                Hired hired = staff.get(query.staff());
                StaffRef own = hired != null && hired.partner().equals(query.partner()) ? hired.ref() : null;
                yield Future.succeededFuture(query.reply(new ResolvedStaff(own)));
            }
            default -> Future.failedFuture(Problem.notFound().asException());
        };
    }

    private static ResolvedMember resolved(String identifier) {
        return new ResolvedMember(
                identifier.equals(NOBODY) ? null : new MemberRef(new MemberId(UUID.fromString(identifier)), true));
    }

    /** The bus of a node; numbers beyond the last start again at the first. */
    Bus bus(int node) {
        return buses.get(Math.floorMod(node, buses.size()));
    }

    /** Adds a member of staff to a club. */
    StaffId hire(PartnerId partner, ClubId club, String name) {
        var id = new StaffId(UUID.randomUUID());
        staff.put(id, new Hired(partner, new StaffRef(id, club, name)));
        return id;
    }

    /** Takes a member of staff away, and tells so. */
    void dismiss(StaffId id) {
        var unused = staff.remove(id);
        bus(0).publish(new Notice.StaffChanged(id));
    }

    CardId card(PartnerId partner, CardFields fields) {
        return get(bus(0).command(new CreateCard(partner, fields, -1, origin(null))))
                .body()
                .id();
    }

    RewardId reward(PartnerId partner, CardId card, long points) {
        RewardFields fields =
                new RewardFields(List.of(card), "Coffee", null, null, points, null, null, null, null, null, true);
        return get(bus(0).command(new CreateReward(partner, fields, -1, origin(null))))
                .body()
                .id();
    }

    Future<Done<Purchased>> purchase(int node, PartnerId partner, PurchaseFields fields, @Nullable Repeat repeat) {
        return bus(node).command(new Purchase(partner, fields, origin(repeat)));
    }

    Future<Done<Redeemed>> redeem(int node, PartnerId partner, RedeemFields fields) {
        return bus(node).command(new Redeem(partner, fields, origin(null)));
    }

    Balance balance(PartnerId partner, MemberId member, CardId card) {
        return get(bus(0).ask(new FindBalance(partner, member, card)));
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

    /** One point for each unit of the currency, no bonus, twelve months. */
    static CardFields plainCard() {
        return card(0);
    }

    static CardFields card(long initialBonus) {
        return new CardFields(
                new ClubId(UUID.randomUUID()),
                "Card",
                null,
                null,
                null,
                1,
                BigDecimal.ONE,
                null,
                null,
                initialBonus,
                12,
                null,
                null,
                null,
                null,
                null,
                true,
                false);
    }

    static PurchaseFields of(CardId card, MemberId member, String amount) {
        return new PurchaseFields(card, member.toString(), new BigDecimal(amount), null, null, null, null);
    }

    static RedeemFields of(CardId card, RewardId reward, MemberId member) {
        return new RedeemFields(card, reward, member.toString(), null, null, null);
    }

    static Origin origin(@Nullable Repeat repeat) {
        return new Origin("test", repeat, null);
    }

    /** What the router makes of an idempotency key and a body. */
    static Repeat repeat(String key, String body) {
        return new Repeat(UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)), body);
    }
}
