package dev.merit.vouchers.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.vouchers.VouchersRequest;
import dev.merit.contracts.vouchers.VouchersRequest.ListRedemptions;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemptionPage;
import dev.merit.people.Cards;
import dev.merit.people.Members;
import dev.merit.platform.Cursors;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.vouchers.domain.VoucherTerms;
import dev.merit.vouchers.store.RedemptionStore;
import dev.merit.vouchers.store.RedemptionStore.Filter;
import dev.merit.vouchers.store.RedemptionStore.RedemptionKey;
import dev.merit.vouchers.store.StoredRedemption;
import dev.merit.vouchers.store.VoucherKey;
import dev.merit.vouchers.store.VoucherStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that uses a voucher up or gives a use back. Commands of one voucher go to one lane, where they share a
 * batch: in two lanes they would wait for each other at its counter.
 */
public final class RedemptionService {
    private static final int LANES = 2;
    private static final int BATCH_MAX = 256;
    private static final int QUEUE_MAX = 4_096;
    private static final int STARTS_MAX = 4;
    private static final int REMEMBERED_MAX = 50_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Database database;
    private final Bus bus;
    private final Members members;
    private final BonusCards cards;
    private final VoucherStore vouchers = new VoucherStore();
    private final RedemptionStore redemptions = new RedemptionStore();
    private final GroupCommit<Use, UseState, Optional<Done<?>>> commit;

    /** The card of a voucher, empty for most. A wrong one does no harm: it is noticed behind the voucher's lock. */
    private final Cache<VoucherKey, Optional<CardId>> pointsCards = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    /** What all services of the domain remember together. */
    public record People(Members members, Cards cards) {}

    public RedemptionService(Vertx vertx, Bus bus, Database database, People people, MeterRegistry meters) {
        this.database = database;
        this.bus = bus;
        this.members = people.members();
        this.cards = new BonusCards(people.cards());
        this.commit = new GroupCommit<>(
                vertx,
                database,
                meters,
                new GroupCommit.Options("vouchers", LANES, BATCH_MAX, QUEUE_MAX, VouchersRequest.ADDRESS.timeout()),
                new UseBatch(bus));
    }

    /** Redeems a voucher; see {@link RedeemVoucher} for what it refuses. */
    public Future<Done<VoucherRedeemed>> redeem(RedeemVoucher request) {
        return members.resolve(request.fields().memberIdentifier())
                .compose(member -> redeem(request, member, 1))
                .map(done -> done.as(VoucherRedeemed.class));
    }

    /** Begins again when the voucher got another card on the way, a few times at most. */
    private Future<Done<?>> redeem(RedeemVoucher request, MemberRef member, int start) {
        var key = new VoucherKey(request.partner(), request.voucher());
        return pointsCard(key)
                .compose(pointsCard -> cards.find(request.partner(), pointsCard.orElse(null))
                        .compose(card ->
                                submit(new Use.Redeem(request, member, pointsCard.orElse(null), card.orElse(null)))))
                .compose(outcome ->
                        outcome.map(Future::<Done<?>>succeededFuture).orElseGet(() -> again(request, member, start)));
    }

    private Future<Done<?>> again(RedeemVoucher request, MemberRef member, int start) {
        pointsCards.invalidate(new VoucherKey(request.partner(), request.voucher()));
        return start < STARTS_MAX
                ? redeem(request, member, start + 1)
                : Future.failedFuture(Problem.unavailable().asException());
    }

    private Future<Optional<CardId>> pointsCard(VoucherKey key) {
        Optional<CardId> remembered = pointsCards.getIfPresent(key);
        if (remembered != null) {
            return Future.succeededFuture(remembered);
        }
        return vouchers.findTerms(database.lookups(), Set.of(key)).map(found -> {
            VoucherTerms terms = found.get(key);
            Optional<CardId> card = Optional.ofNullable(terms).map(VoucherTerms::pointsCard);
            if (terms != null) {
                pointsCards.put(key, card);
            }
            return card;
        });
    }

    /** Gives a use back; see {@link VoidRedemption}. */
    public Future<Done<VoucherRedemption>> voidRedemption(VoidRedemption request) {
        var key = new RedemptionKey(request.partner(), request.redemption());
        return redemptions
                .find(database.lookups(), Set.of(key))
                .map(found -> Optional.ofNullable(found.get(key))
                        .orElseThrow(() -> Problem.notFound().asException()))
                .compose(before -> submit(new Use.Undo(request, before)))
                .map(done -> done.orElseThrow().as(VoucherRedemption.class));
    }

    /** Lists redemptions, newest first, those of a deleted voucher too. A member whom nobody is called by has none. */
    public Future<VoucherRedemptionPage> list(ListRedemptions query) {
        var voucher = new VoucherKey(query.partner(), query.voucher());
        UUID before = Cursors.read(query.paging().cursor());
        return vouchers.isKnown(database.lookups(), query.partner(), query.voucher())
                .compose(known -> known
                        ? memberOf(query)
                        : Future.failedFuture(Problem.notFound().asException()))
                .compose(asked -> asked.isNobody()
                        ? Future.succeededFuture(pageOf(List.of(), query.paging(), 0))
                        : page(new Filter(voucher, asked.member(), before), query.paging()));
    }

    /** Whose redemptions are asked for: everybody's without a member. */
    private record Whose(@Nullable MemberId member, boolean isNobody) {}

    private Future<Whose> memberOf(ListRedemptions query) {
        String identifier = query.memberIdentifier();
        if (identifier == null) {
            return Future.succeededFuture(new Whose(null, false));
        }
        return bus.ask(new ResolveMember(identifier)).map(resolved -> {
            MemberRef member = resolved.member();
            return new Whose(member == null ? null : member.id(), member == null);
        });
    }

    private Future<VoucherRedemptionPage> page(Filter filter, Paging paging) {
        Future<List<StoredRedemption>> found = redemptions.list(database.pool(), filter, paging);
        Future<Long> counted =
                paging.cursor() == null ? redemptions.count(database.pool(), filter) : Future.succeededFuture(0L);
        return Future.all(found, counted).map(both -> pageOf(found.result(), paging, counted.result()));
    }

    private static VoucherRedemptionPage pageOf(List<StoredRedemption> found, Paging paging, long counted) {
        String next = found.size() > paging.perPage()
                ? Cursors.write(found.get(paging.perPage() - 1).id().value())
                : null;
        return new VoucherRedemptionPage(
                found.stream()
                        .limit(paging.perPage())
                        .map(StoredRedemption::listed)
                        .toList(),
                paging.cursor() == null
                        ? Pagination.numbered(paging, counted, next)
                        : Pagination.following(paging, next));
    }

    /** Finishes what is queued. */
    public Future<Void> stop() {
        return commit.close();
    }

    private Future<Optional<Done<?>>> submit(Use use) {
        // Who keeps one member waiting keeps none of the voucher's others.
        return commit.submit(use.voucher().hashCode(), use.memberUse(), use);
    }
}
