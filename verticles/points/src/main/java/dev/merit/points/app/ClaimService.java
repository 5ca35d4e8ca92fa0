package dev.merit.points.app;

import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Problem;
import dev.merit.contracts.points.PointsRequest.Claim;
import dev.merit.contracts.points.PointsRequest.ClaimPage;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ClaimSubmitted;
import dev.merit.contracts.points.PointsRequest.ListClaims;
import dev.merit.contracts.points.PointsRequest.ListMemberClaims;
import dev.merit.contracts.points.PointsRequest.MemberClaimPage;
import dev.merit.contracts.points.PointsRequest.RejectClaim;
import dev.merit.contracts.points.PointsRequest.WithdrawClaim;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.Cursors;
import dev.merit.platform.Preconditions;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Outbox;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.ClaimStatus;
import dev.merit.points.store.ClaimListStore;
import dev.merit.points.store.ClaimListStore.ClaimFilter;
import dev.merit.points.store.ClaimStore;
import dev.merit.points.store.ClaimStore.ClaimKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Claims: what members ask for and staff decides. Only confirming moves points, which {@link BookingService#confirm}
 * does; whatever else changes a claim locks its row and nothing that bookings lock.
 */
public final class ClaimService {
    private static final int SWEPT_AT_ONCE = 256;

    private final Database database;
    private final Bus bus;
    private final BookingService bookings;
    private final Idempotency idempotency;
    private final ClaimSubmission submission;
    private final ClaimStore claims = new ClaimStore();
    private final ClaimListStore lists = new ClaimListStore();

    /**
     * Serves claims.
     *
     * @param waits how long a claim is pending at most
     */
    public ClaimService(Database database, Bus bus, BookingService bookings, Duration waits) {
        this.database = database;
        this.bus = bus;
        this.bookings = bookings;
        this.idempotency = new Idempotency(database);
        this.submission = new ClaimSubmission(waits);
    }

    /** Submits a claim; see {@link ClaimReward} for what it refuses. */
    public Future<Done<ClaimSubmitted>> claim(ClaimReward command) {
        return idempotency
                .once(command.origin(), Reply.ok(ClaimSubmitted.class), tx -> submission.submit(tx, command))
                .map(this::announced);
    }

    public Future<ClaimPage> list(ListClaims query) {
        UUID before = Cursors.read(query.paging().cursor());
        String status = query.status();
        ClaimFilter filter = status == null
                ? new ClaimFilter.OfPartner(query.partner(), before)
                : new ClaimFilter.OfStatus(query.partner(), ClaimStatus.of(status), before);
        return page(filter, query.paging(), ClaimView::claim, ClaimPage::new);
    }

    public Future<MemberClaimPage> listOfMember(ListMemberClaims query) {
        var filter = new ClaimFilter.OfMember(
                query.member(), Cursors.read(query.paging().cursor()));
        return page(filter, query.paging(), ClaimView::memberClaim, MemberClaimPage::new);
    }

    /** NOT_FOUND, PRECONDITION_FAILED or CLAIM_NOT_PENDING. */
    public Future<Done<Deleted>> withdraw(WithdrawClaim command) {
        return idempotency
                .once(command.origin(), Reply.ok(Deleted.class), tx -> claims.lockOfMember(
                                tx, command.member(), command.claim())
                        .map(ClaimService::present)
                        .compose(claim -> {
                            var unused = Preconditions.matched(command.origin(), ClaimView.memberClaim(claim));
                            refuse(claim.refuse());
                            return decided(
                                    tx,
                                    List.of(claim.withdrawn()),
                                    command.origin().requestId());
                        })
                        .map(Deleted.of(command.claim().value())))
                .map(this::announced);
    }

    /** NOT_FOUND, CLAIM_NOT_PENDING, or a refusal of {@code staff_id}. */
    public Future<Done<Claim>> reject(RejectClaim command) {
        return bookings.attribute(command.partner(), command.fields().staffId())
                .compose(by -> idempotency.once(command.origin(), Reply.ok(Claim.class), tx -> reject(tx, command, by)))
                .map(this::announced);
    }

    private Future<Claim> reject(SqlClient tx, RejectClaim command, Attribution by) {
        return claims.lock(tx, new ClaimKey(command.partner(), command.claim()))
                .map(ClaimService::present)
                .compose(claim -> {
                    refuse(by.refuse(claim.club()));
                    refuse(claim.refuse());
                    ClaimState rejected = claim.rejected(command.fields().reason(), by.staffId());
                    return decided(tx, List.of(rejected), command.origin().requestId())
                            .map(ClaimView.claim(rejected));
                });
    }

    /**
     * Writes the expiry of a bounded number of claims. Nothing depends on it: a claim past its time is expired all the
     * same.
     *
     * @return how many; there may be more
     */
    public Future<Integer> sweep(String requestId) {
        return database.transaction(tx -> claims.lockLapsed(tx, SWEPT_AT_ONCE).compose(lapsed -> decided(
                                tx, lapsed.stream().map(ClaimState::expired).toList(), requestId)
                        .map(lapsed.size())))
                .onSuccess(this::announceEvents);
    }

    private Future<?> decided(SqlClient tx, List<ClaimState> ended, String requestId) {
        if (ended.isEmpty()) {
            return Future.succeededFuture();
        }
        return claims.setDecided(tx, ended)
                .compose(set -> Outbox.append(
                        tx,
                        ended.stream()
                                .map(claim -> ClaimView.event(claim, requestId))
                                .toList()));
    }

    private <C, P extends Record> Future<P> page(
            ClaimFilter filter, Paging paging, Function<ClaimState, C> view, BiFunction<List<C>, Pagination, P> page) {
        Future<List<ClaimState>> found = lists.list(database.pool(), filter, paging);
        if (paging.cursor() != null) {
            return found.map(claims ->
                    page.apply(shown(claims, paging, view), Pagination.following(paging, next(claims, paging))));
        }
        return Future.all(found, lists.count(database.pool(), filter))
                .map(both -> page.apply(
                        shown(found.result(), paging, view),
                        Pagination.numbered(paging, both.<Long>resultAt(1), next(found.result(), paging))));
    }

    private static <C> List<C> shown(List<ClaimState> found, Paging paging, Function<ClaimState, C> view) {
        return found.stream().limit(paging.perPage()).map(view).toList();
    }

    private static @Nullable String next(List<ClaimState> found, Paging paging) {
        return found.size() > paging.perPage()
                ? Cursors.write(found.get(paging.perPage() - 1).id().value())
                : null;
    }

    private <R extends Record> Done<R> announced(Done<R> done) {
        bus.publish(new Notice.OutboxFilled());
        return done;
    }

    private void announceEvents(int count) {
        if (count > 0) {
            bus.publish(new Notice.OutboxFilled());
        }
    }

    private static ClaimState present(Optional<ClaimState> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }

    private static void refuse(Optional<Problem> problem) {
        if (problem.isPresent()) {
            throw problem.get().asException();
        }
    }
}
