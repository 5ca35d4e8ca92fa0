package dev.merit.registry.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.FindMember;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolveMembers;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMember;
import dev.merit.contracts.registry.RegistryRequest.ResolvedMembers;
import dev.merit.contracts.registry.RegistryRequest.UpdateMember;
import dev.merit.platform.Json;
import dev.merit.platform.Preconditions;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupRead;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.registry.domain.MemberIdentifier;
import dev.merit.registry.domain.MemberProfile;
import dev.merit.registry.domain.NewMember;
import dev.merit.registry.store.FreshMember;
import dev.merit.registry.store.MemberStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What can be done with one member. */
public final class MembersService {
    private static final int DRAWS_MAX = 5;
    private static final GroupRead.Limits TOGETHER =
            new GroupRead.Limits(256, 5_000, RegistryRequest.ADDRESS.timeout());

    private final Bus bus;
    private final Database database;
    private final Supplier<FreshMember> names;
    private final Idempotency idempotency;
    private final MemberStore members = new MemberStore();
    private final GroupRead<MemberIdentifier, MemberRef> refs;

    /**
     * A service that draws the names of new members. Make it on the context on which it is asked.
     *
     * @param names {@link MemberNames#draw}, unless a test needs known ones
     */
    public MembersService(Vertx vertx, Bus bus, Database database, Supplier<FreshMember> names) {
        this.bus = bus;
        this.database = database;
        this.names = names;
        this.idempotency = new Idempotency(database);
        this.refs = new GroupRead<>(vertx, TOGETHER, this::find);
    }

    public Future<ResolvedMember> resolveMember(ResolveMember query) {
        return refs.find(MemberIdentifier.of(query.identifier())).map(found -> new ResolvedMember(found.orElse(null)));
    }

    /** A lone one by its own index, without looking through the others. */
    private Future<Map<MemberIdentifier, MemberRef>> find(List<MemberIdentifier> asked) {
        if (asked.size() > 1) {
            return members.findRefs(database.lookups(), asked);
        }
        MemberIdentifier lone = asked.getFirst();
        return members.findRef(database.lookups(), lone)
                .map(found -> found.map(ref -> Map.of(lone, ref)).orElse(Map.of()));
    }

    public Future<ResolvedMembers> resolveMembers(ResolveMembers query) {
        List<MemberIdentifier> asked =
                query.identifiers().stream().map(MemberIdentifier::of).toList();
        return members.findRefs(database.lookups(), asked)
                .map(found -> new ResolvedMembers(asked.stream()
                        .map(each -> new ResolvedMember(found.get(each)))
                        .toList()));
    }

    /** NOT_FOUND for an unknown member. */
    public Future<Member> findMember(FindMember query) {
        return members.findMember(database.lookups(), query.member()).map(MembersService::found);
    }

    /** VALIDATION_FAILED, or CONFLICT when the e-mail is taken. */
    public Future<Done<Member>> createMember(CreateMember command) {
        return idempotency
                .once(command.origin(), Reply.created(Member.class), tx -> create(tx, command))
                .map(this::announced);
    }

    private Future<Member> create(SqlClient tx, CreateMember command) {
        return Future.succeededFuture(command.fields())
                .map(fields -> NewMember.of(fields).orThrow())
                .compose(member -> drawn(tx, member, 1));
    }

    private Future<Member> drawn(SqlClient tx, NewMember member, int draw) {
        return members.appendMember(tx, names.get(), member).compose(appended -> appended.map(Future::succeededFuture)
                .orElseGet(() -> checkEmailFree(tx, member).compose(free -> drawnAgain(tx, member, draw))));
    }

    /** The e-mail is free, so the drawn names were taken: others will do. */
    private Future<Member> drawnAgain(SqlClient tx, NewMember member, int draw) {
        return draw < DRAWS_MAX
                ? drawn(tx, member, draw + 1)
                : Future.failedFuture(new IllegalStateException("no free identifier in " + DRAWS_MAX + " draws"));
    }

    private Future<Void> checkEmailFree(SqlClient tx, NewMember member) {
        String email = member.email();
        if (email == null) {
            return Future.succeededFuture();
        }
        return members.findRef(tx, new MemberIdentifier.ByEmail(email))
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Problem(
                                        Problem.Code.CONFLICT,
                                        "Another member has this e-mail address.",
                                        Map.of("field", "email"))
                                .asException()));
    }

    /** NOT_FOUND, PRECONDITION_FAILED or VALIDATION_FAILED. */
    public Future<Done<Member>> updateMember(UpdateMember command) {
        return idempotency
                .once(command.origin(), Reply.ok(Member.class), tx -> update(tx, command))
                .map(this::announced);
    }

    private Future<Member> update(SqlClient tx, UpdateMember command) {
        MemberId id = command.member();
        return members.lockMember(tx, id)
                .map(MembersService::found)
                .map(current -> changed(Preconditions.matched(command.origin(), current), command.patch()))
                .compose(profile -> members.setProfile(tx, id, profile))
                .compose(this::toldToKeys);
    }

    /**
     * Tells keys before the commit, under the lock of the member's row: whoever is answered can rely on it, and of two
     * changes at once the last one is also the last that keys hears of. Told always, so that a repeat heals a commit
     * that failed.
     */
    private Future<Member> toldToKeys(Member member) {
        return bus.ask(new SetMemberActive(member.id(), member.isActive())).map(member);
    }

    private static MemberProfile changed(Member current, Patch patch) {
        var profile = new MemberProfile(
                current.name(), current.locale(), current.currency(), current.timeZone(), current.isActive());
        return Json.patched(profile, patch, MemberProfile.class).checked().orThrow();
    }

    private Done<Member> announced(Done<Member> done) {
        bus.publish(new Notice.MemberChanged(done.body().id()));
        return done;
    }

    private static Member found(Optional<Member> member) {
        return member.orElseThrow(() -> Problem.notFound().asException());
    }
}
