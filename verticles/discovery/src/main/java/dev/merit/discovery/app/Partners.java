package dev.merit.discovery.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import dev.merit.contracts.keys.KeysRequest.FindPartner;
import dev.merit.contracts.keys.KeysRequest.HomepagePartner;
import dev.merit.contracts.keys.KeysRequest.HomepagePartners;
import dev.merit.contracts.keys.KeysRequest.ListHomepagePartners;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Whose things may be found. Keys knows; what it says is remembered for two seconds. */
final class Partners {
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(2);
    private static final int REMEMBERED_MAX = 10_000;

    private final Bus bus;
    private final Remembered<HomepagePartners> onHomepage;
    private final Cache<PartnerId, Partner> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    Partners(Bus bus) {
        this.bus = bus;
        this.onHomepage = new Remembered<>(REMEMBERED_FOR, () -> bus.ask(new ListHomepagePartners()));
    }

    /** Those who show their things to everybody. */
    Future<HomepagePartners> onHomepage() {
        return onHomepage.get();
    }

    /** Those of them who may have things of a kind. */
    static List<PartnerId> having(Kind kind, HomepagePartners partners) {
        return partners.items().stream()
                .filter(partner -> mayHave(kind, partner.permissions()))
                .map(HomepagePartner::id)
                .toList();
    }

    /** Lets a thing through when its partner is active and may have such things; else it is not there. */
    <T> Future<T> ifOpen(PartnerId partner, Kind kind, T thing) {
        return find(partner).map(found -> {
            if (!found.isActive() || !mayHave(kind, found.permissions())) {
                throw Problem.notFound().asException();
            }
            return thing;
        });
    }

    private Future<Partner> find(PartnerId partner) {
        Partner remembered = known.getIfPresent(partner);
        return remembered != null
                ? Future.succeededFuture(remembered)
                : bus.ask(new FindPartner(partner)).onSuccess(found -> known.put(partner, found));
    }

    private static boolean mayHave(Kind kind, Permissions permissions) {
        return switch (kind) {
            case LOYALTY_CARD -> permissions.loyaltyCards();
            case STAMP_CARD -> permissions.stampCards();
            case VOUCHER -> permissions.vouchers();
        };
    }
}
