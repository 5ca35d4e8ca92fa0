package dev.merit.keys.store;

import dev.merit.contracts.Limits;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.keys.KeysRequest.HomepagePartner;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of keys.partner. */
public final class PartnerStore {
    /** Broken when an e-mail is taken. */
    public static final String EMAIL_UNIQUE = "partner_email_unique";

    private static final String FIND_PARTNER = """
            SELECT id, name, email, is_active,
                   allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers,
                   limit_agent_keys, limit_clubs, limit_cards, limit_rewards, limit_stamp_cards, limit_vouchers,
                   limit_staff, created_at, updated_at
              FROM keys.partner
             WHERE id = $1
            """;

    public Future<Optional<Partner>> findPartner(SqlClient client, PartnerId partner) {
        return client.preparedQuery(FIND_PARTNER)
                .execute(Tuple.of(partner.value()))
                .map(PartnerStore::first);
    }

    private static final String LOCK_PARTNER = """
            SELECT id, name, email, is_active,
                   allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers,
                   limit_agent_keys, limit_clubs, limit_cards, limit_rewards, limit_stamp_cards, limit_vouchers,
                   limit_staff, created_at, updated_at
              FROM keys.partner
             WHERE id = $1
               FOR UPDATE
            """;

    /** Reads a partner and keeps its row locked until the transaction ends. */
    public Future<Optional<Partner>> lockPartner(SqlClient tx, PartnerId partner) {
        return tx.preparedQuery(LOCK_PARTNER).execute(Tuple.of(partner.value())).map(PartnerStore::first);
    }

    private static final String LIST_PARTNERS = """
            SELECT id, name, email, is_active,
                   allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers,
                   limit_agent_keys, limit_clubs, limit_cards, limit_rewards, limit_stamp_cards, limit_vouchers,
                   limit_staff, created_at, updated_at
              FROM keys.partner
             WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
               AND ($2::boolean IS NULL OR is_active = $2)
             ORDER BY id DESC
             LIMIT $3 OFFSET $4
            """;

    /**
     * One page of partners, newest first.
     *
     * @param q part of the name; nothing in it is a wildcard
     */
    public Future<List<Partner>> listPartners(
            SqlClient client, @Nullable String q, @Nullable Boolean isActive, Paging paging) {
        return client.preparedQuery(LIST_PARTNERS)
                .execute(Tuple.of(q, isActive, paging.perPage(), paging.offset()))
                .map(rows -> rows.stream().map(PartnerStore::partner).toList());
    }

    // Walks the primary key backwards: most partners qualify, so that it stops soon.
    private static final String LIST_HOMEPAGE_PARTNERS = """
            SELECT id, allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers
              FROM keys.partner
             WHERE is_active AND allow_cards_on_homepage
             ORDER BY id DESC
             LIMIT $1
            """;

    /** Active partners that may show things to everybody, newest first. */
    public Future<List<HomepagePartner>> listHomepagePartners(SqlClient client, int limit) {
        return client.preparedQuery(LIST_HOMEPAGE_PARTNERS)
                .execute(Tuple.of(limit))
                .map(rows -> rows.stream()
                        .map(row -> new HomepagePartner(new PartnerId(row.getUUID("id")), permissions(row)))
                        .toList());
    }

    private static final String COUNT_PARTNERS = """
            SELECT count(*) AS counted
              FROM (SELECT FROM keys.partner
                     WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
                       AND ($2::boolean IS NULL OR is_active = $2)
                     LIMIT $3) AS matching
            """;

    /** Counts partners, up to one more than a total can say. */
    public Future<Long> countPartners(SqlClient client, @Nullable String q, @Nullable Boolean isActive) {
        return client.preparedQuery(COUNT_PARTNERS)
                .execute(Tuple.of(q, isActive, Paging.TOTAL_MAX + 1))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static final String APPEND_PARTNER = """
            INSERT INTO keys.partner
                   (id, name, email, is_active,
                    allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers,
                    limit_agent_keys, limit_clubs, limit_cards, limit_rewards, limit_stamp_cards, limit_vouchers,
                    limit_staff)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            RETURNING id, name, email, is_active,
                   allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers,
                   limit_agent_keys, limit_clubs, limit_cards, limit_rewards, limit_stamp_cards, limit_vouchers,
                   limit_staff, created_at, updated_at
            """;

    /** Stores a new partner; breaks {@link #EMAIL_UNIQUE} when the e-mail is taken. */
    public Future<Partner> appendPartner(SqlClient tx, PartnerId partner, PartnerFields fields) {
        return tx.preparedQuery(APPEND_PARTNER)
                .execute(values(partner, fields))
                .map(rows -> partner(rows.iterator().next()));
    }

    private static final String SET_PARTNER = """
            UPDATE keys.partner
               SET name = $2, email = $3, is_active = $4,
                   allow_agent_api = $5, allow_cards_on_homepage = $6, allow_loyalty_cards = $7,
                   allow_stamp_cards = $8, allow_vouchers = $9,
                   limit_agent_keys = $10, limit_clubs = $11, limit_cards = $12, limit_rewards = $13,
                   limit_stamp_cards = $14, limit_vouchers = $15, limit_staff = $16,
                   updated_at = now()
             WHERE id = $1
            RETURNING id, name, email, is_active,
                   allow_agent_api, allow_cards_on_homepage, allow_loyalty_cards, allow_stamp_cards, allow_vouchers,
                   limit_agent_keys, limit_clubs, limit_cards, limit_rewards, limit_stamp_cards, limit_vouchers,
                   limit_staff, created_at, updated_at
            """;

    /** Changes a locked partner; breaks {@link #EMAIL_UNIQUE} when the e-mail is taken. */
    public Future<Partner> setPartner(SqlClient tx, PartnerId partner, PartnerFields fields) {
        return tx.preparedQuery(SET_PARTNER)
                .execute(values(partner, fields))
                .map(rows -> partner(rows.iterator().next()));
    }

    private static Tuple values(PartnerId partner, PartnerFields fields) {
        Permissions permissions = fields.permissions();
        Limits limits = fields.limits();
        return Tuple.of(
                partner.value(),
                fields.name(),
                fields.email(),
                fields.isActive(),
                permissions.agentApi(),
                permissions.cardsOnHomepage(),
                permissions.loyaltyCards(),
                permissions.stampCards(),
                permissions.vouchers(),
                limits.agentKeys(),
                limits.clubs(),
                limits.cards(),
                limits.rewards(),
                limits.stampCards(),
                limits.vouchers(),
                limits.staff());
    }

    private static Optional<Partner> first(RowSet<Row> rows) {
        return rows.stream().findFirst().map(PartnerStore::partner);
    }

    private static Partner partner(Row row) {
        return new Partner(
                new PartnerId(row.getUUID("id")),
                row.getString("name"),
                row.getString("email"),
                row.getBoolean("is_active"),
                permissions(row),
                limits(row),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }

    static Permissions permissions(Row row) {
        return new Permissions(
                row.getBoolean("allow_agent_api"),
                row.getBoolean("allow_cards_on_homepage"),
                row.getBoolean("allow_loyalty_cards"),
                row.getBoolean("allow_stamp_cards"),
                row.getBoolean("allow_vouchers"));
    }

    static Limits limits(Row row) {
        return new Limits(
                row.getInteger("limit_agent_keys"),
                row.getInteger("limit_clubs"),
                row.getInteger("limit_cards"),
                row.getInteger("limit_rewards"),
                row.getInteger("limit_stamp_cards"),
                row.getInteger("limit_vouchers"),
                row.getInteger("limit_staff"));
    }
}
