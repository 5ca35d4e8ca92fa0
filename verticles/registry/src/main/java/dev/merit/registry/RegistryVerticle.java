package dev.merit.registry;

import dev.merit.contracts.Answer;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.registry.RegistryRequest.CreateClub;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.CreateStaff;
import dev.merit.contracts.registry.RegistryRequest.DeleteClub;
import dev.merit.contracts.registry.RegistryRequest.DeleteStaff;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.contracts.registry.RegistryRequest.FindMember;
import dev.merit.contracts.registry.RegistryRequest.FindPartnerMember;
import dev.merit.contracts.registry.RegistryRequest.FindProfile;
import dev.merit.contracts.registry.RegistryRequest.FindStaff;
import dev.merit.contracts.registry.RegistryRequest.ListClubs;
import dev.merit.contracts.registry.RegistryRequest.ListMembers;
import dev.merit.contracts.registry.RegistryRequest.ListPartnerMembers;
import dev.merit.contracts.registry.RegistryRequest.ListStaff;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.contracts.registry.RegistryRequest.ResolveMembers;
import dev.merit.contracts.registry.RegistryRequest.ResolveStaff;
import dev.merit.contracts.registry.RegistryRequest.UpdateClub;
import dev.merit.contracts.registry.RegistryRequest.UpdateMember;
import dev.merit.contracts.registry.RegistryRequest.UpdateProfile;
import dev.merit.contracts.registry.RegistryRequest.UpdateStaff;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.registry.app.ClubsService;
import dev.merit.registry.app.MemberLists;
import dev.merit.registry.app.MemberNames;
import dev.merit.registry.app.MembersService;
import dev.merit.registry.app.ProfileService;
import dev.merit.registry.app.StaffService;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves clubs, staff and members on the event bus. It only routes: the services work, the domain decides. */
public final class RegistryVerticle extends VerticleBase {
    private final Bus bus;
    private final ClubsService clubs;
    private final StaffService staff;
    private final Database database;
    private MembersService members;
    private final ProfileService profiles;
    private final MemberLists lists;

    @SuppressWarnings("NullAway.Init") // The service of members is made in start(), on the verticle's own context.
    public RegistryVerticle(Bus bus, Database database) {
        this.bus = bus;
        this.clubs = new ClubsService(bus, database);
        this.staff = new StaffService(bus, database);
        this.database = database;
        this.profiles = new ProfileService(bus, database);
        this.lists = new MemberLists(database);
    }

    @Override
    public Future<?> start() {
        members = new MembersService(vertx, bus, database, MemberNames::draw);
        return bus.serve(RegistryRequest.ADDRESS, RegistryRequest.class, this::answer);
    }

    private Future<Answer> answer(RegistryRequest<?> request) {
        return switch (request) {
            case ListClubs query -> clubs.listClubs(query).map(query::reply);
            case FindClub query -> clubs.findClub(query).map(query::reply);
            case CreateClub command -> clubs.createClub(command).map(command::reply);
            case UpdateClub command -> clubs.updateClub(command).map(command::reply);
            case DeleteClub command -> clubs.deleteClub(command).map(command::reply);
            case ListStaff query -> staff.listStaff(query).map(query::reply);
            case FindStaff query -> staff.findStaff(query).map(query::reply);
            case CreateStaff command -> staff.createStaff(command).map(command::reply);
            case UpdateStaff command -> staff.updateStaff(command).map(command::reply);
            case DeleteStaff command -> staff.deleteStaff(command).map(command::reply);
            case ResolveStaff query -> staff.resolveStaff(query).map(query::reply);
            case ResolveMember query -> members.resolveMember(query).map(query::reply);
            case ResolveMembers query -> members.resolveMembers(query).map(query::reply);
            case FindMember query -> members.findMember(query).map(query::reply);
            case CreateMember command -> members.createMember(command).map(command::reply);
            case UpdateMember command -> members.updateMember(command).map(command::reply);
            case FindProfile query -> profiles.findProfile(query).map(query::reply);
            case UpdateProfile command -> profiles.updateProfile(command).map(command::reply);
            case ListMembers query -> lists.listMembers(query).map(query::reply);
            case ListPartnerMembers query -> lists.listPartnerMembers(query).map(query::reply);
            case FindPartnerMember query -> lists.findPartnerMember(query).map(query::reply);
        };
    }
}
