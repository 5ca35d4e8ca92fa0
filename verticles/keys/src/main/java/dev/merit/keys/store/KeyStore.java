package dev.merit.keys.store;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.keys.domain.KeyGrant;
import dev.merit.keys.domain.KeyRotation;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of keys.api_key and keys.member_state. */
public final class KeyStore {

    private static final String FIND_KNOWN = """
            SELECT k.hash, k.id, k.role, k.owner, k.name, k.prefix, k.scopes, k.rate_limit,
                   k.created_at, k.expires_at, k.revoked_at,
                   k.revoked_at IS NULL
                       AND (k.expires_at IS NULL OR k.expires_at > now())
                       AND (k.last_used_at IS NULL OR k.last_used_at <= now() - interval '1 minute') AS use_is_stale,
                   m.active AS member_active,
                   p.name AS partner_name, p.is_active,
                   p.allow_agent_api, p.allow_cards_on_homepage, p.allow_loyalty_cards, p.allow_stamp_cards,
                   p.allow_vouchers, p.limit_agent_keys, p.limit_clubs, p.limit_cards, p.limit_rewards,
                   p.limit_stamp_cards, p.limit_vouchers, p.limit_staff
              FROM keys.api_key k
              LEFT JOIN keys.partner p ON k.role = 'partner' AND p.id = k.owner
              LEFT JOIN keys.member_state m ON k.role = 'member' AND m.member_id = k.owner
             WHERE k.hash = ANY ($1)
            """;

    /** Finds keys by the hashes of their texts, revoked and expired ones too. */
    public Future<Map<String, KnownKey>> findKnown(SqlClient client, Collection<String> keyHashes) {
        Buffer[] hashes = keyHashes.stream().map(KeyStore::bytes).toArray(Buffer[]::new);
        return client.preparedQuery(FIND_KNOWN)
                .execute(Tuple.of((Object) hashes))
                .map(rows ->
                        rows.stream().collect(Collectors.toMap(row -> hex(row.getBuffer("hash")), KeyStore::known)));
    }

    // Who holds a row is another node that notes the same, or changes the key: a later use is noted behind it.
    private static final String SET_LAST_USED = """
            WITH free AS (
                SELECT id
                  FROM keys.api_key
                 WHERE id = ANY ($1)
                   AND (last_used_at IS NULL OR last_used_at <= now() - interval '1 minute')
                   FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE keys.api_key k
               SET last_used_at = now()
              FROM free
             WHERE k.id = free.id
            """;

    /** Notes that keys are in use. Of several nodes that do so at once, one writes. */
    public Future<Void> setLastUsed(SqlClient client, Collection<KeyId> keys) {
        UUID[] ids = keys.stream().map(KeyId::value).toArray(UUID[]::new);
        return client.preparedQuery(SET_LAST_USED)
                .execute(Tuple.of((Object) ids))
                .mapEmpty();
    }

    private static final String COUNT_LIVE = """
            SELECT count(*) AS live
              FROM keys.api_key
             WHERE owner = $1
               AND revoked_at IS NULL
               AND replaced_by IS NULL
               AND (expires_at IS NULL OR expires_at > now())
            """;

    /** Counts the keys of an owner that can be used, but for those that have a successor. Lock the owner first. */
    public Future<Long> countLive(SqlClient tx, UUID owner) {
        return tx.preparedQuery(COUNT_LIVE).execute(Tuple.of(owner)).map(rows -> only(rows)
                .getLong("live"));
    }

    private static final String EXISTS_ADMIN_KEY = """
            SELECT EXISTS (SELECT FROM keys.api_key WHERE owner IS NULL) AS there
            """;

    /** Whether there ever was an admin key. */
    public Future<Boolean> existsAdminKey(SqlClient tx) {
        return tx.preparedQuery(EXISTS_ADMIN_KEY).execute().map(rows -> only(rows)
                .getBoolean("there"));
    }

