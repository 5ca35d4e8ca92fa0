package dev.merit.registry.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.FindProfile;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.Profile;
import dev.merit.contracts.registry.RegistryRequest.UpdateProfile;
import dev.merit.ledger.store.WalletReads;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.registry.domain.MemberProfile;
import dev.merit.registry.domain.OwnProfile;
import dev.merit.registry.store.MemberStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.Optional;

/** What a member sees and changes of itself. */
public final class ProfileService {
    private final Bus bus;
    private final Database database;
    private final Idempotency idempotency;
    private final MemberStore members = new MemberStore();
    private final WalletReads wallets = new WalletReads();

    public ProfileService(Bus bus, Database database) {
        this.bus = bus;
        this.database = database;
        this.idempotency = new Idempotency(database);
    }

    public Future<Profile> findProfile(FindProfile query) {
        Future<Optional<Member>> member = members.findMember(database.reads(), query.member());
        Future<Optional<Instant>> first = wallets.findFirstEnrolment(database.reads(), query.member());
        return Future.all(member, first).map(both -> profile(present(member.result()), first.result()));
    }

    /** VALIDATION_FAILED or PRECONDITION_FAILED. */
    public Future<Done<Profile>> updateProfile(UpdateProfile command) {
        return idempotency
                .once(command.origin(), Reply.ok(Profile.class), tx -> update(tx, command))
                .map(this::announced);
    }

    private Future<Profile> update(SqlClient tx, UpdateProfile command) {
        MemberId id = command.member();
        return members.lockMember(tx, id)
                .map(ProfileService::present)
                .compose(current -> wallets.findFirstEnrolment(tx, id).compose(first -> {
                    var unused = Preconditions.matched(command.origin(), profile(current, first));
                    return members.setProfile(tx, id, changed(current, command.patch()))
                            .map(member -> profile(member, first));
                }));
    }

    /** Only name and locale are the member's to change: whatever else a patch holds does not get here. */
    private static MemberProfile changed(Member current, Patch patch) {
        OwnProfile own = Json.patched(new OwnProfile(current.name(), current.locale()), patch, OwnProfile.class);
        return own.over(new MemberProfile(
                        current.name(), current.locale(), current.currency(), current.timeZone(), current.isActive()))
                .checked()
                .orThrow();
    }

    private static Profile profile(Member member, Optional<Instant> first) {
        return new Profile(
                member.id(),
                member.name(),
                member.email(),
                member.locale(),
                member.uniqueIdentifier(),
                member.avatar(),
                member.isAnonymous(),
                first.isPresent(),
                first.orElse(null),
                member.createdAt());
    }

    private Done<Profile> announced(Done<Profile> done) {
        bus.publish(new Notice.MemberChanged(done.body().id()));
        return done;
    }

    private static Member present(Optional<Member> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }
}
