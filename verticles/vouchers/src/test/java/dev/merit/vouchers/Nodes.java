package dev.merit.vouchers;

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
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.Request;
import dev.merit.contracts.TierId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMember;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateFields;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherValidated;
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
 * Nodes that serve vouchers on one database, each with a bus of its own, so that races between nodes are real. Registry
 * and points are small real things: every UUID is a member and a club unless a test says otherwise, and there are the
 * cards and tiers that a test makes.
 */
final class Nodes implements AutoCloseable {
    private static final int PATIENCE = 20;

    private final List<Vertx> vertxes = new ArrayList<>();
    private final List<Bus> buses = new ArrayList<>();
    private final List<Database> databases = new ArrayList<>();
    private final Map<CardId, Owned<Card>> cards = new ConcurrentHashMap<>();
    private final Map<TierId, Owned<Tier>> tiers = new ConcurrentHashMap<>();

    /** Members who are switched off, and clubs that are not there. */
    final Set<MemberId> inactive = ConcurrentHashMap.newKeySet();

    final Set<ClubId> missing = ConcurrentHashMap.newKeySet();

    private record Owned<T extends Record>(PartnerId partner, T value) {}

    Nodes(PostgresFixture postgres, int count) {
        for (int i = 0; i < count; i++) {
            Vertx vertx = Vertx.vertx();
            Bus bus = Bus.patient(vertx, PATIENCE);
            get(bus.serve(RegistryRequest.ADDRESS, RegistryRequest.class, this::registry));
            get(bus.serve(PointsRequest.ADDRESS, PointsRequest.class, this::points));
            Database database = postgres.open(vertx);
            get(vertx.deployVerticle(new VouchersVerticle(bus, database, new SimpleMeterRegistry())));
            vertxes.add(vertx);
            buses.add(bus);
            databases.add(database);
        }
    }

    private Future<Answer> registry(RegistryRequest<?> request) {
        return switch (request) {
            case ResolveMember query -> Future.succeededFuture(query.reply(new ResolvedMember(member(query))));
            case FindClub query
            when !missing.contains(query.club()) ->
                Future.succeededFuture(query.reply(
                        new Club(query.club(), "Club", null, "UTC", "EUR", true, Instant.EPOCH, Instant.EPOCH)));
            default -> Future.failedFuture(Problem.notFound().asException());
        };
    }

    private @Nullable MemberRef member(ResolveMember query) {
        if (query.identifier().contains("@")) {
            return null;
        }
        var id = new MemberId(UUID.fromString(query.identifier()));
        return new MemberRef(id, !inactive.contains(id));
    }

    private Future<Answer> points(PointsRequest<?> request) {
        return switch (request) {
            case FindCard query -> answered(query, cards.get(query.card()), query.partner());
            case FindTier query -> answered(query, tiers.get(query.tier()), query.partner());
            default -> Future.failedFuture(Problem.notFound().asException());
        };
    }

    private static <T extends Record> Future<Answer> answered(
            Request<T> query, @Nullable Owned<T> thing, PartnerId partner) {
        return thing != null && thing.partner().equals(partner)
                ? Future.succeededFuture(query.reply(thing.value()))
                : Future.failedFuture(Problem.notFound().asException());
    }

    /** The bus of a node; numbers beyond the last start again at the first. */
    Bus bus(int node) {
        return buses.get(Math.floorMod(node, buses.size()));
    }

    Database database() {
        return databases.getFirst();
    }

    CardId card(PartnerId partner, ClubId club) {
        return card(partner, club, new CardId(UUID.randomUUID()), true);
    }

    /** Makes a card or changes it, and tells so. */
    @CanIgnoreReturnValue
    CardId card(PartnerId partner, ClubId club, CardId id, boolean isActive) {
        cards.put(id, new Owned<>(partner, cardOf(id, club, isActive)));
        moveUnheard(partner, id, club);
        buses.forEach(bus -> bus.publish(new Notice.CardChanged(id)));
        return id;
    }

    /** Moves a card in the ledger, as points does in the transaction that moves it, before anybody has heard of it. */
    void moveUnheard(PartnerId partner, CardId card, ClubId club) {
        get(new CardClubStore().set(database().pool(), partner, card, club));
    }

    /** Takes a card away, and tells so. */
    void drop(CardId id) {
        var unused = cards.remove(id);
        buses.forEach(bus -> bus.publish(new Notice.CardChanged(id)));
    }

    private static Card cardOf(CardId id, ClubId club, boolean isActive) {
        return new Card(
                id,
                club,
                "Card",
                "Card",
                null,
                "401-882-137-906",
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
                isActive,
                false,
                0,
                0,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** Makes a tier known to points; the ledger gets it with {@link Shop#tier}. */
    void tier(PartnerId partner, Tier tier) {
        tiers.put(tier.id(), new Owned<>(partner, tier));
    }

    Voucher voucher(PartnerId partner, Draft draft) {
        return get(bus(0).command(new CreateVoucher(partner, draft.fields(), -1, origin(null))))
                .body();
    }

    Future<Done<VoucherRedeemed>> redeem(int node, PartnerId partner, VoucherId voucher, MemberId member) {
        return redeem(node, partner, voucher, new RedeemVoucherFields(member.toString(), null, null));
    }

    Future<Done<VoucherRedeemed>> redeem(int node, PartnerId partner, VoucherId voucher, RedeemVoucherFields fields) {
        return bus(node).command(new RedeemVoucher(partner, voucher, fields, origin(null)));
    }

    Future<Done<VoucherRedemption>> undo(int node, PartnerId partner, RedemptionId redemption) {
        return bus(node).command(new VoidRedemption(partner, redemption, "a mistake", origin(null)));
    }

    VoucherValidated validate(PartnerId partner, Voucher voucher, MemberId member, @Nullable Long order) {
        var fields = new ValidateFields(voucher.code(), member.toString(), voucher.clubId(), order);
        return get(bus(0).command(new ValidateVoucher(partner, fields, origin(null))))
                .body();
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

    static ClubId club() {
        return new ClubId(UUID.randomUUID());
    }

    static Origin origin(@Nullable Repeat repeat) {
        return new Origin("test", repeat, null);
    }

    /** What the router makes of an idempotency key and a body. */
    static Repeat repeat(String key, String body) {
        return new Repeat(UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)), body);
    }

    /** The bodies of what was done and the problems of what was refused. */
    static List<Object> settle(List<? extends Future<? extends Done<?>>> sent) {
        return sent.stream()
                .<Object>map(each -> {
                    try {
                        return get(each).body();
                    } catch (ProblemException refusal) {
                        return refusal.problem();
                    }
                })
                .toList();
    }
}
