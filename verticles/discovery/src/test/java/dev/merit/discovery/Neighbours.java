package dev.merit.discovery;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.Answer;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Limits;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Request;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.discovery.DiscoveryRequest.Part;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.FindPartner;
import dev.merit.contracts.keys.KeysRequest.HomepagePartner;
import dev.merit.contracts.keys.KeysRequest.HomepagePartners;
import dev.merit.contracts.keys.KeysRequest.ListHomepagePartners;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.contracts.points.LiveCardsRequest;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCard;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCardByNumber;
import dev.merit.contracts.points.LiveCardsRequest.ListLiveCards;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.contracts.points.LiveCardsRequest.LiveCards;
import dev.merit.contracts.stamps.LiveStampCardsRequest;
import dev.merit.contracts.stamps.LiveStampCardsRequest.FindLiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.ListLiveStampCards;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCards;
import dev.merit.contracts.vouchers.LiveVouchersRequest;
import dev.merit.contracts.vouchers.LiveVouchersRequest.FindLiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.ListLiveVouchers;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Discovery on a bus, and beside it domains that each have one thing of one partner. They can hang, and they can fail.
 */
final class Neighbours implements AutoCloseable {
    static final String NUMBER = "344-319-665-974";

    private static final int PATIENCE = 20;

    final PartnerId partner = new PartnerId(UUID.randomUUID());
    final CardId card = new CardId(UUID.randomUUID());
    final StampCardId stampCard = new StampCardId(UUID.randomUUID());
    final VoucherId voucher = new VoucherId(UUID.randomUUID());

    volatile Permissions permissions = Permissions.all();
    volatile boolean isActive = true;
    volatile Set<Part> hanging = EnumSet.noneOf(Part.class);
    volatile Set<Part> failing = EnumSet.noneOf(Part.class);
    final List<Request<?>> asked = new CopyOnWriteArrayList<>();

    private final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.patient(vertx, PATIENCE);

    Neighbours(Duration patience) {
        get(bus.serve(KeysRequest.ADDRESS, KeysRequest.class, this::keys));
        get(bus.serve(LiveCardsRequest.ADDRESS, LiveCardsRequest.class, this::cards));
        get(bus.serve(LiveStampCardsRequest.ADDRESS, LiveStampCardsRequest.class, this::stampCards));
        get(bus.serve(LiveVouchersRequest.ADDRESS, LiveVouchersRequest.class, this::vouchers));
        get(vertx.deployVerticle(new DiscoveryVerticle(bus, patience)).<Void>mapEmpty());
    }

    private Future<Answer> keys(KeysRequest<?> request) {
        asked.add(request);
        return switch (request) {
            case ListHomepagePartners query ->
                answered(
                        Set.of(),
                        query.reply(new HomepagePartners(List.of(new HomepagePartner(partner, permissions)))));
            case FindPartner query ->
                answered(
                        Set.of(),
                        query.reply(new Partner(
                                partner,
                                "Bakery",
                                "bakery@example.com",
                                isActive,
                                permissions,
                                Limits.standard(),
                                Instant.EPOCH,
                                Instant.EPOCH)));
            default -> nothing();
        };
    }

    private Future<Answer> cards(LiveCardsRequest<?> request) {
        asked.add(request);
        var known = new LiveCard(
                partner, card, "Card", "Coffee", null, "EUR", 1, BigDecimal.ONE, 0, null, null, null, true, 7, 1);
        return switch (request) {
            case ListLiveCards query ->
                answered(
                        Set.of(Part.CARDS),
                        query.reply(new LiveCards(query.partners().isEmpty() ? List.of() : List.of(known))));
            case FindLiveCard query when query.card().equals(card) -> answered(Set.of(Part.CARDS), query.reply(known));
            case FindLiveCardByNumber query
            when query.uniqueIdentifier().equals(NUMBER) -> answered(Set.of(Part.CARDS), query.reply(known));
            default -> answered(Set.of(Part.CARDS), nothing());
        };
    }

    private Future<Answer> stampCards(LiveStampCardsRequest<?> request) {
        asked.add(request);
        var known = new LiveStampCard(
                partner, stampCard, "Tea", null, 6, "⭐", "A tea", null, null, null, null, null, true, 3, 2);
        return switch (request) {
            case ListLiveStampCards query ->
                answered(
                        Set.of(Part.STAMP_CARDS),
                        query.reply(new LiveStampCards(query.partners().isEmpty() ? List.of() : List.of(known))));
            case FindLiveStampCard query
            when query.stampCard().equals(stampCard) -> answered(Set.of(Part.STAMP_CARDS), query.reply(known));
            default -> answered(Set.of(Part.STAMP_CARDS), nothing());
        };
    }

    private Future<Answer> vouchers(LiveVouchersRequest<?> request) {
        asked.add(request);
        var known = new LiveVoucher(
                partner,
                voucher,
                "A tenth off",
                null,
                "TENTH",
                VoucherType.PERCENTAGE,
                BigDecimal.TEN,
                "EUR",
                null,
                null);
        return switch (request) {
            case ListLiveVouchers query ->
                answered(
                        Set.of(Part.VOUCHERS),
                        query.reply(new LiveVouchers(query.partners().isEmpty() ? List.of() : List.of(known))));
            case FindLiveVoucher query
            when query.voucher().equals(voucher) -> answered(Set.of(Part.VOUCHERS), query.reply(known));
            default -> answered(Set.of(Part.VOUCHERS), nothing());
        };
    }

    private Future<Answer> answered(Set<Part> of, Answer answer) {
        return answered(of, Future.succeededFuture(answer));
    }

    private Future<Answer> answered(Set<Part> of, Future<Answer> answer) {
        if (hanging.stream().anyMatch(of::contains)) {
            return Promise.<Answer>promise().future();
        }
        return failing.stream().anyMatch(of::contains)
                ? Future.failedFuture(Problem.unavailable().asException())
                : answer;
    }

    private static Future<Answer> nothing() {
        return Future.failedFuture(Problem.notFound().asException());
    }

    @Override
    public void close() {
        get(vertx.close());
    }
}
