package dev.merit.registry.store;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.platform.pg.Times;
import dev.merit.registry.domain.MemberIdentifier;
import dev.merit.registry.domain.MemberProfile;
import dev.merit.registry.domain.NewMember;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of registry.member. */
public final class MemberStore {

    private static final String FIND_REF_BY_ID = """
            SELECT id, is_active FROM registry.member WHERE id = $1
            """;
    private static final String FIND_REF_BY_EMAIL = """
            SELECT id, is_active FROM registry.member WHERE email = $1
            """;
    private static final String FIND_REF_BY_UNIQUE_IDENTIFIER = """
            SELECT id, is_active FROM registry.member WHERE unique_identifier = $1
            """;
    private static final String FIND_REF_BY_MEMBER_NUMBER = """
            SELECT id, is_active FROM registry.member WHERE member_number = $1
            """;

    /** Finds who is called so. */
    public Future<Optional<MemberRef>> findRef(SqlClient client, MemberIdentifier identifier) {
        return switch (identifier) {
            case MemberIdentifier.ById(MemberId id) -> findRef(client, FIND_REF_BY_ID, id.value());
            case MemberIdentifier.ByEmail(String email) -> findRef(client, FIND_REF_BY_EMAIL, email);
            case MemberIdentifier.ByUniqueIdentifier(String unique) ->
                findRef(client, FIND_REF_BY_UNIQUE_IDENTIFIER, unique);
            case MemberIdentifier.ByMemberNumber(String number) -> findRef(client, FIND_REF_BY_MEMBER_NUMBER, number);
            case MemberIdentifier.Nobody() -> Future.succeededFuture(Optional.empty());
        };
    }

    private static Future<Optional<MemberRef>> findRef(SqlClient client, String statement, Object key) {
        return client.preparedQuery(statement).execute(Tuple.of(key)).map(rows -> rows.stream()
                .findFirst()
                .map(row -> new MemberRef(new MemberId(row.getUUID("id")), row.getBoolean("is_active"))));
    }

    private static final String FIND_REFS = """
            SELECT id, email, unique_identifier, member_number, is_active FROM registry.member WHERE id = ANY ($1)
             UNION
            SELECT id, email, unique_identifier, member_number, is_active FROM registry.member WHERE email = ANY ($2)
             UNION
            SELECT id, email, unique_identifier, member_number, is_active
              FROM registry.member
             WHERE unique_identifier = ANY ($3)
             UNION
            SELECT id, email, unique_identifier, member_number, is_active
              FROM registry.member
             WHERE member_number = ANY ($4)
            """;

    /** Finds many members at once, each by what it was asked for; nobody is not in the map. */
    public Future<Map<MemberIdentifier, MemberRef>> findRefs(
            SqlClient client, Collection<MemberIdentifier> identifiers) {
        Set<UUID> ids = new HashSet<>();
        Set<String> emails = new HashSet<>();
        Set<String> uniques = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (MemberIdentifier identifier : identifiers) {
            switch (identifier) {
                case MemberIdentifier.ById(MemberId id) -> ids.add(id.value());
                case MemberIdentifier.ByEmail(String email) -> emails.add(email);
                case MemberIdentifier.ByUniqueIdentifier(String unique) -> uniques.add(unique);
                case MemberIdentifier.ByMemberNumber(String number) -> numbers.add(number);
                case MemberIdentifier.Nobody() -> {} // Needs no look-up.
            }
        }
        Tuple keys = Tuple.of(
                ids.toArray(UUID[]::new),
                emails.toArray(String[]::new),
                uniques.toArray(String[]::new),
                numbers.toArray(String[]::new));
        return client.preparedQuery(FIND_REFS).execute(keys).map(MemberStore::refs);
    }

    /** Each member under every name it has. */
    private static Map<MemberIdentifier, MemberRef> refs(RowSet<Row> rows) {
        var found = new HashMap<MemberIdentifier, MemberRef>();
        for (Row row : rows) {
            var ref = new MemberRef(new MemberId(row.getUUID("id")), row.getBoolean("is_active"));
            found.put(new MemberIdentifier.ById(ref.id()), ref);
            found.put(new MemberIdentifier.ByUniqueIdentifier(row.getString("unique_identifier")), ref);
            String email = row.getString("email");
            if (email != null) {
                found.put(new MemberIdentifier.ByEmail(email), ref);
            }
            String number = row.getString("member_number");
            if (number != null) {
                found.put(new MemberIdentifier.ByMemberNumber(number), ref);
            }
        }
        return found;
    }