    private static final String APPEND_KEY = """
            INSERT INTO keys.api_key (id, role, owner, name, prefix, hash, scopes, rate_limit, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (hash) DO NOTHING
            RETURNING id, role, name, prefix, scopes, rate_limit, expires_at, last_used_at, revoked_at, created_at
            """;

    /** Stores a key; empty when a key with this text is there already. */
    public Future<Optional<KeysRequest.Key>> appendKey(SqlClient tx, NewKey key) {
        KeyGrant grant = key.grant();
        return tx.preparedQuery(APPEND_KEY)
                .execute(Tuple.of(
                        key.id().value(),
                        key.role().word(),
                        key.owner(),
                        grant.name(),
                        key.keyPrefix(),
                        bytes(key.keyHash()),
                        grant.scopes().toArray(String[]::new),
                        grant.rateLimit(),
                        Times.offset(grant.expiresAt())))
                .map(rows -> first(rows).map(KeyStore::key));
    }

    private static final String LIST_KEYS = """
            SELECT id, role, name, prefix, scopes, rate_limit, expires_at, last_used_at, revoked_at, created_at
              FROM keys.api_key
             WHERE role = $1
               AND (owner = $2 OR (owner IS NULL AND $2::uuid IS NULL))
             ORDER BY id DESC
             LIMIT $3 OFFSET $4
            """;

    /** One page of an owner's keys, newest first. */
    public Future<List<KeysRequest.Key>> listKeys(SqlClient client, Role role, @Nullable UUID owner, Paging paging) {
        return client.preparedQuery(LIST_KEYS)
                .execute(Tuple.of(role.word(), owner, paging.perPage(), paging.offset()))
                .map(rows -> rows.stream().map(KeyStore::key).toList());
    }

    private static final String COUNT_KEYS = """
            SELECT count(*) AS counted
              FROM (SELECT FROM keys.api_key
                     WHERE role = $1
                       AND (owner = $2 OR (owner IS NULL AND $2::uuid IS NULL))
                     LIMIT $3) AS matching
            """;

    /** Counts an owner's keys, up to one more than a total can say. */
    public Future<Long> countKeys(SqlClient client, Role role, @Nullable UUID owner) {
        return client.preparedQuery(COUNT_KEYS)
                .execute(Tuple.of(role.word(), owner, Paging.TOTAL_MAX + 1))
                .map(rows -> only(rows).getLong("counted"));
    }

    private static final String SET_REVOKED = """
            UPDATE keys.api_key
               SET revoked_at = now()
             WHERE id = $1
               AND revoked_at IS NULL
            """;

    /** Revokes a key; false when there is none, or it is revoked already. */
    public Future<Boolean> setRevoked(SqlClient tx, KeyId key) {
        return tx.preparedQuery(SET_REVOKED).execute(Tuple.of(key.value())).map(rows -> rows.rowCount() == 1);
    }

    private static final String SET_OWN_REVOKED = """
            UPDATE keys.api_key
               SET revoked_at = now()
             WHERE owner = $1
               AND id = $2
               AND role = 'partner'
               AND revoked_at IS NULL
            """;

