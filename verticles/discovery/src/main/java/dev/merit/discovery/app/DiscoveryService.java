package dev.merit.discovery.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.discovery.DiscoveryRequest.Discover;
import dev.merit.contracts.discovery.DiscoveryRequest.Discovered;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredThing;
import dev.merit.contracts.discovery.DiscoveryRequest.FindShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import dev.merit.contracts.discovery.DiscoveryRequest.Resolve;
import dev.merit.contracts.discovery.DiscoveryRequest.Resolved;
import dev.merit.contracts.discovery.DiscoveryRequest.Shown;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownLists;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownThing;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCard;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCardByNumber;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.FindLiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.contracts.vouchers.LiveVouchersRequest.FindLiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;
import dev.merit.discovery.domain.Identifiers;
import dev.merit.discovery.domain.Links;
import dev.merit.discovery.domain.Pointer;
import dev.merit.discovery.domain.Pointer.ToAnything;
import dev.merit.discovery.domain.Pointer.ToCard;
import dev.merit.discovery.domain.Pointer.ToNumber;
import dev.merit.discovery.domain.Pointer.ToStampCard;
import dev.merit.discovery.domain.Pointer.ToVoucher;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What there is to join: lists for members and for strangers, and what a link or a number leads to. */
public final class DiscoveryService {
    private static final Duration SHOWN_FOR = Duration.ofSeconds(2);
    private static final int PAGES_MAX = 10_000;
    private static final List<String> ONE_OF_TWO = List.of("give exactly one of url and identifier");

    private final Bus bus;
    private final Partners partners;
    private final Showcase showcase;
    private final Remembered<ShownLists> shown;
    private final Cache<FindShown, Shown> pages = Caffeine.newBuilder()
            .maximumSize(PAGES_MAX)
            .expireAfterWrite(SHOWN_FOR)
            .build();

    public DiscoveryService(Bus bus, Duration patience) {
        this.bus = bus;
        this.partners = new Partners(bus);
        this.showcase = new Showcase(bus, partners, patience);
        this.shown = new Remembered<>(SHOWN_FOR, this::gatherShown);
    }

    /** What is shown to everybody, with the member's side of it; SERVICE_UNAVAILABLE when nothing is known. */
    public Future<Discovered> discover(Discover query) {
        return showcase.gather(query.member())
                .map(found -> new Discovered(
                        found.cards().stream().map(Views::discovered).toList(),
                        found.stampCards().stream().map(Views::discovered).toList(),
                        found.vouchers().stream().map(Views::discovered).toList(),
                        found.missing()));
    }

    /** The same for strangers, at most about four seconds old. */
    public Future<ShownLists> listShown() {
        return shown.get();
    }

    private Future<ShownLists> gatherShown() {
        return showcase.gather(null)
                .map(found -> new ShownLists(
                        found.cards().stream().map(Views::shown).toList(),
                        found.stampCards().stream().map(Views::shown).toList(),
                        found.vouchers().stream().map(Views::shown).toList(),
                        found.missing()));
    }

    /** One thing for strangers, listed or not, at most about four seconds old; NOT_FOUND when it is not live. */
    public Future<Shown> findShown(FindShown query) {
        Shown remembered = pages.getIfPresent(query);
        return remembered != null
                ? Future.succeededFuture(remembered)
                : askShown(query).onSuccess(found -> pages.put(query, found));
    }

    private Future<Shown> askShown(FindShown query) {
        Future<? extends ShownThing> found =
                switch (query.kind()) {
                    case LOYALTY_CARD ->
                        openCard(bus.ask(new FindLiveCard(new CardId(query.id()), null)))
                                .map(Views::shown);
                    case STAMP_CARD ->
                        openStampCard(bus.ask(new FindLiveStampCard(new StampCardId(query.id()), null)))
                                .map(Views::shown);
                    case VOUCHER ->
                        openVoucher(bus.ask(new FindLiveVoucher(new VoucherId(query.id()))))
                                .map(Views::shown);
                };
        return found.map(Shown::new);
    }

    /** What a link or a number leads to; VALIDATION_FAILED, or NOT_FOUND on the one that was given. */
    public Future<Resolved> resolve(Resolve query) {
        String url = query.url();
        String identifier = query.identifier();
        if ((url == null) == (identifier == null)) {
            return Future.failedFuture(Problem.invalid(Map.of("url", ONE_OF_TWO, "identifier", ONE_OF_TWO))
                    .asException());
        }
        return url != null
                ? resolve(query.member(), "url", Links.parse(url), "is no link to a card, stamp card or voucher")
                : resolve(
                        query.member(),
                        "identifier",
                        identifier == null ? Optional.empty() : Identifiers.parse(identifier),
                        "is neither an id nor the twelve digits of a card");
    }

    private Future<Resolved> resolve(MemberId member, String field, Optional<Pointer> pointer, String complaint) {
        if (pointer.isEmpty()) {
            return Future.failedFuture(Problem.invalid(field, complaint).asException());
        }
        return follow(member, pointer.get())
                .map(Resolved::new)
                .recover(failure -> Future.failedFuture(
                        ProblemException.isNotFound(failure)
                                ? Problem.notFound(field).asException()
                                : failure));
    }

    private Future<DiscoveredThing> follow(MemberId member, Pointer pointer) {
        return switch (pointer) {
            case ToCard(var card) -> card(member, card);
            case ToStampCard(var stampCard) -> stampCard(member, stampCard);
            case ToVoucher(var voucher) -> voucher(voucher);
            case ToAnything(var id) -> anything(member, id);
            case ToNumber(var number) ->
                openCard(bus.ask(new FindLiveCardByNumber(number, member))).map(Views::discovered);
        };
    }

    /** A domain that does not answer is no reason to say that there is nothing. */
    private Future<DiscoveredThing> anything(MemberId member, UUID id) {
        var asked = List.of(
                card(member, new CardId(id)), stampCard(member, new StampCardId(id)), voucher(new VoucherId(id)));
        return Future.any(asked)
                .transform(told -> told.succeeded()
                        ? asked.stream().filter(Future::succeeded).findFirst().orElseThrow()
                        : Future.failedFuture(worst(asked)));
    }

    private static Throwable worst(List<Future<DiscoveredThing>> failed) {
        return failed.stream()
                .map(Future::cause)
                .filter(failure -> !ProblemException.isNotFound(failure))
                .findFirst()
                .orElseGet(() -> Problem.notFound().asException());
    }

    private Future<DiscoveredThing> card(MemberId member, CardId card) {
        return openCard(bus.ask(new FindLiveCard(card, member))).map(Views::discovered);
    }

    private Future<DiscoveredThing> stampCard(MemberId member, StampCardId stampCard) {
        return openStampCard(bus.ask(new FindLiveStampCard(stampCard, member))).map(Views::discovered);
    }

    private Future<DiscoveredThing> voucher(VoucherId voucher) {
        return openVoucher(bus.ask(new FindLiveVoucher(voucher))).map(Views::discovered);
    }

    private Future<LiveCard> openCard(Future<LiveCard> asked) {
        return asked.compose(card -> partners.ifOpen(card.partnerId(), Kind.LOYALTY_CARD, card));
    }

    private Future<LiveStampCard> openStampCard(Future<LiveStampCard> asked) {
        return asked.compose(card -> partners.ifOpen(card.partnerId(), Kind.STAMP_CARD, card));
    }

    private Future<LiveVoucher> openVoucher(Future<LiveVoucher> asked) {
        return asked.compose(voucher -> partners.ifOpen(voucher.partnerId(), Kind.VOUCHER, voucher));
    }
}
