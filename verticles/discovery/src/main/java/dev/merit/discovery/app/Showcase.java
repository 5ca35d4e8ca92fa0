package dev.merit.discovery.app;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import dev.merit.contracts.discovery.DiscoveryRequest.Part;
import dev.merit.contracts.keys.KeysRequest.HomepagePartners;
import dev.merit.contracts.points.LiveCardsRequest.ListLiveCards;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.contracts.points.LiveCardsRequest.LiveCards;
import dev.merit.contracts.stamps.LiveStampCardsRequest.ListLiveStampCards;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCards;
import dev.merit.contracts.vouchers.LiveVouchersRequest.ListLiveVouchers;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVouchers;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what is shown to everybody. Three domains are asked at once, and none makes the others' answers wait long.
 */
final class Showcase {
    private static final Logger LOGGER = LoggerFactory.getLogger(Showcase.class);

    private final Bus bus;
    private final Partners partners;
    private final Duration patience;

    /**
     * What was gathered.
     *
     * @param missing lists that are empty because nobody told them in time; null when there is none
     */
    record Gathered(
            List<LiveCard> cards,
            List<LiveStampCard> stampCards,
            List<LiveVoucher> vouchers,
            @Nullable List<Part> missing) {}

    Showcase(Bus bus, Partners partners, Duration patience) {
        this.bus = bus;
        this.partners = partners;
        this.patience = patience;
    }

    /** SERVICE_UNAVAILABLE when none of the three lists is known, or whose things may be shown. */
    Future<Gathered> gather(@Nullable MemberId member) {
        return partners.onHomepage()
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(Problem.unavailable().asException()))
                .compose(shown -> gather(shown, member));
    }

    private Future<Gathered> gather(HomepagePartners shown, @Nullable MemberId member) {
        List<Part> missing = new ArrayList<>();
        var cards = inTime(
                bus.ask(new ListLiveCards(Partners.having(Kind.LOYALTY_CARD, shown), member)),
                LiveCards::items,
                Part.CARDS,
                missing);
        var stampCards = inTime(
                bus.ask(new ListLiveStampCards(Partners.having(Kind.STAMP_CARD, shown), member)),
                LiveStampCards::items,
                Part.STAMP_CARDS,
                missing);
        var vouchers = inTime(
                bus.ask(new ListLiveVouchers(Partners.having(Kind.VOUCHER, shown))),
                LiveVouchers::items,
                Part.VOUCHERS,
                missing);
        return Future.all(cards, stampCards, vouchers).map(all -> {
            if (missing.size() == Part.values().length) {
                throw Problem.unavailable().asException();
            }
            missing.sort(null);
            return new Gathered(
                    cards.result(), stampCards.result(), vouchers.result(), missing.isEmpty() ? null : missing);
        });
    }

    /** The list that was asked for, or an empty one that is noted as missing. It never fails. */
    private <A extends Record, T> Future<List<T>> inTime(
            Future<A> asked, Function<A, List<T>> items, Part part, List<Part> missing) {
        return asked.timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .map(items)
                .recover(failure -> {
                    LOGGER.atWarn()
                            .addKeyValue("part", part)
                            .addKeyValue("cause", failure.toString())
                            .log("discovery_part_missing");
                    missing.add(part);
                    return Future.succeededFuture(List.of());
                });
    }
}