    /** Revokes a partner's own key; false when there is none, or it is revoked already. */
    public Future<Boolean> setRevoked(SqlClient tx, PartnerId partner, KeyId key) {
        return tx.preparedQuery(SET_OWN_REVOKED)
                .execute(Tuple.of(partner.value(), key.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static final String LOCK_KEY = """
            SELECT id, role, name, prefix, scopes, rate_limit, expires_at, last_used_at, revoked_at, created_at,
                   replaced_by IS NOT NULL AS replaced, clock_timestamp() AS now
              FROM keys.api_key
             WHERE owner = $1
               AND id = $2
               AND role = 'partner'
               FOR UPDATE
            """;

    /** Reads a partner's key and keeps its row locked until the transaction ends. */
    public Future<Optional<KeyRotation.Old>> lockKey(SqlClient tx, PartnerId partner, KeyId key) {
        return tx.preparedQuery(LOCK_KEY)
                .execute(Tuple.of(partner.value(), key.value()))
                .map(rows -> first(rows)
                        .map(row ->
                                new KeyRotation.Old(key(row), row.getBoolean("replaced"), Times.required(row, "now"))));
    }

    private static final String COUNT_OVERLAPPING = """
            SELECT count(*) AS overlapping
              FROM keys.api_key
             WHERE owner = $1
               AND revoked_at IS NULL
               AND replaced_by IS NOT NULL
               AND expires_at > now()
            """;

    /** Counts a partner's keys that live on beside their successors. Lock the partner first. */
    public Future<Long> countOverlapping(SqlClient tx, PartnerId partner) {
        return tx.preparedQuery(COUNT_OVERLAPPING)
                .execute(Tuple.of(partner.value()))
                .map(rows -> only(rows).getLong("overlapping"));
    }

    private static final String SET_REPLACED = """
            UPDATE keys.api_key
               SET replaced_by = $2, expires_at = $3
             WHERE id = $1
            """;

    /** Notes that a locked key has a successor, and when its own life ends. */
    public Future<Void> setReplaced(SqlClient tx, KeyId key, KeyId successor, Instant expiresAt) {
        return tx.preparedQuery(SET_REPLACED)
                .execute(Tuple.of(key.value(), successor.value(), Times.offset(expiresAt)))
                .mapEmpty();
    }

    private static final String SET_MEMBER_ACTIVE = """
            INSERT INTO keys.member_state (member_id, active)
            VALUES ($1, $2)
            ON CONFLICT (member_id) DO UPDATE SET active = excluded.active
            """;

    /** Notes whether a member is active. */
    public Future<Void> setMemberActive(SqlClient client, MemberId member, boolean active) {
        return client.preparedQuery(SET_MEMBER_ACTIVE)
                .execute(Tuple.of(member.value(), active))
                .mapEmpty();
    }

    private static KnownKey known(Row row) {
        UUID id = row.getUUID("id");
        Role role = role(row);
        Identity identity = new Identity(
                new KeyId(id),
                role,
                role == Role.ADMIN ? id : row.getUUID("owner"),
                switch (role) {
                    case PARTNER -> row.getString("partner_name");
                    case MEMBER -> "";
                    case ADMIN -> row.getString("name");
                },
                switch (role) {
                    case PARTNER -> row.getBoolean("is_active");
                    case MEMBER -> !Boolean.FALSE.equals(row.getBoolean("member_active"));
                    case ADMIN -> true;
                },
                row.getString("name"),
                row.getString("prefix"),
                scopes(row),
                row.getInteger("rate_limit"),
                Times.required(row, "created_at"),
                Times.instant(row, "expires_at"),
                Times.instant(row, "revoked_at"),
                role == Role.PARTNER ? PartnerStore.permissions(row) : null,
                role == Role.PARTNER ? PartnerStore.limits(row) : null);
        return new KnownKey(identity, row.getBoolean("use_is_stale"));
    }

    private static KeysRequest.Key key(Row row) {
        return new KeysRequest.Key(
                new KeyId(row.getUUID("id")),
                role(row),
                row.getString("name"),
                row.getString("prefix"),
                scopes(row),
                row.getInteger("rate_limit"),
                Times.instant(row, "expires_at"),
                Times.instant(row, "last_used_at"),
                Times.instant(row, "revoked_at"),
                Times.required(row, "created_at"));
    }

    private static Role role(Row row) {
        return Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT));
    }

    private static List<String> scopes(Row row) {
        return List.of(row.getArrayOfStrings("scopes"));
    }

    private static Buffer bytes(String hex) {
        return Buffer.buffer(HexFormat.of().parseHex(hex));
    }

    private static String hex(Buffer bytes) {
        return HexFormat.of().formatHex(bytes.getBytes());
    }

    private static Row only(RowSet<Row> rows) {
        return rows.iterator().next();
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.stream().findFirst();
    }
}