    private static final String FIND_MEMBER = """
            SELECT id, unique_identifier, member_number, name, email, locale, currency, time_zone, last_login_at,
                   created_at, updated_at, avatar, is_active
              FROM registry.member
             WHERE id = $1
            """;

    public Future<Optional<Member>> findMember(SqlClient client, MemberId member) {
        return client.preparedQuery(FIND_MEMBER)
                .execute(Tuple.of(member.value()))
                .map(MemberStore::first);
    }

    private static final String LOCK_MEMBER = """
            SELECT id, unique_identifier, member_number, name, email, locale, currency, time_zone, last_login_at,
                   created_at, updated_at, avatar, is_active
              FROM registry.member
             WHERE id = $1
               FOR UPDATE
            """;

    /** Reads a member and keeps its row locked until the transaction ends. */
    public Future<Optional<Member>> lockMember(SqlClient tx, MemberId member) {
        return tx.preparedQuery(LOCK_MEMBER).execute(Tuple.of(member.value())).map(MemberStore::first);
    }

    private static final String LIST_MEMBERS = """
            SELECT id, unique_identifier, member_number, name, email, locale, currency, time_zone, last_login_at,
                   created_at, updated_at, avatar, is_active
              FROM registry.member
             WHERE id < $1
               AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
             ORDER BY id DESC
             LIMIT $3 OFFSET $4
            """;

    /** Members of all partners, newest first. */
    public Future<List<Member>> listMembers(SqlClient client, MemberRange range) {
        return client.preparedQuery(LIST_MEMBERS)
                .execute(Tuple.of(range.below(), range.q(), range.limit(), range.offset()))
                .map(rows -> rows.stream().map(MemberStore::member).toList());
    }

    private static final String COUNT_MEMBERS = """
            SELECT count(*) AS counted
              FROM (SELECT FROM registry.member
                     WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
                     LIMIT $2) AS matching
            """;

    /** Counts members, up to one more than a total can say. */
    public Future<Long> countMembers(SqlClient client, @Nullable String q) {
        return client.preparedQuery(COUNT_MEMBERS)
                .execute(Tuple.of(q, Paging.TOTAL_MAX + 1))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static final String APPEND_MEMBER = """
            INSERT INTO registry.member
                   (id, email, unique_identifier, member_number, name, locale, currency, time_zone, is_active)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT DO NOTHING
            RETURNING id, unique_identifier, member_number, name, email, locale, currency, time_zone, last_login_at,
                      created_at, updated_at, avatar, is_active
            """;

    /** Stores a new member; empty when its e-mail, unique identifier or member number is taken. */
    public Future<Optional<Member>> appendMember(SqlClient tx, FreshMember fresh, NewMember member) {
        MemberProfile profile = member.profile();
        return tx.preparedQuery(APPEND_MEMBER)
                .execute(Tuple.of(
                        fresh.id().value(),
                        member.email(),
                        fresh.uniqueIdentifier(),
                        member.isAnonymous() ? fresh.memberNumber() : null,
                        profile.name(),
                        profile.locale(),
                        profile.currency(),
                        profile.timeZone(),
                        profile.isActive()))
                .map(MemberStore::first);
    }

    private static final String SET_PROFILE = """
            UPDATE registry.member
               SET name = $2, locale = $3, currency = $4, time_zone = $5, is_active = $6, updated_at = now()
             WHERE id = $1
            RETURNING id, unique_identifier, member_number, name, email, locale, currency, time_zone, last_login_at,
                      created_at, updated_at, avatar, is_active
            """;

    /** Changes a locked member. */
    public Future<Member> setProfile(SqlClient tx, MemberId member, MemberProfile profile) {
        return tx.preparedQuery(SET_PROFILE)
                .execute(Tuple.of(
                        member.value(),
                        profile.name(),
                        profile.locale(),
                        profile.currency(),
                        profile.timeZone(),
                        profile.isActive()))
                .map(rows -> member(rows.iterator().next()));
    }

    private static Optional<Member> first(RowSet<Row> rows) {
        return rows.stream().findFirst().map(MemberStore::member);
    }

    private static Member member(Row row) {
        String email = row.getString("email");
        return new Member(
                new MemberId(row.getUUID("id")),
                row.getString("unique_identifier"),
                row.getString("member_number"),
                row.getString("name"),
                email,
                row.getString("locale"),
                row.getString("currency"),
                row.getString("time_zone"),
                Times.instant(row, "last_login_at"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"),
                row.getString("avatar"),
                email == null,
                row.getBoolean("is_active"));
    }
}
