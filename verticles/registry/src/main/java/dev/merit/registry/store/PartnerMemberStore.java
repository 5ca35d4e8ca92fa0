package dev.merit.registry.store;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.registry.RegistryRequest.PartnerMember;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the views registry.partner_member, partner_member_page and partner_enrolment: nobody is in them before the
 * first contact with the partner.
 */
public final class PartnerMemberStore {

    private static final String FIND_PARTNER_MEMBER = """
            SELECT member_id, unique_identifier, name, email, locale, currency, time_zone, last_login_at,
                   created_at, updated_at, avatar
              FROM registry.partner_member
             WHERE partner_id = $1
               AND member_id = $2
            """;

    public Future<Optional<PartnerMember>> findPartnerMember(SqlClient client, PartnerId partner, MemberId member) {
        return client.preparedQuery(FIND_PARTNER_MEMBER)
                .execute(Tuple.of(partner.value(), member.value()))
                .map(rows -> rows.stream().findFirst().map(PartnerMemberStore::member));
    }

    private static final String LIST_PARTNER_MEMBERS = """
            SELECT member_id, unique_identifier, name, email, locale, currency, time_zone, last_login_at,
                   created_at, updated_at, avatar
              FROM registry.partner_member_page
             WHERE partner_id = $1
               AND member_id < $2
             ORDER BY member_id DESC
             LIMIT $3 OFFSET $4
            """;

    private static final String SEARCH_PARTNER_MEMBERS = """
            SELECT member_id, unique_identifier, name, email, locale, currency, time_zone, last_login_at,
                   created_at, updated_at, avatar
              FROM registry.partner_member
             WHERE partner_id = $1
               AND member_id < $2
               AND strpos(lower(name), lower($5)) > 0
             ORDER BY member_id DESC
             LIMIT $3 OFFSET $4
            """;

    /** A partner's members, newest first. A search reads them one by one. */
    public Future<List<PartnerMember>> listPartnerMembers(SqlClient client, PartnerId partner, MemberRange range) {
        Tuple values = Tuple.of(partner.value(), range.below(), range.limit(), range.offset());
        return (range.q() == null
                        ? client.preparedQuery(LIST_PARTNER_MEMBERS).execute(values)
                        : client.preparedQuery(SEARCH_PARTNER_MEMBERS).execute(values.addString(range.q())))
                .map(rows -> rows.stream().map(PartnerMemberStore::member).toList());
    }

    // The order is that of an index, so that the server counts there and stops; else it may read through the table.
    private static final String COUNT_PARTNER_MEMBERS = """
            SELECT count(*) AS counted
              FROM (SELECT FROM registry.partner_enrolment
                     WHERE partner_id = $1
                     ORDER BY member_id
                     LIMIT $2) AS matching
            """;

    private static final String COUNT_FOUND = """
            SELECT count(*) AS counted
              FROM (SELECT FROM registry.partner_member
                     WHERE partner_id = $1
                       AND strpos(lower(name), lower($3)) > 0
                     LIMIT $2) AS matching
            """;

    /** Counts a partner's members, up to one more than a total can say. */
    public Future<Long> countPartnerMembers(SqlClient client, PartnerId partner, @Nullable String q) {
        Tuple values = Tuple.of(partner.value(), Paging.TOTAL_MAX + 1);
        return (q == null
                        ? client.preparedQuery(COUNT_PARTNER_MEMBERS).execute(values)
                        : client.preparedQuery(COUNT_FOUND).execute(values.addString(q)))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static PartnerMember member(Row row) {
        String email = row.getString("email");
        return new PartnerMember(
                new MemberId(row.getUUID("member_id")),
                row.getString("unique_identifier"),
                row.getString("name"),
                email,
                row.getString("locale"),
                row.getString("currency"),
                row.getString("time_zone"),
                Times.instant(row, "last_login_at"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"),
                row.getString("avatar"),
                email == null);
    }
}
