package dev.merit.stamps.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.stamps.StampsRequest.AddStamps;
import dev.merit.contracts.stamps.StampsRequest.FindStampProgress;
import dev.merit.contracts.stamps.StampsRequest.RedeemStamps;
import dev.merit.contracts.stamps.StampsRequest.StampProgress;
import dev.merit.contracts.stamps.StampsRequest.StampsAdded;
import dev.merit.contracts.stamps.StampsRequest.StampsRedeemed;
import dev.merit.people.Cards;
import dev.merit.people.Clubs;
import dev.merit.people.Members;
import dev.merit.people.StaffMembers;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupCommit;
import dev.merit.platform.pg.Outbox;
import dev.merit.stamps.app.StampCommand.Parties;
import dev.merit.stamps.store.ProgressReads;
import dev.merit.stamps.store.StampCardStore.StampCardKey;
import dev.merit.stamps.store.StampStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that changes members' stamps: one queue of commands for each lane, written by group commit. */
public final class StampService {
    private static final int LANES = 2;
    private static final int BATCH_MAX = 256;
    private static final int QUEUE_MAX = 4_096;
    private static final int SWEPT_AT_ONCE = 256;
    private static final int LISTED_MAX = 500;
    private static final int LOOKS_MAX = 4;

    private final Database database;
    private final StampStore stamps = new StampStore();
    private final ProgressReads reads = new ProgressReads();
    private final Members members;
    private final StaffMembers staff;
    private final Clubs clubs;
    private final Cards cards;
    private final Neighbours neighbours;
    private final GroupCommit<StampCommand, StampState, Optional<Done<?>>> commit;

    public StampService(Vertx vertx, Bus bus, Database database, MeterRegistry meters) {
        this.database = database;
        this.members = new Members(bus);
        this.staff = new StaffMembers(bus);
        this.clubs = new Clubs(bus);
        this.cards = new Cards(bus);
        this.neighbours = new Neighbours(database, clubs, cards);
        this.commit = new GroupCommit<>(
                vertx,
                database,
                meters,
                new GroupCommit.Options("stamps", LANES, BATCH_MAX, QUEUE_MAX, StampsRequest.ADDRESS.timeout()),
                new StampBatch(bus));
    }

    /** Listens to changes of members, staff, clubs and loyalty cards. */
    public Future<Void> start() {
        return members.listen()
                .compose(listening -> staff.listen())
                .compose(listening -> clubs.listen())
                .compose(listening -> cards.listen());
    }

    /** Adds stamps; see {@link AddStamps} for what it refuses. */
    public Future<Done<StampsAdded>> addStamps(AddStamps request) {
        return parties(
                        request.partner(),
                        request.fields().memberIdentifier(),
                        request.fields().staffId())
                .compose(parties -> add(request, parties, 1))
                .map(done -> done.as(StampsAdded.class));
    }

    /** Hands out a pending reward; see {@link RedeemStamps} for what it refuses. */
    public Future<Done<StampsRedeemed>> redeemStamps(RedeemStamps request) {
        return parties(
                        request.partner(),
                        request.fields().memberIdentifier(),
                        request.fields().staffId())
                .compose(parties -> submit(new StampCommand.HandOut(request, parties)))
                .map(done -> done.orElseThrow().as(StampsRedeemed.class));
    }

    /** A member's stamp cards, the last used first; at most 500. */
    public Future<StampProgress> progress(FindStampProgress query) {
        return reads.list(database.reads(), query.partner(), query.member(), LISTED_MAX)
                .map(StampProgress::new);
    }

    /**
     * Lets open rounds lapse whose time is over, a bounded number at a time. What members have does not depend on it:
     * reads leave such stamps out, and every command books the expiry of its own stamps first.
     *
     * @return how many were due; there may be more
     */
    public Future<Integer> sweep(String requestId) {
        return stamps.listDue(database.reads(), SWEPT_AT_ONCE).compose(due -> {
            List<Future<Optional<Done<?>>>> lapses = due.stream()
                    .map(key -> submit(new StampCommand.Lapse(key, Origin.system(requestId))))
                    .toList();
            return Future.join(lapses).map(due.size());
        });
    }

    /** Finishes what is queued. */
    public Future<Void> stop() {
        return commit.close();
    }

    private Future<Parties> parties(PartnerId partner, String memberIdentifier, @Nullable StaffId staffId) {
        var member = members.resolve(memberIdentifier);
        var by = staff.attribute(partner, staffId);
        return Future.all(member, by).map(found -> new Parties(partner, member.result(), by.result()));
    }

    /** A stamp card that changed between the look at its surroundings and the lock is looked at again. */
    private Future<Done<?>> add(AddStamps request, Parties parties, int look) {
        StampCardKey key = new StampCardKey(request.partner(), request.stampCard());
        return neighbours
                .around(key)
                .compose(around -> submit(new StampCommand.Add(request, parties, around)))
                .compose(done -> {
                    if (done.isPresent()) {
                        return Future.succeededFuture(done.get());
                    }
                    neighbours.forget(key);
                    return look < LOOKS_MAX
                            ? add(request, parties, look + 1)
                            : Future.failedFuture(Problem.unavailable().asException());
                });
    }

    /** Commands of one member go to one lane: they would only wait for each other. */
    private Future<Optional<Done<?>>> submit(StampCommand command) {
        return commit.submit(Outbox.sliceOf(command.key().member()), command.key(), command);
    }
}
