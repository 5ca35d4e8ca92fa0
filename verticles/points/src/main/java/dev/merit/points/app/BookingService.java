package dev.merit.points.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.ledger.store.LedgerReads;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.people.Members;
import dev.merit.people.StaffMembers;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.Outbox;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.ClaimStore;
import dev.merit.points.store.ClaimStore.ClaimKey;
import dev.merit.points.store.RewardStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that moves points: one queue of bookings for each lane, written by group commit. Batches of purchases have
 * lanes of their own, so that a till waits for a batch no longer than for the locks of an account they share.
 */
public final class BookingService {
    private static final int LANES = 2;
    /** More of them than of single bookings, as much of what they take is work of the node in between. */
    private static final int BATCH_LANES = 4;

    private static final int BATCH_MAX = 256;
    private static final int QUEUE_MAX = 4_096;
    private static final int SWEPT_AT_ONCE = 256;
    /** A batch may be as large as a body, so few of them may wait. */
    private static final int BATCHES_WAITING_MAX = 16;

    private static final Duration BATCHES_STALE_AFTER = Duration.ofSeconds(10);
    /**
     * A batch may wait for an account that a till or another node has locked. Meanwhile it holds those it has got, and
     * tills that want them go aside after a tenth of a second; so it does not wait for long.
     */
    private static final Duration BATCHES_LOCKED = Duration.ofMillis(500);

    private final Database database;
    private final LedgerStore ledger = new LedgerStore();
    private final LedgerReads reads = new LedgerReads();
    private final Members members;
    private final StaffMembers staff;
    private final ClaimStore claims = new ClaimStore();
    private final BatchLookUps lookUps;
    private final GroupCommit<Booking, BookingState, Done<?>> commit;
    private final GroupCommit<PurchaseBatches.Batch, BookingState, Done<PurchasedBatch>> batches;

    public BookingService(Vertx vertx, Bus bus, Database database, MeterRegistry meters) {
        this.database = database;
        this.members = new Members(bus);
        this.staff = new StaffMembers(bus);
        this.lookUps = new BatchLookUps(members, staff);
        var work = new BookingBatch(ledger, new CardStore(), new RewardStore(), bus);
        this.commit = new GroupCommit<>(
                vertx,
                database,
                meters,
                new GroupCommit.Options("points", LANES, BATCH_MAX, QUEUE_MAX, PointsRequest.ADDRESS.timeout()),
                work);
        this.batches = new GroupCommit<>(
                vertx,
                database,
                meters,
                new GroupCommit.Options(
                        "points_batches",
                        BATCH_LANES,
                        1,
                        BATCHES_WAITING_MAX / BATCH_LANES,
                        BATCHES_STALE_AFTER,
                        BATCHES_LOCKED),
                new PurchaseBatches(work));
    }

    /** Listens to changes of members and staff. */
    public Future<Void> start() {
        return members.listen().compose(listening -> staff.listen());
    }

    /** Awards points for a purchase; see {@link Purchase} for what it refuses. */
    public Future<Done<Purchased>> purchase(Purchase request) {
        var member = members.resolve(request.fields().memberIdentifier());
        var by = staff.attribute(request.partner(), request.fields().staffId());
        return Future.all(member, by)
                .compose(found -> submit(new Booking.Buy(request, member.result(), by.result())))
                .map(done -> done.as(Purchased.class));
    }

    /** Takes the points of a reward; see {@link Redeem} for what it refuses. */
    public Future<Done<Redeemed>> redeem(Redeem request) {
        var member = members.resolve(request.fields().memberIdentifier());
        var by = staff.attribute(request.partner(), request.fields().staffId());
        return Future.all(member, by)
                .compose(found -> submit(new Booking.Take(request, member.result(), by.result(), null)))
                .map(done -> done.as(Redeemed.class));
    }

    /** Takes the reward that a member has claimed; see {@link ConfirmClaim} for what it refuses. */
    public Future<Done<ConfirmedClaim>> confirm(ConfirmClaim request) {
        return claims.find(database.lookups(), new ClaimKey(request.partner(), request.claim()))
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .compose(claim -> {
                    var member = members.resolve(claim.member().toString());
                    var by = attribute(request.partner(), request.fields().staffId());
                    return Future.all(member, by)
                            .compose(found -> submit(ClaimDesk.booking(request, claim, member.result(), by.result())));
                })
                .map(done -> done.as(ConfirmedClaim.class));
    }

    /** Finds whom a command names; see {@link StaffMembers#attribute}. */
    Future<Attribution> attribute(PartnerId partner, @Nullable StaffId named) {
        return staff.attribute(partner, named);
    }

    /** Takes a purchase or a redemption back; see {@link Reverse} for what it refuses. */
    public Future<Done<Corrected>> reverse(Reverse request) {
        var entry = reads.findEntry(database.lookups(), request.partner(), request.transaction())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
        var by = attribute(request.partner(), request.fields().staffId());
        return Future.all(entry, by)
                .compose(found -> submit(new Booking.Undo(request, entry.result(), by.result())))
                .map(done -> done.as(Corrected.class));
    }

    /** Moves points by hand; see {@link Adjust} for what it refuses. */
    public Future<Done<Corrected>> adjust(Adjust request) {
        var member = members.resolve(request.fields().memberIdentifier());
        var by = attribute(request.partner(), request.fields().staffId());
        return Future.all(member, by)
                .compose(found -> submit(new Booking.Amend(request, member.result(), by.result())))
                .map(done -> done.as(Corrected.class));
    }

    /** Records many purchases at once; see {@link PurchaseBatch}. */
    public Future<Done<PurchasedBatch>> purchaseBatch(PurchaseBatch request) {
        return lookUps.prepare(request)
                .compose(batch -> batches.submitAcross(request.origin(), batch.accounts(), batch));
    }

    /**
     * Books what has expired, a bounded number of accounts at a time. What is spendable does not depend on it: every
     * command books the expiry of its own account first.
     *
     * @return how many accounts were due; there may be more
     */
    public Future<Integer> sweep(String requestId) {
        return ledger.listDue(database.reads(), SWEPT_AT_ONCE).compose(due -> {
            List<Future<Done<?>>> lapses = due.stream()
                    .map(account -> submit(new Booking.Lapse(account, Origin.system(requestId))))
                    .toList();
            return Future.join(lapses).map(due.size());
        });
    }

    /** Finishes what is queued. */
    public Future<Void> stop() {
        return Future.join(commit.close(), batches.close()).mapEmpty();
    }

    /** Bookings of one member go to one lane: they would only wait for each other. */
    private Future<Done<?>> submit(Booking booking) {
        return commit.submit(Outbox.sliceOf(booking.account().member()), booking.account(), booking);
    }
}
