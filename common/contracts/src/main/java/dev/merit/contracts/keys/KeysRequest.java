package dev.merit.contracts.keys;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Address;
import dev.merit.contracts.Command;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.Limits;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Page;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Request;
import dev.merit.contracts.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of keys: who calls, what they may do, and the partners behind them. */
public sealed interface KeysRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("keys", Duration.ofSeconds(2));

    @Override
    default Address address() {
        return ADDRESS;
    }

    /**
     * Asks who holds a key. The answer may be a revoked or expired key: the router says which.
     *
     * @param keyHash SHA-256 of the whole key text, lower-case hex
     */
    record Authenticate(String keyHash) implements KeysRequest<Authenticated> {}

    /** Makes sure that there is an admin key: the given one, or a new one when there is none at all. */
    record EnsureAdminKey(@Nullable String given) implements KeysRequest<AdminKeyEnsured> {}

    /** Says whether a member is active: an inactive owner's keys are refused. */
    record SetMemberActive(MemberId member, boolean active) implements KeysRequest<Acknowledged> {}

    record ListPartners(@Nullable String q, @Nullable Boolean isActive, Paging paging)
            implements KeysRequest<PartnerPage> {}

    record FindPartner(PartnerId partner) implements KeysRequest<Partner> {}

    /** Lists the active partners that may show things to everybody, the newest thousand. */
    record ListHomepagePartners() implements KeysRequest<HomepagePartners> {}

    /** Makes a partner; CONFLICT when the e-mail is taken. */
    record CreatePartner(PartnerFields fields, Origin origin) implements KeysRequest<Partner>, Command<Partner> {}

    record UpdatePartner(PartnerId partner, Patch patch, Origin origin)
            implements KeysRequest<Partner>, Command<Partner> {}

    /** Lists the keys of one owner, newest first. The owner is null for admin keys. */
    record ListKeys(Role role, @Nullable UUID owner, Paging paging) implements KeysRequest<KeyPage> {}

    /**
     * Makes a key. LIMIT_REACHED above the owner's number of keys, SCOPE_INSUFFICIENT when {@code grantable} is given
     * and does not hold a scope that is asked for, NOT_FOUND for an unknown owner.
     *
     * @param owner null for admin keys
     * @param grantable the scopes that the caller holds, when it makes a key of its own role
     */
    record CreateKey(
            Role role,
            @Nullable UUID owner,
            KeyFields fields,
            @Nullable List<String> grantable,
            Origin origin) implements KeysRequest<CreatedKey>, Command<CreatedKey> {}

    /** Revokes a key of any role. */
    record RevokeKey(KeyId key, Origin origin) implements KeysRequest<Deleted>, Command<Deleted> {}

    /** Revokes a partner's own key; NOT_FOUND for one that is unknown, another's, or revoked already. */
    record RevokeOwnKey(PartnerId partner, KeyId key, Origin origin)
            implements KeysRequest<Deleted>, Command<Deleted> {}

    /**
     * Replaces a partner's own key by a new one with the same name, scopes and rate limit. The old one lives on for a
     * while. CONFLICT when it can no longer be used or was rotated already, SCOPE_INSUFFICIENT when {@code grantable}
     * lacks one of its scopes, LIMIT_REACHED when too many old keys still live, NOT_FOUND for an unknown key.
     *
     * @param overlapSeconds how long the old key lives on, if it does not expire before
     * @param grantable the scopes that the caller holds
     */
    record RotateKey(PartnerId partner, KeyId key, long overlapSeconds, List<String> grantable, Origin origin)
            implements KeysRequest<CreatedKey>, Command<CreatedKey> {}

    /** Keeps what was done and refused, each row once however often it is sent. */
    record AppendAudit(List<AuditRow> rows) implements KeysRequest<Acknowledged> {}

    /** Lists what was done and refused, newest first. */
    record ListAudit(AuditFilter filter, Paging paging) implements KeysRequest<AuditRowPage> {}

    /**
     * Which audit rows.
     *
     * @param from first day, UTC
     * @param to last day, UTC
     */
    record AuditFilter(
            @Nullable PartnerId partner,
            @Nullable Role role,
            @Nullable String action,
            @Nullable String keyPrefix,
            @Nullable Integer status,
            @Nullable String requestId,
            @Nullable LocalDate from,
            @Nullable LocalDate to) {}

    /**
     * What one request did or was refused.
     *
     * @param id made where the request was answered; it carries the time
     * @param partnerId the partner behind the key; null for other roles and for keys that nobody knows
     * @param action the operationId, or method and path where the request led to no operation
     * @param resource the id in the path, or that of what was made
     * @param code why it was refused; null when it was done
     * @param replayed whether the answer was that of an earlier, equal request
     */
    record AuditRow(
            UUID id,
            Instant at,
            @Nullable PartnerId partnerId,
            @Nullable Role role,
            @Nullable KeyId keyId,
            @Nullable String keyPrefix,
            String action,
            @Nullable UUID resource,
            int status,
            @Nullable String code,
            String requestId,
            boolean replayed) {}

    record AuditRowPage(List<AuditRow> items, Pagination pagination) implements Page<AuditRow> {}

    /** The writable fields of a partner. */
    record PartnerFields(String name, String email, boolean isActive, Permissions permissions, Limits limits) {}

    /**
     * What a new key is asked to be.
     *
     * @param scopes exactly one of scopes and preset is given
     */
    record KeyFields(
            String name,
            @Nullable List<String> scopes,
            @Nullable String preset,
            @Nullable Integer rateLimit,
            @Nullable Instant expiresAt) {}

    /** Null identity: no such key. */
    record Authenticated(@Nullable Identity identity) {}

    /**
     * A known key and its owner, as needed to judge a request.
     *
     * @param owner the partner or member; the key's own id for admin keys
     * @param permissions of the owning partner; null for other roles
     * @param limits of the owning partner; null for other roles
     */
    record Identity(
            KeyId key,
            Role role,
            UUID owner,
            String ownerName,
            boolean ownerActive,
            String keyName,
            String keyPrefix,
            List<String> scopes,
            @Nullable Integer rateLimit,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Permissions permissions,
            @Nullable Limits limits) {}

    /** The text of a key that was just made, or null when there was one already. */
    record AdminKeyEnsured(@Nullable String created) {}

    record Partner(
            PartnerId id,
            String name,
            String email,
            boolean isActive,
            Permissions permissions,
            Limits limits,
            Instant createdAt,
            Instant updatedAt) {}

    record PartnerPage(List<Partner> items, Pagination pagination) implements Page<Partner> {}

    /** A partner that may show to everybody whatever its permissions let it have. */
    record HomepagePartner(PartnerId id, Permissions permissions) {}

    record HomepagePartners(List<HomepagePartner> items) {}

    /** A key without its secret. */
    record Key(
            KeyId id,
            Role role,
            String name,
            String keyPrefix,
            List<String> scopes,
            @Nullable Integer rateLimit,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt,
            Instant createdAt) {}

    record KeyPage(List<Key> items, Pagination pagination) implements Page<Key> {}

    /** A new key with its full text, shown this once: a repeat carries null. */
    record CreatedKey(
            KeyId id,
            Role role,
            String name,
            String keyPrefix,
            List<String> scopes,
            @Nullable Integer rateLimit,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt,
            Instant createdAt,
            @Nullable String key) {}
}
