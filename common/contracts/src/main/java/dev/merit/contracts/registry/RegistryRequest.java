package dev.merit.contracts.registry;

import dev.merit.contracts.Address;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Command;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Page;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Request;
import dev.merit.contracts.StaffId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of the registry: clubs, staff, members and what a member is called. */
public sealed interface RegistryRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("registry", Duration.ofSeconds(2));

    @Override
    default Address address() {
        return ADDRESS;
    }

    record ListClubs(
            PartnerId partner, @Nullable String q, @Nullable Boolean isActive, Paging paging)
            implements RegistryRequest<ClubPage> {}

    record FindClub(PartnerId partner, ClubId club) implements RegistryRequest<Club> {}

    /** LIMIT_REACHED when the partner already has {@code limit} clubs (-1: no limit). */
    record CreateClub(PartnerId partner, ClubFields fields, int limit, Origin origin)
            implements RegistryRequest<Club>, Command<Club> {}

    record UpdateClub(PartnerId partner, ClubId club, Patch patch, Origin origin)
            implements RegistryRequest<Club>, Command<Club> {}

    /** HAS_DEPENDENTS while cards or staff hang on the club. */
    record DeleteClub(PartnerId partner, ClubId club, Origin origin)
            implements RegistryRequest<Deleted>, Command<Deleted> {}

    record ListStaff(
            PartnerId partner,
            @Nullable ClubId club,
            @Nullable String q,
            Paging paging) implements RegistryRequest<StaffPage> {}

    record FindStaff(PartnerId partner, StaffId staff) implements RegistryRequest<Staff> {}

    /**
     * NOT_FOUND on {@code club_id}; CONFLICT when the e-mail is taken; LIMIT_REACHED when the partner already has
     * {@code limit} members of staff (-1: no limit).
     */
    record CreateStaff(PartnerId partner, StaffFields fields, int limit, Origin origin)
            implements RegistryRequest<Staff>, Command<Staff> {}

    /** NOT_FOUND, also on {@code club_id}; CONFLICT when the e-mail is taken. */
    record UpdateStaff(PartnerId partner, StaffId staff, Patch patch, Origin origin)
            implements RegistryRequest<Staff>, Command<Staff> {}

    /** Takes no more part in anything; what was attributed stays attributed. */
    record DeleteStaff(PartnerId partner, StaffId staff, Origin origin)
            implements RegistryRequest<Deleted>, Command<Deleted> {}

    /** Asks whom a command can be attributed to; deleted and foreign staff is nobody. */
    record ResolveStaff(PartnerId partner, StaffId staff) implements RegistryRequest<ResolvedStaff> {}

    /**
     * Finds the member behind any identifier: UUID, e-mail, unique identifier or member number.
     *
     * @param identifier as the caller gave it
     */
    record ResolveMember(String identifier) implements RegistryRequest<ResolvedMember> {}

    /** Finds the members behind many identifiers in one ask. */
    record ResolveMembers(List<String> identifiers) implements RegistryRequest<ResolvedMembers> {
        public static final int IDENTIFIERS_MAX = 1_000;

        public ResolveMembers {
            identifiers = List.copyOf(identifiers);
            if (identifiers.size() > IDENTIFIERS_MAX) {
                throw new IllegalArgumentException(identifiers.size() + " identifiers");
            }
        }
    }

    /** Lists the members that a partner has. */
    record ListPartnerMembers(
            PartnerId partner,
            @Nullable String memberIdentifier,
            @Nullable String q,
            Paging paging) implements RegistryRequest<PartnerMemberPage> {}

    /** NOT_FOUND before the member's first contact with the partner. */
    record FindPartnerMember(PartnerId partner, MemberId member) implements RegistryRequest<PartnerMember> {}

    record ListMembers(
            @Nullable String memberIdentifier, @Nullable String q, Paging paging)
            implements RegistryRequest<MemberPage> {}

    record FindMember(MemberId member) implements RegistryRequest<Member> {}

    /** CONFLICT when the e-mail is taken. */
    record CreateMember(MemberFields fields, Origin origin) implements RegistryRequest<Member>, Command<Member> {}

    record UpdateMember(MemberId member, Patch patch, Origin origin)
            implements RegistryRequest<Member>, Command<Member> {}

    /** What a member sees of itself. */
    record FindProfile(MemberId member) implements RegistryRequest<Profile> {}

    /** A member changes its name or locale. VALIDATION_FAILED or PRECONDITION_FAILED. */
    record UpdateProfile(MemberId member, Patch patch, Origin origin)
            implements RegistryRequest<Profile>, Command<Profile> {}

    record ClubFields(String name, @Nullable String description, String timeZone, String currency, boolean isActive) {}

    record Club(
            ClubId id,
            String name,
            @Nullable String description,
            String timeZone,
            String currency,
            boolean isActive,
            Instant createdAt,
            Instant updatedAt) {}

    record ClubPage(List<Club> items, Pagination pagination) implements Page<Club> {}

    /** The writable fields of a member of staff. */
    record StaffFields(
            ClubId clubId,
            String name,
            String email,
            @Nullable String locale,
            @Nullable String timeZone) {}

    record Staff(
            StaffId id,
            ClubId clubId,
            String clubName,
            String name,
            String email,
            @Nullable String locale,
            @Nullable String timeZone,
            long numberOfTimesLoggedIn,
            @Nullable Instant lastLoginAt,
            Instant createdAt,
            Instant updatedAt,
            @Nullable String avatar) {}

    record StaffPage(List<Staff> items, Pagination pagination) implements Page<Staff> {}

    /** Null staff: there is nobody of this id. */
    record ResolvedStaff(@Nullable StaffRef staff) {}

    /** Whom a command is attributed to. */
    record StaffRef(StaffId id, ClubId club, String name) {
        /** The name that stands where nobody was named. */
        public static final String SYSTEM = "System";
    }

    /** Null member: nobody is called so. */
    record ResolvedMember(@Nullable MemberRef member) {}

    /** One for each identifier, in order. */
    record ResolvedMembers(List<ResolvedMember> members) {
        public ResolvedMembers {
            members = List.copyOf(members);
        }
    }

    record MemberRef(MemberId id, boolean isActive) {}

    /**
     * What a new member is asked to be.
     *
     * @param email null makes an anonymous member, who gets a member number instead
     */
    record MemberFields(
            @Nullable String email,
            @Nullable String name,
            @Nullable String locale,
            @Nullable String currency,
            @Nullable String timeZone) {}

    /** What an operator sees. */
    record Member(
            MemberId id,
            String uniqueIdentifier,
            @Nullable String memberNumber,
            @Nullable String name,
            @Nullable String email,
            @Nullable String locale,
            @Nullable String currency,
            @Nullable String timeZone,
            @Nullable Instant lastLoginAt,
            Instant createdAt,
            Instant updatedAt,
            @Nullable String avatar,
            boolean isAnonymous,
            boolean isActive) {}

    record MemberPage(List<Member> items, Pagination pagination) implements Page<Member> {}

    /** What a partner sees: exactly these fields. */
    record PartnerMember(
            MemberId id,
            String uniqueIdentifier,
            @Nullable String name,
            @Nullable String email,
            @Nullable String locale,
            @Nullable String currency,
            @Nullable String timeZone,
            @Nullable Instant lastLoginAt,
            Instant createdAt,
            Instant updatedAt,
            @Nullable String avatar,
            boolean isAnonymous) {}

    record PartnerMemberPage(List<PartnerMember> items, Pagination pagination) implements Page<PartnerMember> {}

    /**
     * What a member sees of itself.
     *
     * @param hasInteracted whether any partner knows it
     * @param firstInteractionAt since when the first one does
     */
    record Profile(
            MemberId id,
            @Nullable String name,
            @Nullable String email,
            @Nullable String locale,
            String uniqueIdentifier,
            @Nullable String avatar,
            boolean isAnonymous,
            boolean hasInteracted,
            @Nullable Instant firstInteractionAt,
            Instant createdAt) {}
}
